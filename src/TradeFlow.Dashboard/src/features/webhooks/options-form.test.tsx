import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useForm, useWatch } from 'react-hook-form';
import { expect, test } from 'vitest';
import { OptionsForm } from './options-form';
import { firstOptions } from './template-options';

function Page() {
  const form = useForm({ defaultValues: firstOptions });
  return (
    <>
      <OptionsForm form={form} />
      <output>{JSON.stringify(useWatch({ control: form.control }))}</output>
    </>
  );
}

const chosen = (): unknown => JSON.parse(screen.getByRole('status').textContent ?? '');

test('Each_choice_of_the_signal_is_taken_over_and_a_price_outlives_a_look_at_market', async () => {
  render(<Page />);
  expect(chosen()).toEqual(firstOptions);
  expect(screen.queryByLabelText('Price')).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'limit');
  await userEvent.type(screen.getByLabelText('Price'), '1.09');
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'market');
  await userEvent.selectOptions(screen.getByLabelText('Order type'), 'stop');
  expect(screen.getByLabelText('Price')).toHaveValue('1.09');
  await userEvent.selectOptions(screen.getByLabelText('Side'), 'sell');
  await userEvent.type(screen.getByLabelText(/^Take profit/), '2');
  expect(screen.getByText('A target as a multiple of the stop needs a stop loss.')).toBeVisible();
  expect(chosen()).toEqual({ ...firstOptions, side: 'sell', type: 'stop', price: '1.09', tp: '2' });
});
