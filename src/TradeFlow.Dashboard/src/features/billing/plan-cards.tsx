import { Check } from 'lucide-react';
import type { BillingStatus, Plan } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { money } from '@/ui/format';
import { limitTexts } from './limit-texts';
import { isSubscribed } from './standing';

export function PlanCards({
  plans,
  status,
  opening,
  onChoose,
}: {
  plans: readonly Plan[];
  status: BillingStatus;
  opening: string | null;
  onChoose: (priceId: string) => void;
}) {
  const { isOwner } = useUser();
  return (
    <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {plans
        .filter((plan) => plan.price_id !== null)
        .map((plan) => (
          <li key={plan.plan} className={cx('flex flex-col rounded-2xl border bg-surface p-5', plan.plan === status.plan ? 'border-accent-line' : 'border-line')}>
            <p className="flex items-center justify-between gap-3">
              <span className="text-[0.9375rem] font-semibold">{plan.name}</span>
              {plan.plan === status.plan && <Badge tone="accent">Your plan</Badge>}
            </p>
            <p className="mt-2">
              <span className="text-[1.75rem] leading-9 font-semibold tracking-[-0.012em]">{money(plan.price, plan.currency).replace(/\.00$/, '')}</span>
              <span className="text-sm text-muted"> a month</span>
            </p>
            <ul className="mt-4 flex grow flex-col gap-2 text-sm">
              {limitTexts(plan.limits).map((text) => (
                <li key={text} className="flex items-center gap-2.5">
                  <Check aria-hidden className="size-4 shrink-0 text-accent" />
                  {text}
                </li>
              ))}
            </ul>
            {isOwner && status.configured && plan.plan !== status.plan && !isSubscribed(status) && (
              <Button
                className="mt-5"
                look={plan.plan === 'pro' ? 'primary' : 'quiet'}
                busy={opening === plan.price_id}
                disabled={opening !== null}
                onClick={() => plan.price_id !== null && onChoose(plan.price_id)}
              >
                Upgrade to {plan.name}
              </Button>
            )}
          </li>
        ))}
    </ul>
  );
}
