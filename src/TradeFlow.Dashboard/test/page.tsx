import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { onTestFinished, vi } from 'vitest';
import { session } from '@/api/session';
import type { Account, Me, Position } from '@/api/types';
import { BrokerProvider } from '@/app/broker-context';
import { ConfirmIdentity } from '@/app/confirm-identity';
import { ThemeProvider } from '@/app/theme-context';
import { UserProvider } from '@/app/user-context';
import { Toasts } from '@/ui/toast';

const tenant = { id: 't', slug: 'desk', name: 'Desk', role: 'owner', deletes_at: null, accounts: null };

export const me: Me = {
  id: 'u',
  email: 'mara@example.com',
  name: 'Mara',
  plan: 'trial',
  role: 'user',
  created_at: '2026-11-22T00:00:00Z',
  trial_start: '2026-11-22T00:00:00Z',
  trades_count: 0,
  two_factor_enabled: false,
  verified: true,
  time_zone: null,
  tenant,
  tenants: [tenant],
};

export const account: Account = {
  id: 'a1',
  broker: 'venue',
  name: 'Swing',
  email: 'mara@example.com',
  server: 'DEMO',
  mode: 'demo',
  broker_account: '5001',
  created_at: '2026-11-22T00:00:00Z',
  status: 'active',
  status_reason: null,
  enabled: true,
  disabled_reason: null,
  exit_only: false,
  multiplier: 1,
  dedupe_seconds: 20,
  max_age_seconds: null,
  default_size: null,
  stop_unit: null,
  on_gap: 'sync',
  tradingview_only: false,
  balance: 10_000,
  equity: 10_020,
  currency: 'USD',
  last_sync: null,
  api_key: 'venue_****abcdef',
};

export const position: Position = {
  id: 'p1',
  account_id: 'a1',
  broker: 'venue',
  symbol: 'EURUSD',
  side: 'BUY',
  qty: 1,
  avg_price: 1.09,
  current_price: 1.092,
  pnl: 20,
  pnl_percent: 0.18,
  stop_loss: null,
  take_profit: null,
  opened_at: '2026-11-22T14:30:00Z',
  status: 'OPEN',
};

export interface Answer {
  status: number;
  body: unknown;
}
export interface Sent {
  route: string;
  body: unknown;
}

const standard: Record<string, Answer> = {
  'GET /api/user/me': { status: 200, body: me },
  'GET /api/user/brokers': { status: 200, body: [account] },
  'GET /api/brokers': { status: 200, body: [] },
  'GET /api/positions': { status: 200, body: [position] },
};

/** Shows something inside the page's contexts, with a server that answers as told, and gives back what was sent to it. */
export function renderPage(
  ui: ReactNode,
  answers: Record<string, Answer | (() => Answer | Promise<Answer>)> = {},
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } }),
): { sent: Sent[] } {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const route = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    sent.push({ route, body: text === '' ? null : JSON.parse(text) });
    const found = answers[route] ?? standard[route] ?? { status: 404, body: { code: 'not_found', title: route } };
    const { status, body } = typeof found === 'function' ? await found() : found;
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  });
  session.accept({ access_token: 'token', expires_in: 600 });
  onTestFinished(() => {
    session.clear();
    vi.unstubAllGlobals();
  });
  render(
    <ThemeProvider>
      <QueryClientProvider client={queries}>
        <UserProvider>
          <BrokerProvider>{ui}</BrokerProvider>
          <ConfirmIdentity />
        </UserProvider>
      </QueryClientProvider>
      <Toasts />
    </ThemeProvider>,
  );
  return { sent };
}
