import { useQueryClient } from '@tanstack/react-query';
import type { Trade } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextAreaField, TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { signedMoney } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { writeNote } from './queries';

const words = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

/** The journal of one trade: what was thought, and words to find it by. */
export function NoteDialog({ trade, onDone }: { trade: Trade; onDone: () => void }) {
  const queries = useQueryClient();
  const { field, submit, problem, busy } = useFields({ defaultValues: { note: trade.note ?? '', tags: trade.tags.join(', ') } });
  const save = submit(async ({ note, tags }) => {
    await writeNote(trade.id, { note: note.trim() === '' ? null : note, tags: words(tags) });
    await queries.invalidateQueries({ queryKey: ['analytics', 'trades'] });
    toasts.success('The note is saved', trade.symbol);
    onDone();
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Note on ${trade.symbol}`}
      description={`${trade.side === 'BUY' ? 'Long' : 'Short'}, ${signedMoney(trade.net_pnl, trade.currency)} after fees.`}
    >
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void save(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        <TextAreaField label="Note" rows={5} maxLength={4000} optional {...field('note')} />
        <TextField label="Tags" optional placeholder="news, late entry" help="Words with commas between them." {...field('tags')} />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
