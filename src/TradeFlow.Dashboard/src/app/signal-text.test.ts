import { expect, test } from 'vitest';
import { signalSummary } from './signal-text';

test('a signal is summed up by its message', () => {
  expect(signalSummary({ payload: { intent: { side: 'buy', qty: 1, symbol: 'EURUSD' } } })).toBe('buy 1 EURUSD');
});

test('a message that was removed is told as removed, not as unreadable', () => {
  expect(signalSummary({ payload: null, removed: 'removed after 30 days' })).toBe('Message removed after 30 days');
});
