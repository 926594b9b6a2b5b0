import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Clock, Keyboard, LogOut, Moon, OctagonX, Plug, Sun, SunMoon, Webhook, X, type LucideIcon } from 'lucide-react';
import { positionsQuery } from '@/api/queries/positions';
import type { Position } from '@/api/types';
import { useBrokers } from '@/app/broker-context';
import { useNavigation } from '@/app/shell/navigation';
import { useTheme } from '@/app/theme-context';
import { useUser } from '@/app/user-context';
import { useZoneChoice } from '@/app/zone-choice';
import { quantity, signedMoney } from '@/ui/format';

export interface Command {
  id: string;
  label: string;
  /** What else it may be looked for by. */
  words: string[];
  icon: LucideIcon;
  /** What is known of it now. */
  hint?: string;
  /** The keys that do the same. */
  keys?: string;
  run: () => void;
}

export interface CommandGroup {
  label: string;
  commands: Command[];
}

const most = 20;

/** Hundreds of positions are no list to choose from: then only those of a symbol that was typed. */
function matching(positions: readonly Position[], search: string): readonly Position[] {
  if (positions.length <= most) return positions;
  const words = search.toUpperCase().split(' ').filter((word) => word.length > 1);
  return positions.filter(({ symbol }) => words.some((word) => symbol.toUpperCase().includes(word))).slice(0, most);
}

/** All that can be reached from here: the screens of the navigation, what can be done, and each open position and account. */
export function useCommands(search: string, showKeys: () => void): CommandGroup[] {
  const router = useRouter();
  const screens = useNavigation();
  const { canTrade, canManage, logOut } = useUser();
  const { connectedBrokers, account, currencyOf } = useBrokers();
  const { theme, setTheme } = useTheme();
  const [zone, setZone] = useZoneChoice();
  const positions = matching(useQuery(positionsQuery()).data ?? [], search);

  const go: Command[] = screens.map(({ to, label, icon, group, key }) => ({
    id: `go ${to}`, label, words: [group, 'go', 'open'], icon, ...(key === undefined ? {} : { keys: `G ${key.toUpperCase()}` }), run: () => void router.navigate({ to }),
  }));

  const act: Command[] = [];
  if (canTrade && connectedBrokers.length > 0)
    act.push({ id: 'stop', label: 'Emergency Stop', words: ['panic', 'kill', 'close all', 'flatten'], icon: OctagonX, run: () => void router.navigate({ to: '.', search: (old) => ({ ...old, stop: true }) }) });
  if (canManage) act.push({ id: 'connect', label: 'Connect Broker', words: ['account', 'add', 'new'], icon: Plug, run: () => void router.navigate({ to: '/accounts', search: { connect: true } }) });
  for (const [name, icon] of [['light', Sun], ['dark', Moon], ['system', SunMoon]] as const)
    if (name !== theme) act.push({ id: `theme ${name}`, label: `Theme: ${name}`, words: ['appearance', 'mode', 'colour', 'color'], icon, run: () => setTheme(name) });
  act.push(
    zone === 'utc'
      ? { id: 'zone', label: 'Times of this place', words: ['time zone', 'local', 'utc'], icon: Clock, run: () => setZone('local') }
      : { id: 'zone', label: 'Times in UTC', words: ['time zone', 'local'], icon: Clock, run: () => setZone('utc') },
    { id: 'keys', label: 'Keyboard shortcuts', words: ['help', 'keys'], icon: Keyboard, keys: '?', run: showKeys },
    { id: 'log out', label: 'Log out', words: ['sign out', 'exit'], icon: LogOut, run: () => void logOut() },
  );

  const open: Command[] = canTrade
    ? positions.map((p) => ({
        id: `close ${p.id}`, label: `Close Position ${p.symbol}`, words: [p.side, 'exit', 'sell', account(p.account_id)?.name ?? p.broker, p.id], icon: X,
        hint: `${p.side} ${quantity(p.qty)}, ${signedMoney(p.pnl, currencyOf(p.account_id))}`, run: () => void router.navigate({ to: '/positions', search: { close: p.id } }),
      }))
    : [];

  const alerts: Command[] = connectedBrokers.map(({ id, name, broker }) => ({
    id: `alert ${id}`, label: `Set up an alert: ${name}`, words: [broker, 'webhook', 'message', 'url', id], icon: Webhook, run: () => void router.navigate({ to: '/webhooks', search: { account: id } }),
  }));

  return [
    { label: 'Go to', commands: go },
    { label: 'Actions', commands: act },
    { label: 'Open positions', commands: open },
    { label: 'Accounts', commands: alerts },
  ].filter((group) => group.commands.length > 0);
}
