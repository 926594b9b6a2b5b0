import { expect, test } from 'vitest';
import { agoText, timeText } from './time';

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
