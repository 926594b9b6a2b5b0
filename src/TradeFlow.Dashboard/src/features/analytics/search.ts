import { dateIn } from '@/ui/time';

/** What the trades can be told apart by. */
export const groupings = ['symbol', 'weekday', 'hour', 'strategy', 'broker'] as const;
export type Grouping = (typeof groupings)[number];

/** Everything that the screen shows is in its address, so that a link shows the same to somebody else of the workspace. */
export interface AnalyticsSearch {
  from?: string | undefined;
  to?: string | undefined;
  account?: string | undefined;
  broker?: string | undefined;
  symbol?: string | undefined;
  strategy?: string | undefined;
  /** Which one the charts show, where there are several. */
  currency?: string | undefined;
  by?: Grouping | undefined;
}

export const isGrouping = (value: unknown): value is Grouping => groupings.some((one) => one === value);

/** As the server takes it. */
export const filterOf = ({ from, to, account, broker, symbol, strategy }: AnalyticsSearch) => ({ from, to, account_id: account, broker, symbol, strategy });
export type Filter = ReturnType<typeof filterOf>;

export const isFiltered = (search: AnalyticsSearch): boolean => Object.values(filterOf(search)).some((value) => value !== undefined);

export function thisYear(zone: string, now = Date.now()): { from: string; to: string } {
  const to = dateIn(zone, now);
  return { from: `${to.slice(0, 4)}-01-01`, to };
}
