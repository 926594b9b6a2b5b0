import { expect, test } from 'vitest';
import { lag, signalNote, signalOutcome, signalRemarks, signalSummary } from './signal-text';

test('A_sender_that_hung_up_is_told_apart_from_what_was_not_understood', () => {
  expect(signalOutcome({ status: 499, code: 'client.gone' })).toEqual({ label: 'Sender hung up', tone: 'warn' });
});

test('A_close_that_did_nothing_while_something_is_open_is_a_warning', () => {
  const response = { status: 'nothing_to_close', note: 'A BUY of 1 EURUSD is open.' };
  expect(signalOutcome({ status: 200, response }).tone).toBe('warn');
  expect(signalOutcome({ status: 200, response: { status: 'nothing_to_close' } }).tone).toBe('neutral');
  expect(signalNote({ response })).toBe('A BUY of 1 EURUSD is open.');
});

test('How_late_an_alert_came_and_how_many_stand_behind_a_row_is_told', () => {
  expect(signalRemarks({})).toBeUndefined();
  expect(signalRemarks({ lag_seconds: 75 })).toBe('75 s late');
  expect(signalRemarks({ lag_seconds: 720, more: 41 })).toBe('12 min late, and 41 more');
  expect(lag(3 * 86_400)).toBe('3 days');
  expect(lag(7200)).toBe('2 h');
});

test.each([
  [200, undefined, 'already_there', 'Already there'],
  [200, undefined, 'superseded', 'Came late'],
  [200, undefined, 'modified', 'Stops moved'],
  [200, undefined, 'filled', 'Executed'],
  [403, 'signal.sender_refused', undefined, 'Sender refused'],
  [403, 'risk.daily_loss', undefined, 'Held by risk'],
  [409, 'signal.gap', undefined, 'Message missed'],
  [422, 'signal.stale', undefined, 'Too old'],
  [422, 'signal.invalid', undefined, 'Not understood'],
  [422, 'broker.offline', undefined, 'Refused'],
])('An_answer_of_%d_%s_%s_is_shown_as_what_it_is', (status, code, said, label) => {
  expect(signalOutcome({ status, code, response: { status: said } }).label).toBe(label);
});

test.each([
  [{ intent: { action: 'target', position: 'long', position_size: '2', symbol: 'EURUSD' } }, 'long 2 EURUSD'],
  [{ intent: { action: 'target', position: 'flat', position_size: '0', symbol: 'EURUSD' } }, 'flat EURUSD'],
  [{ ticker: 'EURUSD', strategy: { market_position: 'short', market_position_size: '1' } }, 'short 1 EURUSD'],
  [{ ticker: 'EURUSD', action: 'buy', quantity: '1' }, 'buy 1 EURUSD'],
  ['***,buy,EURUSD,risk=1', '***,buy,EURUSD,risk=1'],
  ['', 'Unreadable message'],
])('The_message_%j_of_a_strategy_or_of_another_tool_is_summed_up_too', (payload, text) => {
  expect(signalSummary({ payload })).toBe(text);
});

test('a signal is summed up by its message', () => {
  expect(signalSummary({ payload: { intent: { side: 'buy', qty: 1, symbol: 'EURUSD' } } })).toBe('buy 1 EURUSD');
});

test('a message that was removed is told as removed, not as unreadable', () => {
  expect(signalSummary({ payload: null, removed: 'removed after 30 days' })).toBe('Message removed after 30 days');
});
