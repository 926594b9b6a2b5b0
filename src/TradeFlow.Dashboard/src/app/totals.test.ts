import { expect, test } from 'vitest';
import { account, position } from '../../test/page';
import { addMoney, equityByCurrency, floatingByCurrency } from './totals';

test('Two_currencies_are_never_added', () => {
  const accounts = [
    { ...account, equity: 100.1 },
    { ...account, equity: 0.2 },
    { ...account, equity: 50, currency: 'EUR' },
  ];
  expect(equityByCurrency(accounts)).toEqual([
    { currency: 'EUR', total: 50, unknown: 0 },
    { currency: 'USD', total: 100.3, unknown: 0 },
  ]);
});

test('An_amount_that_is_not_known_is_counted_and_not_taken_for_zero', () => {
  expect(equityByCurrency([{ ...account, equity: null }])).toEqual([{ currency: 'USD', total: null, unknown: 1 }]);
});

test('Where_no_currency_is_known_nothing_is_added_up', () => {
  const positions = [position, { ...position, id: 'p2', account_id: 'gone' }, { ...position, id: 'p3', account_id: 'gone too' }];
  expect(floatingByCurrency(positions, (id) => (id === 'a1' ? 'USD' : ''))).toEqual([
    { currency: '', total: null, unknown: 0 },
    { currency: 'USD', total: 20, unknown: 0 },
  ]);
});

test('Cents_do_not_drift', () => expect(addMoney(0.1, 0.2)).toBe(0.3));
