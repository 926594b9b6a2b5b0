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

test('a signal is summed up by its message', () => {
  expect(signalSummary({ payload: { intent: { side: 'buy', qty: 1, symbol: 'EURUSD' } } })).toBe('buy 1 EURUSD');
});

test('a message that was removed is told as removed, not as unreadable', () => {
  expect(signalSummary({ payload: null, removed: 'removed after 30 days' })).toBe('Message removed after 30 days');
});
