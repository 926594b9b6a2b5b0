import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useForm, useWatch } from 'react-hook-form';
import { expect, test } from 'vitest';
import { OptionsForm } from './options-form';
import { firstOptions } from './template-options';

function Page({ hedges = false }: { hedges?: boolean }) {
  const form = useForm({ defaultValues: firstOptions });
  return (
    <>
      <OptionsForm form={form} hedges={hedges} />
      <output>{JSON.stringify(useWatch({ control: form.control }))}</output>
    </>
  );
}

const chosen = (): unknown => JSON.parse(screen.getByRole('status').textContent ?? '');

test('Each_choice_of_the_signal_is_taken_over_and_a_price_outlives_a_look_at_market', async () => {
  render(<Page />);
  expect(chosen()).toEqual(firstOptions);
  expect(screen.queryByLabelText('Side')).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText(/^The alert comes from/), 'indicator');
  expect(screen.queryByLabelText('Price')).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'limit');
  await userEvent.type(screen.getByLabelText('Price'), '1.09');
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'market');
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'stop');
  expect(screen.getByLabelText('Price')).toHaveValue('1.09');
  await userEvent.selectOptions(screen.getByLabelText('Side'), 'sell');
  await userEvent.type(screen.getByLabelText(/^Take profit/), '2');
  expect(screen.getByText('A target as a multiple of the stop needs a stop loss.')).toBeVisible();
  expect(chosen()).toEqual({ ...firstOptions, form: 'indicator', side: 'sell', type: 'stop', price: '1.09', tp: '2' });
});

test.each([true, false])('An_indicator_is_warned_of_a_hedge_where_one_would_open_%s', async (hedges) => {
  render(<Page hedges={hedges} />);
  expect(screen.queryByRole('note')).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText(/^The alert comes from/), 'indicator');
  if (hedges) expect(screen.getByRole('note')).toHaveTextContent('a sell does not close a buy');
  else expect(screen.queryByRole('note')).toBeNull();
});
