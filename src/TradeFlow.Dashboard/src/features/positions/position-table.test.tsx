import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { position, renderPage } from '../../../test/page';
import { PositionCards } from './position-cards';
import { PositionTable } from './position-table';

const many = (count: number) => Array.from({ length: count }, (_, n) => ({ ...position, id: `p${n}`, symbol: `SYM${n}` }));
const nothing = (): void => undefined;

test('Of_a_long_list_the_part_in_the_window_is_drawn_and_the_length_is_told', async () => {
  renderPage(<PositionTable positions={many(500)} onClose={nothing} onMove={nothing} />);

  expect(await screen.findByText('SYM0')).toBeVisible();
  expect(screen.getAllByRole('button', { name: /^Close Position/ })).toHaveLength(60);
  expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '501');
  expect(screen.getByText('SYM7').closest('tr')).toHaveAttribute('aria-rowindex', '9');
});

test('A_list_that_can_be_read_is_drawn_whole', async () => {
  renderPage(<PositionCards positions={many(60)} onClose={nothing} onMove={nothing} />);

  expect(await screen.findByText('SYM59')).toBeVisible();
  expect(screen.getAllByRole('listitem').filter((item) => item.hasAttribute('aria-setsize'))).toHaveLength(60);
});
