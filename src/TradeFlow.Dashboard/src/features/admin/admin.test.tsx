import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { OwnEvents } from './own-events';
import { Plugins } from './plugins';

const ok = (body: unknown): Answer => ({ status: 200, body });

const plugin = {
  broker: 'venue',
  name: 'Venue',
  version: '1.2.0',
  owner: null,
  sdk: '1.0',
  state: 'not_supported',
  reason: 'It needs SDK 1.99: update the platform.',
  sha256: 'ab',
  folder: 'plugins/Venue',
  sessions: 0,
  conformance: { passed: true, kit_version: '2.0.0', is_of_this_build: false, cases_passed: 61, cases_failed: 0, cases_skipped: 2 },
  seen_at: '2026-11-22T00:00:00Z',
  publisher: null,
  key_id: null,
  signed: false,
  trust: 'none',
};

test('A_connector_says_why_it_does_not_run_and_what_its_report_is_worth', async () => {
  renderPage(<Plugins />, { 'GET /api/admin/plugins': ok([plugin]) });
  expect(await screen.findByText('It needs SDK 1.99: update the platform.')).toBeVisible();
  expect(screen.getByText('not supported')).toBeVisible();
  expect(screen.getByText('kit passed, 61 cases, of another build')).toBeVisible();
  expect(screen.getByText('not vouched for')).toBeVisible();
});

test('A_reload_of_the_folders_is_asked_for_and_told', async () => {
  const { sent } = renderPage(<Plugins />, { 'GET /api/admin/plugins': ok([]), 'POST /api/admin/plugins/reload': { status: 202, body: { message: 'ok' } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Read the folders now' }));
  expect(await screen.findByText('The Workers read their folders again')).toBeVisible();
  expect(sent.map((call) => call.route)).toContain('POST /api/admin/plugins/reload');
});

test('An_event_that_the_server_refuses_says_so_at_its_field', async () => {
  renderPage(<OwnEvents />, {
    'GET /api/calendar/events': ok({ items: [], next_cursor: null, sources: [], stale: false }),
    'POST /api/admin/calendar/events': { status: 422, body: { code: 'validation.failed', title: 'Not accepted', errors: { currency: ['Use a currency code such as USD, or All.'] } } },
  });
  await userEvent.type(await screen.findByLabelText('Title'), 'Our own');
  await userEvent.type(screen.getByLabelText('Time on this device'), '2031-01-01T10:00');
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  expect(await screen.findByText('Use a currency code such as USD, or All.')).toBeVisible();
  expect(screen.getByLabelText('Currency')).toHaveAttribute('aria-invalid', 'true');
});
