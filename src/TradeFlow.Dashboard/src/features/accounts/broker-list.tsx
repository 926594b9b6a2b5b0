import { ChevronRight, Plug } from 'lucide-react';
import type { BrokerPlugin } from '@/api/types';
import { Empty } from '@/ui/states';
import { ModeBadge } from '@/app/account-label';

export function BrokerList({ brokers, onChoose }: { brokers: readonly BrokerPlugin[]; onChoose: (broker: BrokerPlugin) => void }) {
  if (brokers.length === 0)
    return (
      <Empty icon={Plug} title="No broker is available">
        The server has loaded no broker plugin. Whoever runs it can see why under its health page.
      </Empty>
    );
  return (
    <ul className="flex flex-col gap-2">
      {brokers.map((broker) => {
        const off = broker.status !== 'active';
        return (
          <li key={broker.broker}>
            <button
              type="button"
              disabled={off}
              onClick={() => onChoose(broker)}
              className="flex w-full items-center gap-3.5 rounded-xl border border-line px-3.5 py-3 text-left transition-colors hover:border-accent hover:bg-accent-soft disabled:cursor-not-allowed disabled:opacity-55"
            >
              <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-lg bg-sunken text-sm font-semibold text-muted">
                {initials(broker.name)}
              </span>
              <span className="min-w-0 grow">
                <span className="block font-medium">{broker.name}</span>
                <span className="mt-0.5 flex flex-wrap gap-1.5">
                  {off ? <span className="text-[0.8125rem] text-muted">{broker.reason ?? 'not available now'}</span> : broker.modes.map((mode) => <ModeBadge key={mode} mode={mode} />)}
                </span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const initials = (name: string): string => {
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/).filter(Boolean);
  return (words.length > 1 ? words.slice(0, 2).map((w) => w.charAt(0)).join('') : name.slice(0, 2)).toUpperCase();
};
