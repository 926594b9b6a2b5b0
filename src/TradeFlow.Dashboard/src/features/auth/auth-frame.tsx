import type { ReactNode } from 'react';
import { Brand } from '@/app/shell/brand';
import { usePageTitle } from '@/ui/page-title';

const steps = [
  ['Connect a broker', 'Your log-in is checked with the broker and sealed. It is never shown again.'],
  ['Paste one message', 'TradingView sends your alert here. Each account has a key of its own.'],
  ['See what happened', 'Every signal leaves a record: what arrived, which checks it passed, what the broker answered.'],
] as const;

export function AuthFrame({ title, lead, children, foot }: { title: string; lead: string; children: ReactNode; foot: ReactNode }) {
  usePageTitle(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,5fr)_7fr]">
      <main className="flex flex-col px-6 py-8 sm:px-12">
        <Brand />
        <div className="mx-auto flex w-full max-w-sm grow flex-col justify-center py-10">
          <h1 className="text-2xl font-semibold tracking-[-0.012em]">{title}</h1>
          <p className="mt-1.5 text-sm text-muted">{lead}</p>
          <div className="mt-7">{children}</div>
          <p className="mt-6 text-sm text-muted">{foot}</p>
        </div>
      </main>
      <aside className="hidden border-l border-line bg-sunken lg:flex lg:items-center">
        <div className="mx-auto max-w-md px-10">
          <p className="text-[1.75rem] leading-tight font-semibold tracking-[-0.018em] text-balance">From an alert to a filled order, with every step on record.</p>
          <ol className="mt-9 flex flex-col gap-7">
            {steps.map(([name, text], index) => (
              <li key={name} className="relative flex gap-4">
                {index < steps.length - 1 && <span aria-hidden className="absolute top-9 bottom-[-1.4rem] left-4 w-px bg-line-strong" />}
                <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full border border-line-strong bg-surface text-sm font-semibold text-accent">
                  {index + 1}
                </span>
                <div>
                  <p className="font-medium">{name}</p>
                  <p className="mt-0.5 text-sm text-pretty text-muted">{text}</p>
                </div>
              </li>
            ))}
          </ol>
        </div>
      </aside>
    </div>
  );
}
