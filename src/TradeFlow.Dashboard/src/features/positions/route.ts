import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/positions',
  staticData: { nav: { group: 'Trade', place: 2, label: 'Positions', key: 'p', thumb: 'Positions', icon: ArrowLeftRight } },
  // Which question is open is part of the address, so that one can be led to it.
  validateSearch: (search: Record<string, unknown>): { account?: string | undefined; close?: string | undefined; move?: string | undefined } => ({
    account: text(search['account']),
    close: text(search['close']),
    move: text(search['move']),
  }),
  component: lazyRouteComponent(() => import('./screen'), 'PositionsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    positions: typeof route;
  }
}
