import type { BillingStatus } from '@/api/types';

/** Bought, and in force. */
export const isPaid = ({ status, price_id }: BillingStatus): boolean => price_id !== null && (status === 'active' || status === 'trialing');

/** A subscription that is running, paid or not, is changed in the portal: a second one beside it would be paid twice. */
export const isSubscribed = ({ status, price_id }: BillingStatus): boolean => price_id !== null && status !== 'canceled';
