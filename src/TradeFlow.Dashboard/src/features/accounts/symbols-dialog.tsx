import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { LoadError, SkeletonRows } from '@/ui/states';
import { useToasts } from '@/ui/toast';
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

interface Draft {
  id: number;
  symbol: string;
  target: string;
  factor: string;
}

let lastId = 0;
const draft = (line?: SymbolLine): Draft => {
  lastId += 1;
  return { id: lastId, symbol: line?.symbol ?? '', target: line?.target ?? '', factor: String(line?.factor ?? 1) };
};

function Lines({ account, items, onDone }: { account: Account; items: readonly SymbolLine[]; onDone: () => void }) {
  const [lines, setLines] = useState(() => items.map((line) => draft(line)));
  const replace = useReplaceSymbols(account.id);
  const toasts = useToasts();
  const problem = problemOf(replace.error);
  const named = Object.keys(problem?.fields ?? {}).some((field) => field.startsWith('items['));
  const change = (id: number, part: Partial<Draft>): void => setLines((list) => list.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const save = (): void =>
    replace.mutate(
      lines.map(({ symbol, target, factor }) => ({ symbol: symbol.trim(), target: target.trim(), factor: Number(factor) })),
      { onSuccess: () => toasts.success('Symbols saved', 'They count from the next signal on.') },
    );

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem !== null && !named && <Notice className="mb-4" kind="error" problem={problem} />}
      {lines.length === 0 && <p className="text-sm text-muted">No line yet: symbols are looked up as your alerts name them.</p>}
      <ul className="flex flex-col gap-3" aria-label="Symbol lines">
        {lines.map((line, index) => (
          <li key={line.id} className="grid grid-cols-[1fr_1fr_4.5rem_2.25rem] items-start gap-2">
            <TextField label="In alerts" required placeholder="NQ" value={line.symbol} errors={problem?.fields[`items[${index}].symbol`]} onChange={(e) => change(line.id, { symbol: e.target.value })} />
            <TextField label="At the broker" required placeholder="MNQ" value={line.target} errors={problem?.fields[`items[${index}].target`]} onChange={(e) => change(line.id, { target: e.target.value })} />
            <TextField label="Size ×" required type="number" min={0.0001} max={1000} step={0.0001} value={line.factor} errors={problem?.fields[`items[${index}].factor`]} onChange={(e) => change(line.id, { factor: e.target.value })} />
            <Button look="ghost" size="icon" className="mt-6" aria-label={`Remove ${line.symbol === '' ? 'this line' : line.symbol}`} onClick={() => setLines((list) => list.filter((one) => one.id !== line.id))}>
              <X aria-hidden className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
      <Button size="sm" className="mt-3" onClick={() => setLines((list) => [...list, draft()])}>
        <Plus aria-hidden className="size-4" />
        Add a line
      </Button>
      <DialogActions>
        <Button onClick={onDone}>Close</Button>
        <Button look="primary" type="submit" busy={replace.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
