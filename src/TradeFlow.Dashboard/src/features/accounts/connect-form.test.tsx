import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { renderPage } from '../../../test/page';
import { ConnectForm } from './connect-form';
import { venue as broker } from './connect-form.fixture';

const show = (onSubmit: (body: Record<string, unknown>) => Promise<unknown>): void => {
  renderPage(<ConnectForm broker={broker} action="Connect" back="Back" onBack={() => {}} onSubmit={onSubmit} />);
};

const fillAndSend = async (): Promise<void> => {
  await userEvent.type(await screen.findByLabelText('Login'), 'mara');
  await userEvent.type(screen.getByLabelText('Secret'), 's3cret');
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
};

const refuse = (status: number, code: string, more: { fields?: Record<string, string[]>; members?: Record<string, unknown> } = {}) => () =>
  Promise.reject(new ApiProblem({ status, code, title: 'No', detail: 'The words of the server', ...more }));

test('The_form_comes_from_the_schema_and_sends_its_names', async () => {
  const onSubmit = vi.fn(async () => {});
  show(onSubmit);
  expect(await screen.findByText('Stored sealed.')).toBeVisible();
  await fillAndSend();
  expect(onSubmit).toHaveBeenCalledWith({ login: 'mara', secret: 's3cret', mode: 'demo' });
});

test('Nothing_is_sent_while_a_required_field_is_empty', async () => {
  const onSubmit = vi.fn(async () => {});
  show(onSubmit);
  await userEvent.click(await screen.findByRole('button', { name: 'Connect' }));
  expect(screen.getByLabelText('Login')).toHaveAccessibleDescription('Login is required.');
  expect(onSubmit).not.toHaveBeenCalled();
});

test('A_field_that_the_server_refuses_is_marked_until_it_is_changed', async () => {
  show(refuse(422, 'broker.credentials_rejected', { fields: { secret: ['Wrong secret.'] } }));
  await fillAndSend();
  expect(await screen.findByText('Wrong secret.')).toBeVisible();
  expect(screen.getByLabelText('Login')).toHaveValue('mara');
  await userEvent.type(screen.getByLabelText('Secret'), '!');
  expect(screen.queryByText('Wrong secret.')).toBeNull();
});

test.each([
  [504, 'broker.unreachable', 'Venue did not answer. Nothing was saved; try again in a moment.'],
  [402, 'plan.limit_reached', 'Your plan has no room for another account'],
  [422, 'broker.credentials_rejected', 'Venue did not accept this log-in'],
])('%s_%s_says_what_it_means_with_the_code', async (status, code, text) => {
  show(refuse(status, code));
  await fillAndSend();
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent(text);
  expect(alert).toHaveTextContent(code);
});

test('Of_several_accounts_one_is_chosen_without_typing_again', async () => {
  const onSubmit = vi
    .fn<(body: Record<string, unknown>) => Promise<unknown>>()
    .mockImplementationOnce(
      refuse(422, 'broker.account_required', {
        members: {
          accounts: [
            { id: '1', name: 'Swing', currency: 'USD', balance: 25_000 },
            { id: '2', name: 'Scalp', currency: 'EUR', balance: null },
          ],
        },
      }),
    )
    .mockResolvedValueOnce(undefined);
  show(onSubmit);
  await fillAndSend();
  await userEvent.click(await screen.findByRole('radio', { name: /Scalp/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Connect this account' }));
  expect(onSubmit).toHaveBeenLastCalledWith({ login: 'mara', secret: 's3cret', mode: 'demo', broker_account: '2' });
});

test('A_confirmation_that_the_server_wants_is_asked_for_at_its_switch', async () => {
  const credentials = {
    type: 'object',
    required: ['rules', 'mode'],
    properties: {
      rules: { type: 'boolean', title: 'I have read the rule', 'x-order': 1 },
      mode: { type: 'string', title: 'Mode', enum: ['demo', 'live'], default: 'demo', 'x-order': 2 },
    },
  };
  const onSubmit = vi.fn<(body: Record<string, unknown>) => Promise<unknown>>(refuse(422, 'broker.credentials_rejected', { fields: { rules: ['Read the rule first.'] } }));
  renderPage(<ConnectForm broker={{ ...broker, credentials }} action="Connect" back="Back" onBack={() => {}} onSubmit={onSubmit} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Connect' }));
  expect(await screen.findByText('Read the rule first.')).toBeVisible();
  await userEvent.click(screen.getByRole('switch', { name: 'I have read the rule' }));
  expect(screen.queryByText('Read the rule first.')).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
  expect(onSubmit).toHaveBeenLastCalledWith({ rules: true, mode: 'demo' });
});

const code = { type: 'string', title: 'Code', pattern: '^(?:[0-9]{6})$', 'x-autocomplete': 'one-time-code', 'x-input-mode': 'numeric', 'x-order': 1 };
const asks = (continuation: string, properties: Record<string, unknown> = { code }) => ({
  schema: { type: 'object', required: Object.keys(properties), properties, 'x-notice': 'We sent a code to your phone.' },
  continuation,
});
const answers = (...each: (() => Promise<unknown>)[]) =>
  each.reduce((mock, next) => mock.mockImplementationOnce(next), vi.fn<(body: Record<string, unknown>) => Promise<unknown>>());
const stepRequired = (step: unknown) => refuse(422, 'broker.step_required', { members: { step } });
const done = () => Promise.resolve();
const form = { login: 'mara', secret: 's3cret', mode: 'demo' };

test('A_step_is_a_page_of_its_own_and_goes_back_with_the_form', async () => {
  const onSubmit = answers(stepRequired(asks('c1')), done);
  show(onSubmit);
  await fillAndSend();
  const field = await screen.findByLabelText('Code');
  expect(screen.getByRole('form', { name: 'One more step' })).toHaveTextContent('We sent a code to your phone.');
  expect(screen.queryByLabelText('Secret')).toBeNull();
  expect(field).toHaveFocus();
  expect(field).toHaveAttribute('autocomplete', 'one-time-code');
  expect(field).toHaveAttribute('inputmode', 'numeric');
  await userEvent.type(field, '012345');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(onSubmit).toHaveBeenLastCalledWith({ ...form, continuation: 'c1', answers: { code: '012345' } });
});

test('A_wrong_code_is_said_at_its_field_and_can_be_typed_again', async () => {
  const wrong = refuse(422, 'broker.credentials_rejected', { fields: { 'answers.code': ['This code is wrong.'] }, members: { step: asks('c2') } });
  const onSubmit = answers(stepRequired(asks('c1')), wrong, done);
  show(onSubmit);
  await fillAndSend();
  await userEvent.type(await screen.findByLabelText('Code'), '000000{Enter}');
  expect(await screen.findByText('This code is wrong.')).toBeVisible();
  expect(screen.getByLabelText('Code')).toHaveFocus();
  await userEvent.clear(screen.getByLabelText('Code'));
  await userEvent.type(screen.getByLabelText('Code'), '123456{Enter}');
  expect(onSubmit).toHaveBeenLastCalledWith({ ...form, continuation: 'c2', answers: { code: '123456' } });
});

test('Nothing_is_sent_for_a_code_of_another_form', async () => {
  const onSubmit = answers(stepRequired(asks('c1')));
  show(onSubmit);
  await fillAndSend();
  await userEvent.type(await screen.findByLabelText('Code'), '12{Enter}');
  expect(screen.getByLabelText('Code')).toBeInvalid();
  expect(onSubmit).toHaveBeenCalledTimes(1);
});

test('Back_from_a_step_keeps_what_was_typed', async () => {
  show(answers(stepRequired(asks('c1'))));
  await fillAndSend();
  await userEvent.click(await screen.findByRole('button', { name: 'Back' }));
  expect(screen.getByLabelText('Login')).toHaveValue('mara');
  expect(screen.getByLabelText('Secret')).toHaveValue('s3cret');
});

test('A_second_step_begins_empty_and_an_account_is_chosen_without_the_spent_code', async () => {
  const accounts = [
    { id: '1', name: 'Swing', currency: 'USD', balance: 1 },
    { id: '2', name: 'Scalp', currency: 'USD', balance: 1 },
  ];
  const pin = { code: { ...code, title: 'Pin', pattern: '^[0-9]{4}$' } };
  const choice = refuse(422, 'broker.account_required', { members: { accounts, continuation: 'c3' } });
  const onSubmit = answers(stepRequired(asks('c1')), stepRequired(asks('c2', pin)), choice, done);
  show(onSubmit);
  await fillAndSend();
  await userEvent.type(await screen.findByLabelText('Code'), '123456{Enter}');
  await userEvent.type(await screen.findByLabelText('Pin'), '0000{Enter}');
  expect(onSubmit).toHaveBeenLastCalledWith({ ...form, continuation: 'c2', answers: { code: '0000' } });
  await userEvent.click(await screen.findByRole('radio', { name: /Scalp/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Connect this account' }));
  expect(onSubmit).toHaveBeenLastCalledWith({ ...form, broker_account: '2', continuation: 'c3' });
});

test.each([
  ['is_answered_too_late', refuse(422, 'validation.failed', { fields: { continuation: ['The time is over.'] } }), 'The time for the last step is over', 'Login'],
  ['the_broker_does_not_answer', refuse(504, 'broker.unreachable'), 'Venue did not answer', 'Code'],
  ['the_password_turns_out_wrong', refuse(422, 'broker.credentials_rejected', { fields: { secret: ['Wrong secret.'] } }), 'Wrong secret.', 'Login'],
])('When_a_step_%s_the_page_to_go_on_from_says_so', async (_, answer, text, page) => {
  show(answers(stepRequired(asks('c1')), answer));
  await fillAndSend();
  await userEvent.type(await screen.findByLabelText('Code'), '123456{Enter}');
  expect(await screen.findByText(new RegExp(text))).toBeVisible();
  expect(screen.getByLabelText(page)).toBeVisible();
});

test('A_step_without_fields_waits_for_what_the_user_does_elsewhere', async () => {
  const onSubmit = answers(stepRequired({ schema: { properties: {} }, continuation: 'c1' }), done);
  show(onSubmit);
  await fillAndSend();
  const go = await screen.findByRole('button', { name: 'I have confirmed it' });
  expect(go).toHaveFocus();
  await userEvent.click(go);
  expect(onSubmit).toHaveBeenLastCalledWith({ ...form, continuation: 'c1', answers: {} });
});
