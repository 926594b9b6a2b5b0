import { describe, expect, test } from 'vitest';
import { closedMessage, duration, money, percent, price, signedMoney, trend } from './format';

describe('money', () => {
  test.each([
    [1234.5, 'USD', '$1,234.50'],
    [-20, 'USD', '-$20.00'],
    [0, 'EUR', '€0.00'],
    [1500, 'JPY', '¥1,500'],
    [12.3456, 'USDT', '12.35 USDT'],
    [null, 'USD', '—'],
    [12.3456, '', '12.35'],
    [-20, '', '-20.00'],
    [-0.001, 'USD', '$0.00'],
  ])('%s %s reads %s', (amount, currency, text) => expect(money(amount, currency)).toBe(text));

  test('Profit_and_loss_always_has_its_sign', () => {
    expect(signedMoney(20, 'USD')).toBe('+$20.00');
    expect(signedMoney(-20, 'USD')).toBe('-$20.00');
    expect(signedMoney(0, 'USD')).toBe('$0.00');
    expect(signedMoney(undefined, 'USD')).toBe('—');
  });
});

test('The_closing_sentence_says_profit_or_loss', () => {
  expect(closedMessage(20, 'USD')).toBe('Position closed with +$20.00 profit');
  expect(closedMessage(-20, 'USD')).toBe('Position closed with -$20.00 loss');
  expect(closedMessage(0, 'USD')).toBe('Position closed at $0.00');
  expect(closedMessage(null, 'USD')).toBe('Position closed');
});

test('Less_than_half_a_cent_is_neither_profit_nor_loss', () => {
  expect(trend(0.004)).toBe('flat');
  expect(trend(-0.004)).toBe('flat');
});

test('Prices_of_one_row_have_the_same_decimals', () => {
  expect(price(1.09, 1.09214)).toBe('1.09000');
  expect(price(5912.25)).toBe('5,912.25');
  expect(price(0)).toBe('0.00');
});

test('Percent_and_duration_read_well', () => {
  expect(percent(0.18)).toBe('+0.18%');
  expect(percent(-1.5)).toBe('-1.50%');
  expect(percent(-0.001)).toBe('0.00%');
  expect(duration(2.25)).toBe('2.3 ms');
  expect(duration(2340)).toBe('2.34 s');
});
