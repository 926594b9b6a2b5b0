import type { LucideIcon } from 'lucide-react';
import { ArrowLeftRight, CalendarDays, CreditCard, FileClock, LayoutDashboard, ListOrdered, Settings, ShieldCheck, Unplug, Webhook } from 'lucide-react';

export interface NavItem {
  to: '/' | '/positions' | '/orders' | '/webhooks' | '/log' | '/risk' | '/calendar' | '/accounts' | '/billing' | '/settings';
  label: string;
  icon: LucideIcon;
}

/** A screen joins the navigation by a line here; a group appears with its first screen. */
export const navGroups: readonly { label: string; items: readonly NavItem[] }[] = [
  {
    label: 'Trade',
    items: [
      { to: '/', label: 'Overview', icon: LayoutDashboard },
      { to: '/positions', label: 'Positions', icon: ArrowLeftRight },
      { to: '/orders', label: 'Orders', icon: ListOrdered },
    ],
  },
  {
    label: 'Signals',
    items: [
      { to: '/webhooks', label: 'Webhooks', icon: Webhook },
      { to: '/log', label: 'Webhook log', icon: FileClock },
    ],
  },
  {
    label: 'Risk',
    items: [
      { to: '/risk', label: 'Risk', icon: ShieldCheck },
      { to: '/calendar', label: 'Calendar', icon: CalendarDays },
    ],
  },
  {
    label: 'Workspace',
    items: [
      { to: '/accounts', label: 'Accounts', icon: Unplug },
      { to: '/billing', label: 'Billing', icon: CreditCard },
      { to: '/settings', label: 'Settings', icon: Settings },
    ],
  },
];

/** What a thumb reaches on a phone; the rest is under "More". */
export const thumbItems: readonly NavItem['to'][] = ['/', '/positions', '/log', '/accounts'];
