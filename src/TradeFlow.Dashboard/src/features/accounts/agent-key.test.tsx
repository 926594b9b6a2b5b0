import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { AgentKey } from './agent-key';
import { setup } from './terminal-setup.fixture';

const posted = (sent: { route: string }[]): string[] => sent.map((s) => s.route).filter((route) => route.startsWith('POST'));
const ok = (body: unknown): Answer => ({ status: 200, body });

test('The_key_is_shown_on_request_and_only_then', async () => {
  renderPage(<AgentKey setup={setup} canReveal />, { 'POST /api/accounts/1/reveal-agent-key': ok({ agent_key: 'acme-agent_01234567_secret' }) });
  expect(await screen.findByText('acme-a****xyz789')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Show the agent key of Acme 5001' }));
  expect(await screen.findByText('acme-agent_01234567_secret')).toBeVisible();
});

test('A_new_key_is_made_after_it_was_said_what_stops_working', async () => {
  const { sent } = renderPage(<AgentKey setup={setup} canReveal />, {
    'POST /api/accounts/1/regenerate-agent-key': ok({ agent_key: 'acme-agent_01234567_newkey', warning: 'Give the terminal its new agent key' }),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Regenerate the agent key of Acme 5001' }));
  const asked = within(screen.getByRole('alertdialog'));
  expect(asked.getByText(/The terminal of/)).toHaveTextContent('Acme 5001 can no longer report: until you put the new key into its inputs, entries are refused');
  expect(asked.getByText('Your alerts keep their API key.')).toBeVisible();
  expect(posted(sent)).toEqual([]);

  await userEvent.click(asked.getByRole('button', { name: 'Regenerate' }));
  expect(await screen.findByText('Give the terminal its new agent key')).toBeVisible();
  expect(posted(sent)).toEqual(['POST /api/accounts/1/regenerate-agent-key']);
});

test('An_account_without_a_key_says_what_to_do', async () => {
  const { sent } = renderPage(<AgentKey setup={{ ...setup, agent_key: null }} canReveal />, {
    'POST /api/accounts/1/reveal-agent-key': ok({ agent_key: 'acme-agent_01234567_secret' }),
  });
  expect(await screen.findByText('This terminal needs a key of its own')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Make the agent key' }));
  expect(posted(sent)).toEqual(['POST /api/accounts/1/reveal-agent-key']);
});

test('A_viewer_sees_no_buttons', async () => {
  renderPage(<AgentKey setup={setup} canReveal={false} />, {});
  expect(await screen.findByText('acme-a****xyz789')).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
});
