import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { BrokerPlugin } from '@/api/types';
import { renderPage, type Answer } from '../../../test/page';
import { venue } from './connect-form.fixture';
import { ConnectForm } from './connect-form';

const broker: BrokerPlugin = {
  ...venue,
  credentials: {
    type: 'object',
    required: ['server', 'mode'],
    properties: {
      server: { type: 'string', title: 'Server', description: 'As in your contract.', 'x-options-source': 'servers', 'x-order': 1 },
      region: { type: 'string', title: 'Region', enum: ['eu', 'us'], default: 'eu', 'x-order': 2 },
      mode: { type: 'string', title: 'Mode', enum: ['demo', 'live'], default: 'demo', 'x-order': 3 },
    },
  },
};
const route = 'GET /api/brokers/venue/options/server';
const listed: Answer = {
  status: 200,
  body: [
    { value: 'OSP-1', label: 'Oslo' },
    { value: 'OSP-2', label: 'Bergen' },
  ],
};
const away: Answer = { status: 504, body: { code: 'broker.unreachable', title: 'No answer', detail: 'The broker is down.' } };

function show(...answers: Answer[]) {
  const onSubmit = vi.fn(async () => {});
  let asked = 0;
  renderPage(<ConnectForm broker={broker} action="Connect" back="Back" onBack={() => {}} onSubmit={onSubmit} />, {
    [route]: () => answers[Math.min(asked++, answers.length - 1)] ?? away,
  });
  return { onSubmit, times: () => asked };
}

test('What_the_broker_lists_is_chosen_by_its_label_and_sent_by_its_value', async () => {
  const { onSubmit } = show(listed);
  await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'Server' }), await screen.findByRole('option', { name: 'Bergen' }));
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
  expect(onSubmit).toHaveBeenCalledWith({ server: 'OSP-2', region: 'eu', mode: 'demo' });
});

test('Nothing_is_chosen_for_the_user', async () => {
  const { onSubmit } = show(listed);
  await screen.findByRole('option', { name: 'Bergen' });
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
  expect(screen.getByLabelText('Server')).toHaveAccessibleDescription('Server is required.');
  expect(onSubmit).not.toHaveBeenCalled();
});

test('Another_mode_and_another_choice_are_other_questions', async () => {
  const { times } = show(listed);
  await screen.findByRole('option', { name: 'Oslo' });
  await userEvent.selectOptions(screen.getByLabelText('Mode'), 'live');
  await screen.findByRole('option', { name: 'Oslo' });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: /Region/ }), 'us');
  await screen.findByRole('option', { name: 'Oslo' });
  expect(times()).toBe(3);
});

test('A_list_that_fails_lets_the_user_type_and_can_be_asked_for_again', async () => {
  const { onSubmit } = show(away, listed);
  const field = await screen.findByRole('textbox', { name: 'Server' });
  expect(field).toHaveAccessibleDescription(/As in your contract. The choices could not be loaded/);
  await userEvent.type(field, 'OSP-9');
  await userEvent.click(screen.getByRole('button', { name: 'load them again' }));
  // What was typed is not in the list, and stays.
  expect(await screen.findByRole('combobox', { name: 'Server' })).toHaveValue('OSP-9');
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
  expect(onSubmit).toHaveBeenCalledWith({ server: 'OSP-9', region: 'eu', mode: 'demo' });
});

test('A_broker_that_lists_nothing_takes_any_text', async () => {
  show({ status: 200, body: [] });
  expect(await screen.findByRole('textbox', { name: 'Server' })).toHaveAccessibleDescription('As in your contract.');
});
