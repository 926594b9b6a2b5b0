import type { QueryClient } from '@tanstack/react-query';
import { accountsQuery } from './queries/accounts';
import { positionsQuery } from './queries/positions';
import { stopProgressQuery } from './queries/stop-progress';
import type { LiveEvent } from './live-events';
import type { Account, Position } from './types';

type Update = Extract<LiveEvent, { type: 'update' }>;
const tick = 250;

/** Lets live events change the cached lists. What moves with prices is gathered for a quarter of a second and shown in one drawing: an eye cannot read faster. */
export class LiveCache {
  readonly #queries: QueryClient;
  readonly #updates = new Map<string, Update>();
  readonly #money = new Map<string, Account>();
  readonly #stale = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #begun = false;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  apply(event: LiveEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#updates.clear();
        this.#setPositions(() => event.positions);
        // Another snapshot means that events were missed; it makes up for those of positions alone.
        if (this.#begun) void this.#queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== positionsQuery().queryKey[0] });
        this.#begun = true;
        break;
      case 'update':
        this.#updates.set(event.position_id, {
          ...event,
          change: { ...this.#updates.get(event.position_id)?.change, ...event.change },
        });
        this.#soon();
        break;
      case 'opened':
        this.#setPositions((list) => [event.position, ...list.filter((p) => p.id !== event.position.id)]);
        break;
      case 'closed':
        this.#updates.delete(event.position_id);
        this.#setPositions((list) => list.filter((p) => p.id !== event.position_id));
        this.#invalidate('today');
        break;
      case 'order':
        this.#invalidate('orders');
        this.#invalidate('today');
        this.#invalidate('signals');
        break;
      case 'account':
        this.#account(event.account);
        break;
      case 'notification':
        this.#invalidate('notifications');
        // A new plan is told so, and a trade may have used up the trial.
        this.#invalidate('billing');
        // A stop tells its end so.
        this.#invalidate('emergency-stop');
        break;
      case 'emergency_stop':
        this.#queries.setQueryData(stopProgressQuery().queryKey, event.done ? null : event);
        this.#invalidate('emergency-stop');
        break;
    }
  }

  #account(changed: Account): void {
    const key = accountsQuery().queryKey;
    const before = this.#queries.getQueryData(key)?.find((account) => account.id === changed.id);
    if (before !== undefined && isOnlyMoney(before, changed)) {
      this.#money.set(changed.id, changed);
      this.#soon();
      return;
    }
    this.#money.delete(changed.id);
    // Switched off by a stop, or on again, perhaps in another window.
    if (before?.enabled !== changed.enabled) this.#invalidate('emergency-stop');
    if (before === undefined) this.#invalidate('accounts');
    else this.#setAccounts(new Map([[changed.id, changed]]));
  }

  #setAccounts(changes: ReadonlyMap<string, Account>): void {
    this.#queries.setQueryData(accountsQuery().queryKey, (list) =>
      list?.map((account) => {
        const changed = changes.get(account.id);
        return changed === undefined ? account : { ...account, ...changed, api_key: account.api_key };
      }),
    );
  }

  #setPositions(change: (list: readonly Position[]) => Position[]): void {
    // A poll that is under way began before this event and must not overwrite it.
    void this.#queries.cancelQueries({ queryKey: positionsQuery().queryKey });
    this.#queries.setQueryData(positionsQuery().queryKey, (list) => change(list ?? []));
  }

  #invalidate(key: string): void {
    this.#stale.add(key);
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.flush(), tick);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#updates.size > 0) {
      const updates = new Map(this.#updates);
      this.#updates.clear();
      this.#queries.setQueryData(positionsQuery().queryKey, (list) =>
        list?.map((position) => {
          const update = updates.get(position.id);
          return update === undefined ? position : { ...position, ...update.change };
        }),
      );
    }
    if (this.#money.size > 0) {
      this.#setAccounts(new Map(this.#money));
      this.#money.clear();
    }
    for (const key of this.#stale) void this.#queries.invalidateQueries({ queryKey: [key] });
    this.#stale.clear();
  }
}

/** Nothing but what the account is worth differs, and when it was heard. */
const isOnlyMoney = (before: Account, now: Account): boolean =>
  (['status', 'status_reason', 'broker', 'name', 'mode', 'enabled', 'currency'] as const).every((part) => before[part] === now[part]);
