// Every number that a person reads goes through here. Missing is an em dash, never 0: a balance that we do not know is not empty.
const missing = '—';
const minus = '-';

interface MoneyFormat {
  format: (amount: number) => string;
  /** The code, where the format has no sign of its own. */
  code: string;
  digits: number;
}

const moneyFormats = new Map<string, MoneyFormat>();

// Making one, and asking it what it does, takes longer than drawing a row.
function moneyFormat(currency: string): MoneyFormat {
  let known = moneyFormats.get(currency);
  if (known === undefined) moneyFormats.set(currency, (known = newMoneyFormat(currency)));
  return known;
}

function newMoneyFormat(currency: string): MoneyFormat {
  try {
    const made = new Intl.NumberFormat('en-US', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    return { format: made.format, code: '', digits: made.resolvedOptions().maximumFractionDigits ?? 2 };
  } catch {
    // Not an ISO code (USDT, a broker's points): the number, with the code written out. Neither is one that is not known.
    return { format: new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format, code: currency, digits: 2 };
  }
}

/** Without a currency the number stands alone: a sign that is guessed would be a lie. */
export function money(amount: number | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return missing;
  const { format, code, digits } = moneyFormat(currency);
  const text = code === '' ? format(Math.abs(amount)) : `${format(Math.abs(amount))} ${code}`;
  return Number(amount.toFixed(digits)) < 0 ? `${minus}${text}` : text;
}

/** Money that is gained or lost: always with its sign, except for exactly nothing. */
export function signedMoney(amount: number | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return missing;
  const text = money(amount, currency);
  return trend(amount) === 'up' ? `+${text}` : text;
}

export type Trend = 'up' | 'down' | 'flat';

export function trend(amount: number | null | undefined): Trend {
  const rounded = Number((amount ?? 0).toFixed(2));
  return rounded > 0 ? 'up' : rounded < 0 ? 'down' : 'flat';
}

export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return missing;
  const way = trend(value);
  return `${way === 'up' ? '+' : way === 'down' ? minus : ''}${Math.abs(value).toFixed(2)}%`;
}

const quantityFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 8 });

export const quantity = (value: number | null | undefined): string =>
  value === null || value === undefined ? missing : quantityFormat.format(value);

/** A price with the decimals that belong to it: at least as many as `like` has, so that a column of one symbol lines up. */
export function price(value: number | null | undefined, ...like: readonly (number | null | undefined)[]): string {
  if (value === null || value === undefined) return missing;
  const digits = Math.min(8, Math.max(2, decimals(value), ...like.map(decimals)));
  return priceFormat(digits).format(value);
}

const priceFormats: Intl.NumberFormat[] = [];

// Making one takes longer than drawing a row.
const priceFormat = (digits: number): Intl.NumberFormat =>
  (priceFormats[digits] ??= new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

function decimals(value: number | null | undefined): number {
  if (value === null || value === undefined) return 0;
  return String(value).split('.')[1]?.length ?? 0;
}

export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return missing;
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "Position closed with +$20.00 profit": the sentence of the design, and what it says when the trade was not a good one. */
export function closedMessage(pnl: number | null | undefined, currency: string): string {
  if (pnl === null || pnl === undefined) return 'Position closed';
  switch (trend(pnl)) {
    case 'up':
      return `Position closed with ${signedMoney(pnl, currency)} profit`;
    case 'down':
      return `Position closed with ${signedMoney(pnl, currency)} loss`;
    case 'flat':
      return `Position closed at ${money(0, currency)}`;
  }
}
