import { ApiProblem } from '@/api/problem';
import type { Position } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { price, quantity } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { useProtectPosition } from './queries';

const text = (value: number | null): string => (value === null ? '' : String(value));

/** The stop and target of a position: a price moves one, an empty field takes it away. */
export function ProtectDialog({ position, onDone }: { position: Position; onDone: () => void }) {
  const protect = useProtectPosition();
  const before = { stop_loss: text(position.stop_loss), take_profit: text(position.take_profit) };
  const { field, submit, problem, busy } = useFields({ defaultValues: before });
  const send = submit(async (values) => {
    // What was not touched is not sent: it may have moved meanwhile.
    const body: { stop_loss?: number | null; take_profit?: number | null } = {};
    for (const name of ['stop_loss', 'take_profit'] as const)
      if (values[name] !== before[name]) body[name] = values[name].trim() === '' ? null : Number(values[name]);
    if (Object.keys(body).length === 0) return onDone();
    try {
      const result = await protect(position.id, body);
      if ('status' in result) toasts.info('The change is on its way', 'The broker has not answered yet.');
      else toasts.success('Stop and target changed', position.symbol);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'position.closed') throw error;
      toasts.info('This position was closed already');
    }
    onDone();
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Move the stop of ${position.symbol}`}
      description={`${position.side} ${quantity(position.qty)} from ${price(position.avg_price, position.current_price)}, now ${price(position.current_price, position.avg_price)}.`}
    >
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void send(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        <TextField label="Stop loss" type="number" step="any" min={0} optional help="Empty takes it away." {...field('stop_loss')} />
        <TextField label="Take profit" type="number" step="any" min={0} optional help="Empty takes it away." {...field('take_profit')} />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy}>
            Move
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
