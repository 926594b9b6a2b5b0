import type { Account, Position } from '@/api/types';

/** Sums by currency: amounts of two currencies are never added together. */
export function byCurrency<T>(
  items: readonly T[],
  currency: (item: T) => string,
  amount: (item: T) => number | null | undefined,
): { currency: string; total: number | null; unknown: number }[] {
  const sums = new Map<string, { total: number | null; unknown: number }>();
  for (const item of items) {
    const sum = sums.get(currency(item)) ?? { total: null, unknown: 0 };
    const value = amount(item);
    if (value === null || value === undefined) sum.unknown += 1;
    else sum.total = addMoney(sum.total ?? 0, value);
    sums.set(currency(item), sum);
  }
  return [...sums].map(([code, sum]) => ({ currency: code, ...sum })).toSorted((a, b) => a.currency.localeCompare(b.currency));
}

// Added in millionths, so that 0.1 + 0.2 is 0.3 on the screen of a person who checks it.
export const addMoney = (a: number, b: number): number => Math.round(a * 1e6 + b * 1e6) / 1e6;

/** Where no currency is known there is no sum: it could be one of two. */
export const floatingByCurrency = (positions: readonly Position[], currencyOf: (accountId: string) => string) =>
  byCurrency(positions, (p) => currencyOf(p.account_id), (p) => p.pnl).map((sum) => (sum.currency === '' ? { ...sum, total: null } : sum));

export const equityByCurrency = (accounts: readonly Account[]) => byCurrency(accounts, (a) => a.currency, (a) => a.equity);
export const balanceByCurrency = (accounts: readonly Account[]) => byCurrency(accounts, (a) => a.currency, (a) => a.balance);
