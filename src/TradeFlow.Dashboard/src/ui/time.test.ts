import { expect, test } from 'vitest';
import { agoText, timeText } from './time';

test('A_time_always_names_its_zone', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(timeText('2026-11-23T09:30:05Z', 'UTC', now)).toBe('23 Nov, 09:30:05 UTC');
  expect(timeText('2025-01-02T09:30:05Z', 'UTC', now)).toBe('02 Jan 2025, 09:30:05 UTC');
});

test('A_time_crosses_the_date_line_and_the_change_of_clocks_with_its_zone', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(timeText('2026-10-31T10:30:00Z', 'Pacific/Kiritimati', now)).toBe('01 Nov, 00:30:00 GMT+14');
  expect(timeText('2026-10-31T10:30:00Z', 'Pacific/Pago_Pago', now)).toBe('30 Oct, 23:30:00 GMT-11');
  // The hour that comes twice.
  expect(timeText('2026-11-01T05:30:00Z', 'America/New_York', now)).toBe('01 Nov, 01:30:00 GMT-4');
  expect(timeText('2026-11-01T06:30:00Z', 'America/New_York', now)).toBe('01 Nov, 01:30:00 GMT-5');
});

test('Ago_grows_coarser', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(agoText('2026-11-23T11:59:58Z', now)).toBe('just now');
  expect(agoText('2026-11-23T11:57:00Z', now)).toBe('3 min ago');
  expect(agoText('2026-11-20T11:57:00Z', now)).toBe('3 d ago');
});
