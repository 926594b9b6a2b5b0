import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useFieldArray } from 'react-hook-form';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { symbolsQuery, useReplaceSymbols, type SymbolLine } from './queries';
import { SymbolPreview } from './symbol-preview';

interface SymbolsDialogProps {
  account: Account;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The account's own names for symbols, and what a symbol is at its broker. */
export function SymbolsDialog({ account, open, onOpenChange }: SymbolsDialogProps) {
  const saved = useQuery({ ...symbolsQuery(account.id), enabled: open });
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title="Symbols"
      description="Where the broker calls a symbol by another name than your alerts. NQ holds for NQ1! and every month of it; * stands for all other symbols, such as *.r for a suffix."
    >
      {saved.isPending ? (
        <SkeletonRows label="Loading symbols" rows={3} />
      ) : saved.isError ? (
        <LoadError what="Symbols" error={saved.error} onRetry={() => void saved.refetch()} />
      ) : (
        <>
          <Lines key={saved.dataUpdatedAt} account={account} items={saved.data.items} onDone={() => onOpenChange(false)} />
          <SymbolPreview account={account} />
        </>
      )}
    </Dialog>
  );
}

function Lines({ account, items, onDone }: { account: Account; items: readonly SymbolLine[]; onDone: () => void }) {
  const replace = useReplaceSymbols(account.id);
  const { control, field, submit, watch, problem, busy } = useFields({
    defaultValues: { items: items.map(({ symbol, target, factor }) => ({ symbol, target, factor: String(factor ?? 1) })) },
  });
  const { fields: lines, append, remove } = useFieldArray({ control, name: 'items' });
  const save = submit(async (typed) => {
    await replace.mutateAsync(typed.items.map(({ symbol, target, factor }) => ({ symbol: symbol.trim(), target: target.trim(), factor: Number(factor) })));
    toasts.success('Symbols saved', 'They count from the next signal on.');
  });

  return (
    <form noValidate onSubmit={(event) => void save(event)}>
      {problem !== null && <Notice className="mb-4" kind="error" problem={problem} />}
      {lines.length === 0 && <p className="text-sm text-muted">No line yet: symbols are looked up as your alerts name them.</p>}
      <ul className="flex flex-col gap-3" aria-label="Symbol lines">
        {lines.map((line, index) => (
          <li key={line.id} className="grid grid-cols-[1fr_1fr_4.5rem_2.25rem] items-start gap-2">
            <TextField label="In alerts" required placeholder="NQ" {...field(`items.${index}.symbol`)} />
            <TextField label="At the broker" required placeholder="MNQ" {...field(`items.${index}.target`)} />
            <TextField label="Size ×" required type="number" min={0.0001} max={1000} step={0.0001} {...field(`items.${index}.factor`)} />
            <Button look="ghost" size="icon" className="mt-6" aria-label={`Remove ${watch(`items.${index}.symbol`) || 'this line'}`} onClick={() => remove(index)}>
              <X aria-hidden className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
      <Button size="sm" className="mt-3" onClick={() => append({ symbol: '', target: '', factor: '1' })}>
        <Plus aria-hidden className="size-4" />
        Add a line
      </Button>
      <DialogActions>
        <Button onClick={onDone}>Close</Button>
        <Button look="primary" type="submit" busy={busy}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
