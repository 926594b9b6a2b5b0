import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Order, WebhookLogDetail } from '@/api/types';
import { renderPage } from '../../../test/page';
import { Mend } from './mend';
import { Replay } from './replay';
import { SignalDetail } from './signal-detail';

const order: Order = {
  id: 'o1', account_id: 'a1', broker: 'venue', symbol: 'EURUSD', side: 'BUY', type: 'MARKET', action: 'open', qty: 2, price: 1.1, stop_loss: null, take_profit: null, filled_qty: 0, avg_price: null,
  status: 'REJECTED', reject_code: 'broker.rejected', reject_reason: 'Not enough margin', errors: null, broker_order_id: 'B7', client_order_id: 'c', webhook_id: 's1', parent_id: null, order_ids: null,
  created_at: '2026-11-29T10:00:00Z', sent_at: null, filled_at: null, pnl: null, gross_pnl: null, needs_review: false, answered_at: null, entry_refusal: null, gap: false, strategy: null,
};

const signal: WebhookLogDetail = {
  id: 's1', account_id: 'a1', broker: 'venue', received_at: '2026-11-29T10:00:00Z', method: 'POST', path: '/webhook/venue', status: 422, code: 'broker.rejected', order_id: 'o1', duplicate_of: null,
  replay_of: null, latency_ms: 60, stages: { receive: 1, decide: 2, queue: 3, broker: 50, record: 4 }, payload: { intent: { side: 'buy' } }, payload_cut: null, dialect: 'unify.v1', strategy: null, more: null, lag_seconds: null,
  response: null, removed: null, error: 'Not enough margin', order, checks: [{ code: 'risk.trades_per_day', passed: true, message: null, limit: 10, value: 4 }], intent: { action: 'open', qty: 2 },
  orders: [order],
  fills: [{ order_id: 'o1', at: '2026-11-29T10:00:00.06Z', symbol: 'EURUSD', side: 'BUY', qty: 2, price: 1.10005, fees: 1.5, pnl: null, slippage_ticks: -1, slippage_money: -2 }],
  events: [{ order_id: 'o1', at: '2026-11-29T10:00:00.012Z', kind: 'sending', detail: { qty: 2, price: null } }],
};

test('A_signal_shows_what_was_understood_the_numbers_of_its_checks_and_the_words_of_the_broker', async () => {
  const page = createRootRoute({ component: () => <SignalDetail signal={signal} onOpen={vi.fn<(id: string) => void>()} /> });
  renderPage(<RouterProvider router={createRouter({ routeTree: page, history: createMemoryHistory() }) as never} />);

  expect(await screen.findByText(/: 4 of 10/)).toBeVisible();
  expect(screen.getAllByText(/Not enough margin/)).toHaveLength(2);
  expect(screen.getByText('B7')).toBeVisible();
  await waitFor(() => expect(screen.getByText(/1 tick better than the signal/)).toHaveTextContent('$2.00; fees $1.50'));
  expect(screen.getByText('Sent to the broker').closest('li')).toHaveTextContent('+12 ms');
  expect(screen.getByRole('heading', { name: 'Understood as' })).toBeVisible();
  expect(screen.getByText('broker').closest('li')).toHaveTextContent('50 ms');
});

test('A_message_that_was_not_understood_names_its_faults_by_field_and_can_be_changed_and_tested', async () => {
  const wrong: WebhookLogDetail = {
    ...signal, code: 'signal.invalid', error: 'The signal is not valid.', payload: { intent: { side: 'bye' } }, order_id: null, order: null, orders: [], fills: [], events: [], checks: [], intent: null,
    response: { success: false, code: 'signal.invalid', errors: { 'intent.side': ['Use buy or sell.'] } },
  };
  const page = createRootRoute({
    component: () => (
      <>
        <SignalDetail signal={wrong} onOpen={vi.fn<(id: string) => void>()} />
        <Mend signal={wrong} />
      </>
    ),
  });
  const { sent } = renderPage(<RouterProvider router={createRouter({ routeTree: page, history: createMemoryHistory() }) as never} />, {
    'POST /api/webhooks/validate': { status: 200, body: { symbol: null, qty: 1, entry: null, stop_loss: null, take_profit: null, checks: [], would_execute: true } },
  });

  expect(within(await screen.findByRole('list', { name: 'Faults by field' })).getByRole('listitem')).toHaveTextContent('intent.side Use buy or sell.');
  const message = screen.getByLabelText('Message to test');
  await userEvent.clear(message);
  await userEvent.type(message, 'mended');
  await userEvent.click(screen.getByRole('button', { name: 'Test it', hidden: true }));

  expect(await screen.findByText('This signal would trade.')).toBeInTheDocument();
  expect(sent.find((one) => one.route === 'POST /api/webhooks/validate')?.body).toEqual({ account_id: 'a1', body: 'mended' });
});

test.each([
  ['that_failed', {}, true],
  ['whose_order_was_refused_after_a_pending_answer', { status: 202, code: null }, true],
  ['that_may_yet_be_executed', { status: 202, code: null, order: { ...order, status: 'WORKING' } }, false],
  ['that_was_answered_as_failed_and_executed_after_all', { status: 504, order: { ...order, status: 'FILLED' } }, false],
  ['that_repeats_another', { duplicate_of: 's0' }, false],
  ['of_a_strategy', { strategy: { id: 'x', name: 'Breakout' } }, false],
] as const)('A_signal_%s_is_offered_again_or_not', async (_, change, isOffered) => {
  const one = { ...signal, ...change } as WebhookLogDetail;
  renderPage(
    <>
      <p>here</p>
      <Replay signal={one} onOpen={vi.fn<(id: string) => void>()} />
    </>,
  );

  expect(await screen.findByText('here')).toBeVisible();
  expect(screen.queryAllByRole('button', { name: 'Replay' })).toHaveLength(isOffered ? 1 : 0);
  expect(screen.queryAllByText(/a signal of the strategy Breakout, for all its accounts/)).toHaveLength(one.strategy === null ? 0 : 1);
});
