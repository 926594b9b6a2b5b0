import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { price, quantity } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { resolveQuery } from './queries';

/** Asks the broker what a symbol is after the saved map, without sending anything. */
export function SymbolPreview({ account }: { account: Account }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const found = useQuery({ ...resolveQuery(account.id, asked), enabled: asked !== '' });
  const problem = problemOf(found.error);
  return (
    <form
      className="mt-6 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(text.trim());
        if (asked === text.trim()) void found.refetch();
      }}
    >
      <div className="flex items-end gap-2">
        <TextField className="grow" label="Try a symbol" help="With the lines that are saved." placeholder="CME_MINI:NQ1!" value={text} onChange={(e) => setText(e.target.value)} />
        <Button type="submit" className="mb-6.5" busy={found.isFetching} disabled={text.trim() === ''}>
          Look up
        </Button>
      </div>
      {problem !== null && <Notice className="mt-3" kind="error" problem={problem} />}
      {found.data !== undefined &&
        (found.data.broker_symbol == null ? (
          <Notice className="mt-3" kind="warning" title={found.data.problem ?? 'The broker has no such symbol.'}>
            {found.data.suggestions.length > 0 && `Did you mean ${found.data.suggestions.join(', ')}?`}
          </Notice>
        ) : (
          <Notice className="mt-3" kind={found.data.problem == null ? 'success' : 'warning'} title={`${found.data.canonical} trades ${found.data.broker_symbol}`}>
            {[found.data.description, found.data.rule == null ? null : `by the line ${found.data.rule}`, found.data.factor === 1 ? null : `size × ${quantity(found.data.factor)}`,
              `tick ${price(found.data.tick_size)}`, `smallest order ${quantity(found.data.min_quantity)}`, found.data.problem].filter((part) => part != null && part !== '').join(' · ')}
          </Notice>
        ))}
    </form>
  );
}
