import type { BillingStatus, Usage } from '@/api/types';
import { When } from '@/app/when';
import { Notice } from '@/ui/notice';
import { isPaid } from './standing';

/** What came of a visit to Stripe. The plan follows from Stripe's word, not from the way back. */
export function Returned({ how, status }: { how: 'done' | 'canceled'; status: BillingStatus }) {
  if (how === 'canceled')
    return (
      <Notice kind="info" title="Nothing was bought">
        You left before paying, and nothing was charged.
      </Notice>
    );
  if (isPaid(status))
    return (
      <Notice kind="success" title="Thank you, your plan is in force">
        New trades are let through from now on.
      </Notice>
    );
  return (
    <Notice kind="info" title="Your payment is being confirmed">
      This usually takes a few seconds. Your plan changes by itself as soon as Stripe has told us; you can leave this page.
    </Notice>
  );
}

export function Standing({ usage, status }: { usage: Usage; status: BillingStatus }) {
  if (status.grace_ends_at !== null && usage.entries_allowed)
    return (
      <Notice kind="warning" title="Your last payment failed">
        New trades go on until <When at={status.grace_ends_at} />. Change the payment method under Manage subscription. Closing positions always works.
      </Notice>
    );
  if (!usage.entries_allowed && usage.block_text !== null)
    return (
      <Notice kind="warning" title="New trades are stopped">
        {usage.block_text} Closing positions always works.
      </Notice>
    );
  return null;
}

export function NotConfigured() {
  return (
    <Notice kind="info" title="Plans cannot be bought here yet">
      Whoever runs this installation has not connected it to Stripe. The trial goes on as it is.
    </Notice>
  );
}
