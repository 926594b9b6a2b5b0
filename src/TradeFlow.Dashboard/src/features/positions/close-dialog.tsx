import { useState } from 'react';
import { ApiProblem, problemOf } from '@/api/problem';
import type { Position } from '@/api/types';
import { useBrokers } from '@/app/broker-context';
import { Confirm } from '@/ui/confirm';
import { TextField } from '@/ui/field';
import { closedMessage, price, quantity } from '@/ui/format';
import { Pnl } from '@/ui/money';
import { toasts } from '@/ui/toast';
import { useClosePosition } from './queries';

/** Closing at market, whole or in part, with the numbers of now. */
export function CloseDialog({ position, onDone }: { position: Position; onDone: () => void }) {
  const { account, brokerName, currencyOf } = useBrokers();
  const close = useClosePosition();
  const [partial, setPartial] = useState(false);
  const [amount, setAmount] = useState(String(position.qty));
  const currency = currencyOf(position.account_id);
  const part = Number(amount);
  const valid = !partial || (amount.trim() !== '' && Number.isFinite(part) && part > 0 && part <= position.qty);
  const qty = partial && valid ? part : position.qty;
  const share = position.pnl === null ? null : (position.pnl * qty) / position.qty;

  const confirm = (): void =>
    close.mutate(
      { position_id: position.id, ...(partial && part < position.qty ? { qty: part } : {}) },
      {
        onSuccess: (result) => {
          // Not "closed": the broker has not said so yet.
          if (!('pnl' in result)) toasts.info('The close is on its way', 'The broker has not answered yet. The position goes as soon as it is closed.');
          else toasts.success(closedMessage(result.pnl, currency), `${quantity(result.filled_qty)} ${position.symbol}`);
          onDone();
        },
        onError: (error) => {
          if (!(error instanceof ApiProblem) || error.code !== 'position.closed') return;
          toasts.info('This position was closed already');
          onDone();
        },
      },
    );

  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Close ${quantity(qty)} ${position.symbol} at market?`}
      action={partial ? `Close ${valid ? quantity(qty) : 'part'}` : 'Close Position'}
      busy={close.isPending}
      disabled={!valid}
      problem={problemOf(close.error)}
      onConfirm={confirm}
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 rounded-xl border border-line bg-sunken p-4 text-ink">
        <Fact name="Account">{account(position.account_id)?.name ?? brokerName(position.broker)}</Fact>
        <Fact name="Side and size">
          {position.side} {quantity(position.qty)}
        </Fact>
        <Fact name="Entry">{price(position.avg_price, position.current_price)}</Fact>
        <Fact name="Now">{price(position.current_price, position.avg_price)}</Fact>
        <Fact name={partial ? 'P&L of this part, about' : 'P&L, about'}>
          <Pnl amount={share} currency={currency} arrow className="text-lg" />
        </Fact>
      </dl>
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2 text-ink">
        <legend className="sr-only">How much to close</legend>
        {[false, true].map((value) => (
          <label key={String(value)} className="flex cursor-pointer items-center gap-2">
            <input type="radio" name="part" className="size-4 accent-accent" checked={partial === value} onChange={() => setPartial(value)} />
            {value ? 'A part' : `All ${quantity(position.qty)}`}
          </label>
        ))}
      </fieldset>
      {partial && (
        <TextField
          label="Quantity to close"
          inputMode="decimal"
          value={amount}
          errors={valid ? undefined : [`Between 0 and ${quantity(position.qty)}.`]}
          onChange={(event) => setAmount(event.target.value)}
        />
      )}
      <p>The market decides the final price, so the result can differ a little.</p>
    </Confirm>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="truncate font-medium">{children}</dd>
    </div>
  );
}
