import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import { cx } from './cx';
import { money, signedMoney, trend } from './format';

const tints = { up: 'text-up', down: 'text-down', flat: 'text-muted' };
const words = { up: 'profit', down: 'loss', flat: 'no change' };

export function Money({ amount, currency, className }: { amount: number | null | undefined; currency: string; className?: string }) {
  return <span className={cx('whitespace-nowrap', className)}>{money(amount, currency)}</span>;
}

/** Profit or loss: a sign, a word for screen readers, an arrow and a colour, so that no one of them has to be seen. */
export function Pnl({
  amount,
  currency,
  className,
  arrow = false,
}: {
  amount: number | null | undefined;
  currency: string;
  className?: string;
  arrow?: boolean;
}) {
  const way = trend(amount);
  const Arrow = way === 'up' ? ArrowUpRight : ArrowDownRight;
  return (
    <span className={cx('inline-flex items-center gap-1 font-medium whitespace-nowrap', tints[way], className)}>
      {arrow && way !== 'flat' && <Arrow aria-hidden className="size-[1.1em]" strokeWidth={2.25} />}
      {signedMoney(amount, currency)}
      {amount !== null && amount !== undefined && <span className="sr-only"> {words[way]}</span>}
    </span>
  );
}
