import { expect, test, vi } from 'vitest';
import { agoText, startOfDay, timeText } from './time';

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

test('A_format_is_made_once_for_a_zone_and_not_for_each_time', () => {
  const Real = Intl.DateTimeFormat;
  const made = vi.spyOn(Intl, 'DateTimeFormat').mockImplementation(function make(...of) {
    return new Real(...of);
  });
  for (let second = 10; second < 40; second += 1) timeText(`2026-11-23T09:30:${second}Z`, 'Asia/Kathmandu');

  expect(made).toHaveBeenCalledTimes(1);
});

test('A_day_begins_where_its_zone_has_it', () => {
  const start = (date: string, zone: string): string => new Date(startOfDay(date, zone)).toISOString();
  expect(start('2026-11-23', 'UTC')).toBe('2026-11-23T00:00:00.000Z');
  expect(start('2026-11-23', 'Asia/Kathmandu')).toBe('2026-11-22T18:15:00.000Z');
  expect(start('2026-11-23', 'Pacific/Kiritimati')).toBe('2026-11-22T10:00:00.000Z');
  expect(start('2026-11-23', 'Pacific/Pago_Pago')).toBe('2026-11-23T11:00:00.000Z');
  // Midnight is left out there on this day.
  expect(start('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
});
