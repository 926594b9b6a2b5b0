import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { CalendarScreen } from './screen';
import { countdown, weekAround } from './week';

const ok = (body: unknown): Answer => ({ status: 200, body });
const soon = new Date(Date.now() + 3 * 60_000 - 1000).toISOString();
const calendar = {
  items: [{ id: 'e', title: 'FOMC Statement', currency: 'USD', impact: 'high', at: soon, all_day: false, forecast: null, previous: null, source: 'feed' }],
  next_cursor: null,
  sources: [{ source: 'feed', fetched_at: new Date().toISOString(), covers_from: null, covers_to: null, complete: true, problem: null }],
  stale: false,
};

test('An_event_has_its_impact_in_words_its_currency_and_a_countdown', async () => {
  renderPage(<CalendarScreen />, { 'GET /api/calendar/events': ok(calendar) });
  expect(await screen.findByText('FOMC Statement')).toBeVisible();
  expect(screen.getByText('High impact')).toBeVisible();
  expect(screen.getByText('in 3 min')).toBeVisible();
  expect(screen.getByText(/Calendar feed: read just now/)).toBeVisible();
});

test('A_week_without_events_says_so_and_leads_on', async () => {
  const { sent } = renderPage(<CalendarScreen />, { 'GET /api/calendar/events': ok({ ...calendar, items: [] }) });
  expect(await screen.findByText('Nothing is known for this week')).toBeVisible();
  const before = sent.length;
  const [next] = screen.getAllByRole('button', { name: 'Week after' });
  if (next !== undefined) await userEvent.click(next);
  expect(sent.length).toBeGreaterThan(before);
});

test('A_calendar_that_is_out_of_date_says_what_that_means', async () => {
  renderPage(<CalendarScreen />, { 'GET /api/calendar/events': ok({ ...calendar, stale: true }) });
  expect(await screen.findByRole('alert')).toHaveTextContent('the news lockout refuses every entry');
});

test('A_week_runs_from_monday_to_monday_where_its_times_are_shown', () => {
  const sunday = Date.parse('2026-11-29T23:59:59Z');
  expect(weekAround(sunday, 0, 'UTC')).toEqual({ from: '2026-11-23T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z' });
  // There it is Monday already.
  expect(weekAround(sunday, 0, 'Asia/Tokyo')).toEqual({ from: '2026-11-29T15:00:00.000Z', to: '2026-12-06T15:00:00.000Z' });
  // The clocks change in it, on its Sunday.
  expect(weekAround(Date.parse('2026-11-02T04:59:59Z'), 0, 'America/New_York')).toEqual({ from: '2026-10-26T04:00:00.000Z', to: '2026-11-02T05:00:00.000Z' });
});

test('A_countdown_ends_when_the_event_has_come', () => {
  expect(countdown('2026-11-23T12:00:00Z', Date.parse('2026-11-23T09:55:00Z'))).toBe('in 2 h 5 min');
  expect(countdown('2026-11-23T12:00:00Z', Date.parse('2026-11-23T12:00:00Z'))).toBeNull();
});
