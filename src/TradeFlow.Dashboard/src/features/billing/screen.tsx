import { getRouteApi } from '@tanstack/react-router';
import { PageHeader } from '@/ui/panel';
import { BillingPage } from './billing-page';

const route = getRouteApi('/signed-in/billing');

export function BillingScreen() {
  const { checkout } = route.useSearch();
  return (
    <>
      <PageHeader title="Billing">Your plan, what you have used of it, and what the others include. Exits are never held back by a plan.</PageHeader>
      <BillingPage returned={checkout} />
    </>
  );
}
