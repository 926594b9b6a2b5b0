import type { Position } from '@/api/types';
import { counted, signedMoney } from '@/ui/format';

/** "Close 7 positions on 3 accounts, cancel 2 orders, about -$245.50": what a stop would do now, as far as the page knows. */
export function stopPreview(positions: readonly Position[], workingOrders: number | undefined, currencyOf: (account: string) => string): string {
  const accounts = new Set(positions.map((position) => position.account_id));
  const parts = [positions.length === 0 ? 'Close no position' : `Close ${counted(positions.length, 'position')} on ${counted(accounts.size, 'account')}`];
  if (workingOrders !== undefined) parts.push(workingOrders === 0 ? 'cancel no order' : `cancel ${counted(workingOrders, 'order')}`);
  const amounts = sums(positions, currencyOf);
  if (amounts !== '') parts.push(`about ${amounts}`);
  return parts.join(', ');
}

/** Open profit by currency: dollars and euros are not added up, and nothing is said where it is not known which they are. */
function sums(positions: readonly Position[], currencyOf: (account: string) => string): string {
  if (positions.some((position) => currencyOf(position.account_id) === '')) return '';
  const totals = new Map<string, number>();
  for (const position of positions) {
    const currency = currencyOf(position.account_id);
    if (position.pnl != null) totals.set(currency, (totals.get(currency) ?? 0) + position.pnl);
  }
  return pnlText(Object.fromEntries(totals));
}

export const pnlText = (byCurrency: Readonly<Record<string, number>>): string =>
  Object.entries(byCurrency)
    .map(([currency, amount]) => signedMoney(amount, currency))
    .join(' and ');

/** "1 of 3 positions closed": how far a stop is that goes on. */
export const stopProgressText = (step: { positions_open: number; positions_closed: number }): string =>
  `${step.positions_closed} of ${counted(step.positions_open + step.positions_closed, 'position')} closed.`;

/** What the toast says after a stop. */
export function stopResult(result: { positions_closed: number; orders_canceled: number; pnl_by_currency: Readonly<Record<string, number>> }): string {
  const total = result.positions_closed > 0 ? pnlText(result.pnl_by_currency) : '';
  return `${counted(result.positions_closed, 'position')} closed${total === '' ? '' : ` (${total})`}, ${counted(result.orders_canceled, 'order')} canceled. Re-enable accounts to resume trading.`;
}
