import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { When } from '@/app/when';
import { me, renderPage } from '../../../test/page';
import { Appearance } from './appearance';

beforeEach(() => localStorage.clear());

const page = (
  <>
    <Appearance />
    <When at="2026-07-01T12:00:00Z" form="clock" />
  </>
);

test('Times_are_shown_in_the_zone_that_was_chosen_and_it_is_kept', async () => {
  const { sent } = renderPage(page, { 'PATCH /api/user/me': { status: 200, body: { ...me, time_zone: 'Asia/Tokyo' } } });
  await userEvent.click(await screen.findByRole('radio', { name: 'Another' }));
  await userEvent.selectOptions(screen.getByLabelText('Time zone'), 'Asia/Tokyo');

  expect(screen.getByText(/^21:00:00/)).toBeVisible();
  expect(JSON.parse(localStorage.getItem('tradeflow.display') ?? '{}')).toMatchObject({ zone: 'Asia/Tokyo' });
  expect(sent.filter(({ route }) => route === 'PATCH /api/user/me').at(-1)?.body).toEqual({ time_zone: 'Asia/Tokyo' });
});

test('The_zone_of_a_person_is_theirs_in_every_browser', async () => {
  localStorage.setItem('tradeflow.display', JSON.stringify({ zone: 'America/New_York' }));
  renderPage(page, { 'GET /api/user/me': { status: 200, body: { ...me, time_zone: 'Asia/Tokyo' } } });

  expect(await screen.findByText(/^21:00:00/)).toBeVisible();
});

test('A_zone_that_could_not_be_kept_is_not_shown_as_if_it_were', async () => {
  renderPage(page, { 'PATCH /api/user/me': { status: 503, body: { code: 'unavailable', title: 'Not now' } } });
  await userEvent.click(await screen.findByRole('radio', { name: 'UTC' }));

  expect((await screen.findAllByText('Not now')).length).toBeGreaterThan(0);
  expect(screen.getByRole('radio', { name: /^Here, / })).toBeChecked();
});

test('A_zone_that_this_browser_does_not_know_is_the_one_of_this_place', async () => {
  localStorage.setItem('tradeflow.display', JSON.stringify({ zone: 'Mars/Olympus' }));
  renderPage(page);

  expect(await screen.findByRole('radio', { name: /^Here, / })).toBeChecked();
});
