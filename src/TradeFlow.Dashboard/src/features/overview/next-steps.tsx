import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { lastSignalsQuery } from '@/api/queries/signals';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { cx } from '@/ui/cx';

interface Step {
  name: string;
  text: string;
  done: boolean;
  link: { to: '/accounts' | '/webhooks' | '/log'; label: string };
}

/** Shown until the first trade has gone all the way: what is done, and the one thing to do next. */
export function NextSteps() {
  const { connectedBrokers, known } = useBrokers();
  const { user } = useUser();
  const signals = useQuery(lastSignalsQuery());
  // Who sees some of the accounts connects none: an owner chooses what they see.
  if (!known || signals.isPending || (user.tenant.accounts !== null && connectedBrokers.length === 0)) return null;
  const arrived = (signals.data?.length ?? 0) > 0;
  const traded = user.trades_count > 0 || (signals.data?.some((s) => s.status === 200 && s.order_id != null) ?? false);
  const steps: Step[] = [
    {
      name: 'Connect a broker',
      text: 'Or a paper account, to try everything without a log-in.',
      done: connectedBrokers.length > 0,
      link: { to: '/accounts', label: 'Connect Broker' },
    },
    {
      name: 'Set up your alert',
      text: 'Copy the address and the message into TradingView.',
      done: arrived,
      link: { to: '/webhooks', label: 'Set up the alert' },
    },
    { name: 'See the first trade', text: 'Each signal shows what happened to it, step by step.', done: traded, link: { to: '/log', label: 'Open the webhook log' } },
  ];
  const next = steps.findIndex((step) => !step.done);
  if (next === -1) return null;
  return (
    <section aria-label="Next step" className="rounded-2xl border border-accent-line bg-accent-soft p-4 sm:p-6">
      <h2 className="font-semibold">{next === 0 ? 'Three steps to your first trade' : 'Next step'}</h2>
      <ol className="mt-4 grid gap-3 md:grid-cols-3">
        {steps.map((step, index) => (
          <li key={step.name} className={cx('flex gap-3 rounded-xl p-3.5', index === next ? 'bg-surface ring-1 ring-accent-line' : 'ring-1 ring-transparent')}>
            <span
              aria-hidden
              className={cx(
                'grid size-7 shrink-0 place-items-center rounded-full text-[0.8125rem] font-semibold',
                step.done ? 'bg-up text-surface' : index === next ? 'bg-accent text-accent-ink' : 'border border-accent-line text-muted',
              )}
            >
              {step.done ? <Check className="size-4" strokeWidth={2.5} /> : index + 1}
            </span>
            <div className="min-w-0 text-sm">
              <p className="font-medium">
                {step.name}
                {step.done && <span className="sr-only"> (done)</span>}
              </p>
              <p className="mt-0.5 text-pretty text-muted">{step.text}</p>
              {index === next && (
                <Link
                  to={step.link.to}
                  {...(step.link.to === '/accounts' ? { search: { connect: true } } : {})}
                  className="mt-3 inline-flex h-9 items-center rounded-lg bg-accent px-3.5 font-medium text-accent-ink hover:bg-accent-hover"
                >
                  {step.link.label}
                </Link>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
