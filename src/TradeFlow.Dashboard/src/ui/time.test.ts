import { expect, test } from 'vitest';
import { agoText, timeText } from './time';
import { tradingDayStart } from './trading-day';

test('A_time_always_names_its_zone', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(timeText('2026-11-23T09:30:05Z', 'UTC', now)).toBe('23 Nov, 09:30:05 UTC');
  expect(timeText('2025-01-02T09:30:05Z', 'UTC', now)).toBe('02 Jan 2025, 09:30:05 UTC');
});

test('Ago_grows_coarser', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(agoText('2026-11-23T11:59:58Z', now)).toBe('just now');
  expect(agoText('2026-11-23T11:57:00Z', now)).toBe('3 min ago');
  expect(agoText('2026-11-20T11:57:00Z', now)).toBe('3 d ago');
});

test.each([
  ['2026-11-23T12:00:00Z', 'UTC', '00:00', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23T21:59:00Z', 'America/New_York', '17:00', '2026-11-22T22:00:00.000Z'],
  ['2026-11-23T22:00:00Z', 'America/New_York', '17:00', '2026-11-23T22:00:00.000Z'],
  // The night in which New York puts its clocks forward, and the one in which it puts them back.
  ['2026-03-08T12:00:00Z', 'America/New_York', '00:00', '2026-03-08T05:00:00.000Z'],
  ['2026-11-01T12:00:00Z', 'America/New_York', '00:00', '2026-11-01T04:00:00.000Z'],
  ['2026-03-08T12:00:00Z', 'America/New_York', '17:00', '2026-03-07T22:00:00.000Z'],
])('The_trading_day_at_%s_in_%s_from_%s_began_%s', (now, zone, reset, start) => {
  expect(tradingDayStart(new Date(now), zone, reset).toISOString()).toBe(start);
});
