import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, test } from 'vitest';
import { readFields } from './schema';
import { SchemaFields } from './schema-fields';
import { initialValues, toBody, validate } from './values';

const schema = {
  type: 'object',
  required: ['email', 'password', 'server', 'mode'],
  properties: {
    mode: { type: 'string', enum: ['demo', 'live'], title: 'Mode', 'x-order': 4, 'x-enum-labels': { live: 'Live money' } },
    password: { type: 'string', format: 'password', writeOnly: true, 'x-order': 2 },
    email: { type: 'string', format: 'email', title: 'E-mail', description: 'As at the broker.', 'x-order': 1 },
    server: { type: 'string', title: 'Server', pattern: '^[A-Z-]+$', 'x-pattern-message': 'Capitals only.', 'x-order': 3 },
    leverage: { type: ['integer', 'null'], minimum: 1, maximum: 500 },
  },
};
const fields = readFields(schema);

describe('reading a schema', () => {
  test('Fields_stand_in_their_order_and_the_rest_follow', () => {
    expect(fields.map((field) => field.name)).toEqual(['email', 'password', 'server', 'mode', 'leverage']);
  });
  test('Types_and_formats_choose_the_input', () => {
    expect(fields.map((field) => field.kind)).toEqual(['email', 'password', 'text', 'select', 'integer']);
  });
  test('A_missing_title_is_made_from_the_name', () => {
    expect(readFields({ properties: { account_number: {}, userName: {} } }).map((field) => field.label)).toEqual(['Account number', 'User name']);
  });
  test('A_required_choice_starts_at_its_first_option', () => expect(initialValues(fields)['mode']).toBe('demo'));
  test.each([null, 'x', 3, [], {}, { properties: [] }, { properties: { a: null } }])('Nonsense_%j_is_an_empty_form', (value) => {
    expect(readFields(value)).toEqual([]);
  });
});

describe('checking values', () => {
  const good = { email: 'a@b.c', password: ' spaced ', server: 'OSP-DEMO', mode: 'demo', leverage: '' };
  test('Good_values_have_no_problem', () => expect(validate(fields, good)).toEqual({}));
  test('Each_fault_is_named_at_its_field', () => {
    expect(validate(fields, { ...good, email: 'nope', password: '', server: 'low', leverage: '1.5' })).toEqual({
      email: ['Enter an e-mail address.'],
      password: ['Password is required.'],
      server: ['Capitals only.'],
      leverage: ['Enter a whole number.'],
    });
  });
  test('A_password_is_sent_as_typed_and_an_empty_option_not_at_all', () => {
    expect(toBody(fields, good)).toEqual({ email: 'a@b.c', password: ' spaced ', server: 'OSP-DEMO', mode: 'demo' });
  });
  test('Numbers_are_sent_as_numbers', () => expect(toBody(fields, { ...good, leverage: '30' })['leverage']).toBe(30));
});

describe('a field with a condition', () => {
  const conditional = readFields({
    type: 'object',
    required: ['mode'],
    properties: {
      mode: { type: 'string', enum: ['demo', 'live'] },
      pin: { type: 'string', title: 'Pin', 'x-required': true, 'x-visible-when': { field: 'mode', in: ['live'] } },
    },
  });
  test('Is_neither_drawn_nor_required_nor_sent_while_it_is_hidden', () => {
    render(<SchemaFields fields={conditional} values={{ mode: 'demo' }} errors={{}} onChange={() => undefined} />);
    expect(screen.queryByRole('textbox', { name: /Pin/ })).not.toBeInTheDocument();
    expect(validate(conditional, { mode: 'demo', pin: '' })).toEqual({});
    expect(toBody(conditional, { mode: 'demo', pin: 'left from before' })).toEqual({ mode: 'demo' });
  });
  test('Is_required_once_it_shows', () => {
    render(<SchemaFields fields={conditional} values={{ mode: 'live' }} errors={{}} onChange={() => undefined} />);
    expect(screen.getByRole('textbox', { name: /Pin/ })).toBeRequired();
    expect(validate(conditional, { mode: 'live', pin: '' })).toEqual({ pin: ['Pin is required.'] });
  });
});

function Form() {
  const [values, setValues] = useState(() => initialValues(fields));
  return (
    <>
      <SchemaFields
        fields={fields}
        values={values}
        errors={{ server: ['There is no such server.'] }}
        onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
      />
      <output>{JSON.stringify(values)}</output>
    </>
  );
}

describe('drawing the form', () => {
  test('Fields_are_found_by_their_label_and_typed_into', async () => {
    render(<Form />);
    await userEvent.type(screen.getByRole('textbox', { name: /E-mail/ }), 'mara@example.com');
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Mode' }), 'Live money');
    expect(screen.getByRole('status')).toHaveTextContent('"email":"mara@example.com"');
    expect(screen.getByRole('status')).toHaveTextContent('"mode":"live"');
  });
  test('A_password_is_hidden_until_asked_for', async () => {
    render(<Form />);
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
    await userEvent.click(screen.getByRole('button', { name: 'Show what is typed' }));
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'text');
  });
  test('A_fault_from_the_server_belongs_to_its_field', () => {
    render(<Form />);
    expect(screen.getByLabelText('Server')).toBeInvalid();
    expect(screen.getByLabelText('Server')).toHaveAccessibleDescription('There is no such server.');
  });
});
