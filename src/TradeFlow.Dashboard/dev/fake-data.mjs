import { randomBytes, randomUUID } from 'node:crypto';

// Invented data in the shapes of the contract, so that every screen has something to show. Not shipped.
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const key = (broker, id) => `${broker}_${id.slice(0, 8)}_${randomBytes(16).toString('hex')}`;
export const mask = (value) => `${value.slice(0, 6)}****${value.slice(-6)}`;

const text = (title, order, more = {}) => ({ type: 'string', title, 'x-order': order, ...more });

export const brokers = [
  {
    broker: 'tradelocker', aliases: [], name: 'TradeLocker', version: '1.0.0', status: 'active', modes: ['demo', 'live', 'sim'], capabilities: {},
    credentials: {
      'x-notice': 'TradeLocker gives out no trade-only password: the one you log in with is used, and it is stored sealed.',
      type: 'object', required: ['email', 'password', 'server', 'mode'],
      properties: {
        mode: { type: 'string', enum: ['demo', 'live', 'sim'], title: 'Mode', default: 'demo', 'x-order': 4, 'x-enum-labels': ['Demo', 'Live', 'Simulator'] },
        email: text('E-mail', 1, { format: 'email', description: 'The one you log in to TradeLocker with.' }),
        password: text('Password', 2, { format: 'password', writeOnly: true }),
        server: text('Server', 3, { description: 'As in the log-in window of your broker, for example OSP-DEMO.', 'x-placeholder': 'OSP-DEMO', pattern: '^[A-Za-z0-9_-]+$', 'x-pattern-message': 'Letters, digits, - and _ only.' }),
      },
    },
  },
  {
    broker: 'topstep', aliases: ['projectx'], name: 'TopstepX', version: '1.0.0', status: 'active', modes: ['live', 'sim'], capabilities: {},
    credentials: {
      type: 'object', required: ['user_name', 'api_key', 'mode'],
      properties: {
        user_name: text('User name', 1),
        api_key: text('API key', 2, { format: 'password', writeOnly: true, description: 'From Settings, API, at TopstepX.' }),
        mode: { type: 'string', enum: ['live', 'sim'], title: 'Mode', 'x-order': 3 },
      },
    },
  },
  {
    broker: 'mtx', connect: 'agentPairing', aliases: ['truforex', 'mt4', 'mt5'], name: 'MetaTrader 4 / 5', version: '1.0.0', status: 'active', modes: ['demo', 'live'], capabilities: {},
    credentials: {
      type: 'object', required: ['login', 'server', 'platform', 'mode'],
      properties: {
        login: text('Login', 1, { pattern: '^[0-9]+$', 'x-pattern-message': 'Digits only.' }),
        server: text('Server', 2),
        platform: { type: 'string', enum: ['MT4', 'MT5'], title: 'Platform', 'x-order': 3, 'x-enum-labels': { MT4: 'MetaTrader 4', MT5: 'MetaTrader 5' } },
        mode: { type: 'string', enum: ['demo', 'live'], title: 'Mode', 'x-order': 4 },
      },
    },
  },
  { broker: 'paper', aliases: [], name: 'Paper', version: '1.0.0', status: 'active', modes: ['sim'], capabilities: {}, credentials: { type: 'object', required: [], properties: {} } },
];

export function newAccount(broker, values) {
  const id = randomUUID();
  return {
    id, broker, name: `${broker} account`, email: null, server: null, mode: 'sim', status: 'active', enabled: true, balance: 10_000, equity: 10_000,
    currency: 'USD', last_sync: ago(2), api_key: key(broker, id), ...(broker === 'mtx' ? { agent_key: key('mtx-agent', id) } : {}), multiplier: 1, dedupe_seconds: 20, max_age_seconds: null, default_size: null, stop_unit: null, ...values,
  };
}
export const newKey = (account) => key(account.broker, account.id);
export const newAgentKey = (account) => key(`${account.broker}-agent`, account.id);

export function seededAccounts() {
  return [
    newAccount('tradelocker', { name: 'EUR/USD swing', email: 'mara@example.com', server: 'OSP-DEMO', mode: 'demo', balance: 25_310.42, equity: 25_488.02 }),
    newAccount('topstep', { name: '50K combine', email: 'mara.k', mode: 'live', balance: 51_240, equity: 51_102.5, last_sync: ago(41) }),
    newAccount('mtx', { name: 'London terminal', email: null, server: 'Darwinex-Live', mode: 'live', status: 'offline', balance: 8_020.1, equity: 8_020.1, currency: 'EUR', last_sync: ago(1260) }),
  ];
}

const position = (account, symbol, side, qty, avg_price, current_price, point, stop_loss, take_profit, age) => ({
  id: randomUUID(), account_id: account.id, broker: account.broker, symbol, side, qty, avg_price, current_price, stop_loss, take_profit,
  opened_at: ago(age), status: 'OPEN', point, pnl: 0, pnl_percent: 0,
});

export function seededPositions([tl, ts, mt]) {
  return [
    position(tl, 'EURUSD', 'BUY', 1, 1.09, 1.092, 100_000, 1.085, 1.1, 3400),
    position(tl, 'XAUUSD', 'SELL', 0.2, 2412.35, 2409.1, 100, 2420, null, 940),
    position(ts, 'MES', 'BUY', 3, 5912.25, 5904.5, 5, 5896, 5936, 7800),
    position(mt, 'GBPJPY', 'SELL', 0.5, 195.214, 195.214, 640, null, null, 86_400 * 2),
  ].concat(manyPositions([tl, ts, mt], Number(process.env.FAKE_POSITIONS ?? 0))).map(reprice);
}

const manyPositions = (accounts, count) =>
  Array.from({ length: count }, (_, n) => position(accounts[n % 3], `SYM${n}`, n % 2 === 0 ? 'BUY' : 'SELL', 1 + (n % 7), 100 + n, 100 + n, 1, 95 + n, 110 + n, n * 30));

export function reprice(p) {
  const move = (p.current_price - p.avg_price) * (p.side === 'BUY' ? 1 : -1);
  return { ...p, pnl: Number((move * p.qty * p.point).toFixed(2)), pnl_percent: Number(((move / p.avg_price) * 100).toFixed(2)) };
}

const reasons = [
  [200, null, null], [200, null, null], [202, null, null], [403, 'risk.denied_instrument', 'Symbol BTCUSD is denied'], [200, null, null],
  [422, 'signal.invalid', 'intent.qty is not a number'], [403, 'risk.news_lockout', 'News lockout: FOMC in 3 minutes'], [422, 'broker.rejected', 'Insufficient margin for 12 lots'],
  [200, null, null], [429, 'rate.limited', 'Rate limit reached'],
];
const checkNames = ['risk.daily_loss', 'risk.trading_hours', 'risk.trades_per_day', 'risk.open_positions', 'risk.denied_instrument', 'risk.news_lockout'];
const checkTexts = ['Daily loss $0 of $500', 'Inside trading hours 09:30-16:00', '4 of 10 trades today', '3 of 5 positions open', 'Symbol is allowed', 'No high-impact event near'];

export function seededSignals(accounts, count = 120) {
  return Array.from({ length: count }, (_, index) => {
    const account = accounts[index % accounts.length];
    const [status, code, error] = reasons[index % reasons.length];
    const symbol = code === 'risk.denied_instrument' ? 'BTCUSD' : ['EURUSD', 'MES1!', 'GBPJPY', 'XAUUSD'][index % 4];
    const broker = status < 300 || code === 'broker.rejected' ? 40 + ((index * 97) % 400) + (status === 202 ? 2000 : 0) : null;
    const stages = { receive: 0.4, decide: 1.9 + (index % 4), queue: broker === null ? null : 1.1, broker, record: 2.3 };
    const latency_ms = Object.values(stages).reduce((sum, ms) => sum + (ms ?? 0), 0);
    const duplicate_of = index % 17 === 16 ? randomUUID() : null;
    const order_id = status < 300 ? randomUUID() : null;
    const failed = checkNames.indexOf(code);
    return {
      id: randomUUID(), account_id: account.id, broker: account.broker, received_at: ago(35 + index * 1710), method: 'POST',
      path: `/webhook/${account.broker}/${mask(account.api_key)}`, status: duplicate_of === null ? status : 200, code, order_id, duplicate_of, latency_ms, stages, error,
      payload: { version: 'unify.v1', intent: { broker: account.broker, side: index % 3 === 0 ? 'sell' : 'buy', type: 'market', symbol, qty: 1, sl: { mode: 'pips', value: 50 }, tp: { mode: 'rr', value: 2 } } },
      response: status < 300 ? { success: true, order_id, status: status === 202 ? 'pending' : 'filled', filled_qty: 1, avg_price: 1.0921, latency_ms } : { success: false, code, error },
      checks: checkNames.slice(0, failed === -1 ? 6 : failed + 1).map((name, i) => ({ code: name, passed: i !== failed, message: i === failed ? error : checkTexts[i] })),
      order: null, replay_of: null, payload_cut: null, removed: null, strategy: null, more: null, lag_seconds: null, dialect: 'unify.v1',
    };
  });
}

export function seededOrders(accounts, signals) {
  const statuses = ['FILLED', 'FILLED', 'WORKING', 'REJECTED', 'CANCELED', 'UNKNOWN', 'FILLED', 'PARTIALLY_FILLED', 'PENDING'];
  return Array.from({ length: 73 }, (_, index) => {
    const account = accounts[index % accounts.length];
    const status = statuses[index % statuses.length];
    const filled = status === 'FILLED' ? 1 : status === 'PARTIALLY_FILLED' ? 0.4 : 0;
    return {
      id: randomUUID(), account_id: account.id, broker: account.broker, symbol: ['EURUSD', 'MES', 'GBPJPY', 'XAUUSD'][index % 4], side: index % 3 ? 'BUY' : 'SELL',
      type: status === 'WORKING' ? 'LIMIT' : 'MARKET', action: index % 5 === 4 ? 'close' : 'open', qty: 1, price: status === 'WORKING' ? 1.085 : null, stop_loss: null, take_profit: null,
      filled_qty: filled, avg_price: filled > 0 ? 1.09214 : null, status, reject_reason: status === 'REJECTED' ? 'Not enough margin: 12 lots need $13,080, free are $9,920' : null,
      broker_order_id: String(7_000_000 + index), client_order_id: `tf${index}`, webhook_id: signals[index % signals.length].id, created_at: ago(60 + index * 2900), sent_at: ago(60 + index * 2900), filled_at: null, needs_review: index === 5,
    };
  });
}

export const seededNotices = () => [
  ['warning', 'account.offline', 'London terminal has not reported for 21 minutes. Entries are refused until it does.', 1260, false],
  ['info', 'account.connected', '50K combine is connected.', 90_000, true],
].map(([severity, kind, text, age, read]) => ({ id: randomUUID(), at: ago(age), severity, kind, text, data: null, read_at: read ? ago(age - 60) : null }));

const plan = (slug, name, price, brokers, accounts_per_broker, strategies, trades) => ({ plan: slug, name, price_id: slug === 'trial' ? null : `price_${slug}`, price, currency: 'USD', limits: { brokers, accounts_per_broker, strategies, trades } });
export const plans = [plan('trial', 'Trial', 0, 1, 1, 0, 100), plan('starter', 'Starter', 20, 1, 1, 0, null), plan('pro', 'Pro', 40, 2, 2, 1, null), plan('elite', 'Elite', 80, 4, 5, 5, null)];
export const trialEnd = (user) => new Date(Date.parse(user.created) + 3 * 86_400_000).toISOString();
export const usage = (user) => ({
  plan: 'trial', trades_count: user.trades, trades_limit: 100, trial_days_left: Math.max(0, (Date.parse(trialEnd(user)) - Date.now()) / 86_400_000), trial_start: user.created, trial_ends_at: trialEnd(user),
  entries_allowed: true, block_code: null, block_text: null, brokers: new Set(user.accounts.map((account) => account.broker)).size, accounts_count: user.accounts.length, limits: plans[0].limits,
  accounts: user.accounts.map(({ id, broker, name, mode }) => ({ id, broker, name, mode, exit_only: false })),
});

const events = ['order.failed', 'order.needs_review', 'account.offline', 'account.needs_reconnect', 'emergency_stop', 'limit.reached', 'gap', 'trade.closed', 'trial.ending', 'billing', 'login.new_device'];
const channel = (kind, target, told, quiet) => ({ id: randomUUID(), kind, target, enabled: true, events: told, quiet_from: quiet ? '22:00' : null, quiet_to: quiet ? '07:00' : null, time_zone: 'Europe/Zurich' });
const sent = ({ id }, event, status, minutes, more = {}) => ({ id: randomUUID(), channel_id: id, event, status, attempts: 1, last_error: null, created_at: ago(minutes * 60), next_at: null, ended_at: null, ...more });

export function seededChannels() {
  const mail = channel('email', 'mara.keller@example.com', events.slice(0, 7), true);
  const chat = channel('telegram', '482771029', events.slice(0, 2), false);
  const room = channel('discord', 'https://discord.com/api/webhooks/1189023445567/q9Xk_2mZ', events, false);
  return { channels: [mail, chat, room], deliveries: [
    sent(chat, 'order.failed', 'delivered', 3), sent(mail, 'order.failed', 'waiting', 3, { attempts: 0, next_at: ago(-30_000) }),
    sent(room, 'order.failed', 'waiting', 3, { attempts: 3, last_error: 'Discord answered 404.', next_at: ago(-90) }),
    sent(chat, 'emergency_stop', 'delivered', 200), sent(room, 'trade.closed', 'failed', 2900, { attempts: 27, last_error: 'discord.com did not answer within 8 s.' }),
  ] };
}

/** A signal with its order and all that became of it. */
export function signalTrail(signal, order) {
  const after = (ms) => new Date(Date.parse(signal.received_at) + ms).toISOString();
  if (order === null) return { ...signal, order, intent: null, orders: [], fills: [], events: [] };
  const filled = order.filled_qty > 0;
  return {
    ...signal, order, orders: [order], intent: { action: order.action, side: order.side, type: order.type, symbol: order.symbol, qty: order.qty, price: order.avg_price },
    fills: filled ? [{ order_id: order.id, at: after(61), symbol: order.symbol, side: order.side, qty: order.filled_qty, price: order.avg_price, fees: 2.4, pnl: null, slippage_ticks: 1.5, slippage_money: 3 }] : [],
    events: [{ order_id: order.id, at: after(14), kind: 'sending', detail: { qty: order.qty, price: null } }, { order_id: order.id, at: after(58), kind: 'outcome', detail: null }],
  };
}

export const newStrategy = (name, description, origin) => ({
  id: randomUUID(), slug: name.toLowerCase().replaceAll(' ', '-'), name, description, symbols: [], visibility: 'private', publisher: "Mara's desk", is_own: true, created_at: new Date().toISOString(), stats: null,
  webhook_url: `${origin}/webhook/strategy/strategy_01a2b3c4_9fK2mQ7xTz4LbVn8RsWcYd3H`,
});

export function seededStrategies(accounts, keep) {
  const own = { ...newStrategy('Opening range', 'Breaks out of the first half hour of New York. Flat by the close.', 'http://localhost:8080'), symbols: ['EURUSD'] };
  const trend = {
    ...newStrategy('Trend 4h', 'Follows the four-hour trend in gold and the euro.', ''), visibility: 'public', publisher: 'TradeFlow', is_own: false, symbols: ['XAUUSD', 'EURUSD'], webhook_url: undefined,
    stats: { signals: 412, trades: 187, win_rate: 0.5401, net_pnl: 8421.5, max_drawdown: 1930.25, currency: 'USD', since: '2026-02-03T09:00:00Z' },
  };
  keep(accounts.slice(0, 2).map((account, n) => ({ id: randomUUID(), strategy: own.id, account_id: account.id, size: n === 0 ? null : { mode: 'risk_percent', value: 0.5 }, multiplier: n === 0 ? 0.5 : 1, enabled: n === 0, holds: n === 0 })));
  return [own, trend];
}

export const strategySignals = () => [
  { id: randomUUID(), received_at: new Date(Date.now() - 4e5).toISOString(), status: 202, code: null, error: null, dialect: 'unify.v1', action: 'target', symbol: 'EURUSD', fan_out: 3, outcomes: [{ outcome: 'filled', accounts: 2 }, { outcome: 'rejected', accounts: 1 }, { outcome: 'refused', accounts: 1 }] },
  { id: randomUUID(), received_at: new Date(Date.now() - 9e6).toISOString(), status: 422, code: 'signal.invalid', error: 'intent.qty: It is no number (NaN): the placeholder had no value when the alert fired.', dialect: 'unify.v1', action: null, symbol: null, fan_out: 0, outcomes: [] },
];
