import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { When } from '@/app/when';
import { renderPage } from '../../../test/page';
import { Appearance } from './appearance';

beforeEach(() => localStorage.clear());

const page = (
  <>
    <Appearance />
    <When at="2026-07-01T12:00:00Z" form="clock" />
  </>
);

test('Times_are_shown_in_the_zone_that_was_chosen_and_it_is_kept', async () => {
  renderPage(page);
  await userEvent.click(await screen.findByRole('radio', { name: 'Another' }));
  await userEvent.selectOptions(screen.getByLabelText('Time zone'), 'Asia/Tokyo');

  expect(screen.getByText(/^21:00:00/)).toBeVisible();
  expect(JSON.parse(localStorage.getItem('tradeflow.display') ?? '{}')).toMatchObject({ zone: 'Asia/Tokyo' });
});

test('A_zone_that_this_browser_does_not_know_is_the_one_of_this_place', async () => {
  localStorage.setItem('tradeflow.display', JSON.stringify({ zone: 'Mars/Olympus' }));
  renderPage(page);

  expect(await screen.findByRole('radio', { name: /^Here, / })).toBeChecked();
});
