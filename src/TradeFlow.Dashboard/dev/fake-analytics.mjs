import { randomUUID } from 'node:crypto';

// Invented round trips in the shapes of the contract: half a year of them, in the currencies of the accounts.
const symbols = [['MES', 5800, 0.25, 5], ['EURUSD', 1.09, 0.00001, 100_000], ['XAUUSD', 2650, 0.1, 100]];
const strategies = ['London breakout', 'Mean reversion', null];
const cents = (value) => Math.round(value * 100) / 100;

export function seededTrades(accounts) {
  let seed = 7;
  const random = () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647);
  return Array.from({ length: accounts.length === 0 ? 0 : 420 }, (_, n) => {
    const account = accounts[n % accounts.length];
    const [symbol, near, tick, point] = symbols[n % symbols.length];
    const exit = new Date(Date.now() - (420 - n) * 3.7e7 - random() * 2e7);
    const gross = cents((random() - 0.46) * 420);
    const fees = cents(random() * 6);
    const risk = n % 5 === 0 ? null : cents(40 + random() * 160);
    const entryPrice = Number((near * (1 + (random() - 0.5) / 50)).toFixed(5));
    return {
      id: randomUUID(), account_id: account.id, account: account.name, broker: account.broker, symbol, side: random() > 0.45 ? 'BUY' : 'SELL', qty: 1 + Math.floor(random() * 3),
      entry_time: new Date(exit - random() * 9e6).toISOString(), entry_price: entryPrice, exit_time: exit.toISOString(), exit_price: Number((entryPrice + gross / point).toFixed(5)),
      gross_pnl: gross, fees, net_pnl: cents(gross - fees), risk, r_multiple: risk === null ? null : (gross - fees) / risk, currency: account.currency, slippage_ticks: n % 4 === 0 ? null : Math.round((random() - 0.35) * 6), slippage_money: n % 4 === 0 ? null : cents(random() * 9),
      strategy: strategies[n % 3], webhook_id: randomUUID(), note: n % 29 === 27 ? 'Entered late: the alert fired in the middle of the bar. Wait for the close next time.' : null, tags: n % 29 === 27 ? ['late', 'news'] : [], tick,
    };
  }).toSorted((a, b) => a.exit_time.localeCompare(b.exit_time));
}

const day = (trade) => trade.exit_time.slice(0, 10);
const keys = {
  'by-symbol': (t) => t.symbol, 'by-broker': (t) => t.broker, 'by-strategy': (t) => t.strategy, 'by-day': day, 'by-hour': (t) => t.exit_time.slice(11, 13),
  'by-weekday': (t) => ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(t.exit_time).getUTCDay()],
};

const filtered = (trades, query) =>
  trades.filter((t) => ['account_id', 'broker', 'symbol', 'strategy'].every((f) => !query.get(f) || t[f] === query.get(f)) && (!query.get('from') || day(t) >= query.get('from')) && (!query.get('to') || day(t) <= query.get('to')));

function figures(trades) {
  const sum = (of) => cents(trades.reduce((total, t) => total + of(t), 0));
  let [run, peak, deepest] = [0, 0, 0];
  for (const t of trades) {
    run += t.net_pnl;
    peak = Math.max(peak, run);
    deepest = Math.max(deepest, peak - run);
  }
  const [wins, losses] = [trades.filter((t) => t.net_pnl > 0).length, trades.filter((t) => t.net_pnl < 0).length];
  const [profit, loss] = [sum((t) => Math.max(t.gross_pnl, 0)), sum((t) => Math.max(-t.gross_pnl, 0))];
  const risked = trades.filter((t) => t.risk !== null);
  return {
    average_r: risked.length === 0 ? null : risked.reduce((total, t) => total + t.r_multiple, 0) / risked.length, trades_with_risk: risked.length,
    trades: trades.length, wins, losses, gross_profit: profit, gross_loss: loss, fees: sum((t) => t.fees), net_pnl: sum((t) => t.net_pnl), max_drawdown: cents(deepest),
    win_rate: wins + losses === 0 ? null : wins / (wins + losses), profit_factor: loss === 0 ? null : profit / loss, expectancy: trades.length === 0 ? null : sum((t) => t.net_pnl) / trades.length,
    average_hold_seconds: trades.length === 0 ? null : trades.reduce((total, t) => total + (new Date(t.exit_time) - new Date(t.entry_time)) / 1000, 0) / trades.length,
  };
}

const byCurrency = (trades) => [...new Set(trades.map((t) => t.currency))].toSorted();

export function analytics(on, page, find) {
  on('GET', '/api/analytics/summary', ({ user, query }) => {
    const trades = filtered(user.trips, query);
    const currencies = byCurrency(trades);
    return [200, { ...figures(trades), currency: currencies.length === 1 ? currencies[0] : null, timezone: 'UTC', by_currency: currencies.map((currency) => ({ currency, ...figures(trades.filter((t) => t.currency === currency)) })) }];
  });
  for (const [path, keyOf] of Object.entries(keys))
    on('GET', `/api/analytics/${path}`, ({ user, query }) => {
      const trades = filtered(user.trips, query);
      return [200, byCurrency(trades).flatMap((currency) => [...new Set(trades.filter((t) => t.currency === currency).map(keyOf))].map((key) => ({ key, currency, ...figures(trades.filter((t) => t.currency === currency && keyOf(t) === key)) })))];
    });
  on('GET', '/api/analytics/equity', ({ user, query }) => {
    const state = {};
    return [200, filtered(user.trips, query).map((t) => {
      const at = (state[t.currency] ??= { equity: 25_000, peak: 25_000 });
      at.equity = cents(at.equity + t.net_pnl);
      at.peak = Math.max(at.peak, at.equity);
      return { at: t.exit_time, currency: t.currency, equity: at.equity, balance: at.equity, drawdown: cents(at.peak - at.equity) };
    })];
  });
  on('GET', '/api/analytics/trades', ({ user, query }) => [200, page(filtered(user.trips, query).toReversed(), query)]);
  on('PATCH', '/api/analytics/trades/:id', ({ user, id, body }) => [200, Object.assign(find(user.trips, id), body)]);
  on('GET', '/api/overview', ({ user }) => {
    const currencies = [...new Set(user.accounts.map((a) => a.currency))].toSorted();
    const health = ['ok', 'late', 'offline', 'ok'];
    const accounts = user.accounts.map((a, n) => ({
      id: a.id, broker: a.broker, name: a.name, mode: a.mode, currency: a.currency, equity: a.equity, balance: a.balance, floating_pnl: 0, open_positions: 1, enabled: a.enabled,
      health: health[n % 4], reason: null, last_heard_at: new Date(Date.now() - [3, 95, 2400, 1][n % 4] * 1000).toISOString(),
    }));
    return [200, {
      at: new Date().toISOString(), day_start: new Date(Date.now() - 4e7).toISOString(), day_end: new Date(Date.now() + 4e7).toISOString(), accounts, health: { ok: 2 },
      by_currency: currencies.map((currency) => ({ currency, accounts: 1, equity: 1, balance: 1, floating_pnl: 1, today_pnl: 1, open_risk: 412.5, open_positions: 2, positions_without_stop: currency === 'EUR' ? 1 : 0 })),
      limits: { enabled: true, daily_loss: currencies.map((currency) => ({ currency, used: currency === 'USD' ? 186.4 : 0, limit: 500 })), trades_per_day: { used: 6, limit: 10 }, open_positions: { used: 5, limit: 5 } },
    }];
  });
}
