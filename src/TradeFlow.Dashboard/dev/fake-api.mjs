// A server with the shapes of the contract and nothing behind it, to see the dashboard without the product. Not shipped.
//   node dev/fake-api.mjs [port]     serves dist/ too, with the CSP of the real server
// FAKE_POSITIONS adds open positions, FAKE_TICK is the time between two rounds of prices in ms, FAKE_BEAT that between two beats of a socket, FAKE_DELAY that of an answer, FAKE_FAIL a path that answers 503.
// mail demo@example.com, password "correct horse battery"; totp@example.com asks for the code 123456; fresh@example.com has nothing yet.
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { analytics, seededTrades } from './fake-analytics.mjs';
import * as data from './fake-data.mjs';

const port = Number(process.argv[2] ?? 8080);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const password = 'correct horse battery';
const access = new Map();
const refreshes = new Map();
const sockets = new Set();

function newUser(email, name, seeded) {
  const id = randomUUID();
  const accounts = seeded ? data.seededAccounts() : [];
  const signals = seeded ? data.seededSignals(accounts) : [];
  return {
    id, email, name, verified: seeded, accounts, signals, trips: seededTrades(accounts), positions: seeded ? data.seededPositions(accounts) : [], orders: seeded ? data.seededOrders(accounts, signals) : [],
    tokens: seeded ? [{ id: randomUUID(), name: 'Spreadsheet', scopes: ['read'], created_at: new Date(Date.now() - 9e8).toISOString(), last_used_at: new Date(Date.now() - 4e6).toISOString(), last_used_address: '203.0.113.7', expires_at: new Date(Date.now() + 4e9).toISOString(), masked: 'tfp_9a****e41c07' }] : [],
    notices: seeded ? data.seededNotices() : [], ...(seeded ? data.seededChannels() : { channels: [], deliveries: [] }), twoFactor: email.startsWith('totp'), created: new Date(Date.now() - (seeded ? 1.4e8 : 0)).toISOString(), trades: seeded ? 12 : 0, tenant: { id: randomUUID(), slug: 'mara', role: 'owner', accounts: null, name: `${name.split(' ')[0]}'s desk` },
  };
}
const users = new Map();
for (const [email, name, seeded] of [['demo@example.com', 'Mara Keller', true], ['totp@example.com', 'Tova Oslo', true], ['fresh@example.com', 'Finn Reed', false], ['leaving@example.com', 'Lea Varga', true]])
  users.set(email, { ...newUser(email, name, seeded), password });

class Problem extends Error {
  constructor(status, code, detail, more = {}) {
    super(detail);
    Object.assign(this, { status, body: { type: `https://tradeflow.dev/problems/${code}`, title: detail, status, code, detail, ...more } });
  }
}
const invalid = (errors) => new Problem(422, 'validation.failed', 'Some fields need attention.', { errors });
const missing = () => new Problem(404, 'not_found', 'There is no such thing.');

function open(res, user) {
  const token = randomBytes(24).toString('base64url');
  const refresh = randomBytes(24).toString('base64url');
  access.set(token, user);
  refreshes.set(refresh, user);
  res.setHeader('Set-Cookie', `tf_rt=${refresh}; HttpOnly; SameSite=Strict; Path=/auth`);
  return { user_id: user.id, tenant_id: user.tenant.id, access_token: token, expires_in: 600 };
}

const page = (items, query) => {
  const start = Number(query.get('cursor') ?? 0);
  const limit = Math.min(500, Number(query.get('limit') ?? 50));
  return { items: items.slice(start, start + limit), next_cursor: start + limit < items.length ? String(start + limit) : null };
};
const seen = (account) => ({ ...account, api_key: data.mask(account.api_key), agent_key: undefined });
const find = (list, id) => list.find((item) => item.id === id) ?? (() => { throw missing(); })();
const push = (user, event) => sockets.forEach((s) => s.user === user && s.socket.send(JSON.stringify(event)));
// As the server does: of the prices of a position the newest goes with the beat.
const beat = Number(process.env.FAKE_BEAT ?? 200);
const tell = (user, event) => sockets.forEach((s) => {
  if (s.user !== user) return;
  if (s.waiting.size === 0) {
    setTimeout(() => {
      for (const waiting of s.waiting.values()) s.socket.send(JSON.stringify(waiting));
      s.waiting.clear();
    }, beat);
  }
  s.waiting.set(event.position_id, event);
});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const routes = [];
const on = (method, path, handle) => routes.push({ method, parts: path.split('/'), handle });

on('POST', '/auth/signup', ({ res, body }) => {
  const errors = {};
  if (!body.name) errors.name = ['A name is needed.'];
  if ((body.password ?? '').length < 12) errors.password = ['At least 12 characters.'];
  if (users.has(body.email)) errors.email = ['This e-mail cannot be used.'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
  users.set(body.email, { ...newUser(body.email, body.name, false), password: body.password });
  return [201, open(res, users.get(body.email))];
});
on('POST', '/auth/login', ({ res, body }) => {
  const user = users.get(body.email);
  if (user === undefined || user.password !== body.password) throw new Problem(401, 'auth.invalid_credentials', 'E-mail or password is not right.');
  if (user.twoFactor && !body.totp) throw new Problem(401, 'auth.totp_required', 'A code is needed.');
  if (user.twoFactor && body.totp !== '123456') throw new Problem(401, 'auth.invalid_credentials', 'E-mail, password or code is not right.');
  return [200, open(res, user)];
});
on('POST', '/auth/refresh', ({ req, res }) => {
  const token = /tf_rt=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
  const user = refreshes.get(token);
  if (user === undefined) throw new Problem(401, 'auth.invalid_token', 'The session has ended.');
  refreshes.delete(token);
  return [200, open(res, user)];
});
on('POST', '/auth/logout', ({ res }) => { res.setHeader('Set-Cookie', 'tf_rt=; HttpOnly; Path=/auth; Max-Age=0'); return [204]; });
const meOf = (u) => ({ id: u.id, email: u.email, name: u.name, plan: 'trial', role: 'user', created_at: u.created, trial_start: u.created, trades_count: u.trades, two_factor_enabled: u.twoFactor, verified: u.verified, time_zone: u.zone ?? null, tenant: u.tenant, tenants: [u.tenant] });
on('GET', '/api/user/me', ({ user }) => [200, meOf(user)]);
on('POST', '/api/user/2fa/setup', ({ user }) => [200, { otpauth_uri: `otpauth://totp/TradeFlow:${user.email}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=TradeFlow`, secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }]);
on('POST', '/api/user/2fa/enable', ({ user, body }) => {
  if (body.totp !== '123456') throw invalid({ totp: ['This code is not right. Check the clock of your phone.'] });
  user.twoFactor = true;
  return [200, { enabled: true, recovery_codes: Array.from({ length: 10 }, () => randomBytes(5).toString('hex').replace(/(.{5})/, '$1-')) }];
});
on('POST', '/api/user/2fa/disable', ({ user, body }) => {
  if (body.totp !== '123456') throw invalid({ totp: ['This code is not right.'] });
  user.twoFactor = false;
  return [204];
});
const apps = [
  { client_id: '0199b6a0-0000-7000-8000-000000000002', name: 'Trade journal', redirect_uris: ['https://journal.example.com/callback', 'http://127.0.0.1:7000/callback'], scopes: ['openid', 'profile', 'read'], confidential: true, published: true, created_at: '2026-11-20T10:00:00Z' },
  { client_id: '0199b6a0-0000-7000-8000-000000000001', name: 'Desk bot', redirect_uris: [], scopes: ['read', 'trade'], confidential: true, published: false, created_at: '2026-11-18T10:00:00Z' },
];
on('GET', '/api/tenant/apps', ({ user, query }) => [200, page(user.email.startsWith('fresh') ? [] : apps, query)]);
on('POST', '/api/tenant/apps', ({ body }) => body.name === '' || body.redirect_uris.length === 0
  ? [422, { code: 'validation.failed', title: 'Some fields are not right', errors: { ...(body.name === '' && { name: ['Name the app as people shall know it.'] }), ...(body.redirect_uris.length === 0 && { redirect_uris: ['Name where people are sent back to.'] }), ...(body.scopes.length === 0 && { scopes: ['Name at least one of: openid, profile, offline_access, read, trade.'] }) } }]
  : [201, { ...apps[0], ...body, client_secret: body.confidential ? 'q3J8x-vE7nT2mW5kR9aL4pZ6sD1fG0hB' : undefined }]);
on('GET', '/api/user/tokens', ({ user, query }) => [200, page(user.tokens, query)]);
on('POST', '/api/user/tokens', ({ user, body }) => {
  const token = { id: randomUUID(), name: body.name, scopes: body.scopes, created_at: new Date().toISOString(), last_used_at: null, last_used_address: null, expires_at: body.expires_at, masked: 'tfp_12****9a0c3f' };
  user.tokens.unshift(token);
  return [201, { ...token, token: `tfp_${randomBytes(24).toString('hex')}` }];
});
on('DELETE', '/api/user/tokens/:id', ({ user, id }) => { user.tokens.splice(user.tokens.indexOf(find(user.tokens, id)), 1); return [204]; });
const membersOf = (user) => (user.members ??= [
  { user_id: user.id, email: user.email, name: user.name, role: 'owner', joined_at: user.created, accounts: null },
  { user_id: randomUUID(), email: 'ben@example.com', name: 'Ben Okafor', role: 'trader', joined_at: user.created, accounts: user.accounts.slice(0, 2).map(({ id }) => id) },
  { user_id: randomUUID(), email: 'ola@example.com', name: 'Ola Berg', role: 'viewer', joined_at: user.created, accounts: null },
]);
on('GET', '/api/tenant/members', ({ user }) => [200, { items: membersOf(user), next_cursor: null }]);
on('PATCH', '/api/tenant/members/:id', ({ user, id, body }) => {
  Object.assign(membersOf(user).find(({ user_id }) => user_id === id), body);
  return [204, null];
});
on('GET', '/api/tenant/invitations', () => [200, { items: [{ id: randomUUID(), email: 'kim@example.com', role: 'trader', accounts: null, created_at: new Date().toISOString(), expires_at: new Date(Date.now() + 6e8).toISOString() }], next_cursor: null }]);
on('GET', '/api/user/export', ({ user: u }) => [200, { items: [
  ...(u.asked ? [{ id: u.asked, status: 'running', progress: 62, url: null, bytes: null, created_at: new Date().toISOString(), expires_at: null }] : []),
  { id: u.id, status: 'done', progress: 100, url: `/api/user/export/${u.id}/file`, bytes: 4_380_112, created_at: new Date(Date.now() - 36e5).toISOString(), expires_at: new Date(Date.now() + 828e5).toISOString() },
], next_cursor: null }]);
on('GET', '/api/tenant/delete', ({ user: u }) => [200, { deletes_at: u.tenant.deletes_at ?? null, workspace: u.tenant.name, accounts: u.accounts.length, open_positions: u.positions.length, working_orders: 1 }]);
on('POST', '/api/tenant/delete', ({ user: u }) => { u.tenant.deletes_at = new Date(Date.now() + 6048e5).toISOString(); return [200, { deletes_at: u.tenant.deletes_at }]; });
on('DELETE', '/api/tenant/delete', ({ user: u }) => { u.tenant.deletes_at = null; return [204]; });
on('POST', '/api/user/export', ({ user }) => {
  user.asked = randomUUID();
  setTimeout(() => { user.asked = null; }, 2000);
  return [202, { id: user.asked }];
});
on('GET', '/api/user/notification_settings', ({ user }) => [200, { channels: user.channels }]);
on('PUT', '/api/user/notification_settings', ({ user, body }) => {
  const made = body.channels.map((c) => ({ ...c, id: c.id ?? randomUUID() }));
  user.channels = made;
  return [200, { channels: made.map((c, i) => (body.channels[i].id || c.kind !== 'webhook' ? c : { ...c, secret: `whsec_${randomBytes(32).toString('base64')}` })) }];
});
on('POST', '/api/user/notification_settings/test', ({ user, body }) => {
  const delivered = find(user.channels, body.channel_id).kind !== 'discord';
  const error = delivered ? null : 'Discord answered 404.';
  user.deliveries.unshift({ id: randomUUID(), channel_id: body.channel_id, event: 'test', status: delivered ? 'delivered' : 'failed', attempts: 1, last_error: error, created_at: new Date().toISOString(), next_at: null, ended_at: new Date().toISOString() });
  return [200, { id: user.deliveries[0].id, delivered, error }];
});
on('GET', '/api/user/notification_settings/push', () => [200, { public_key: createECDH('prime256v1').generateKeys('base64url') }]);
on('GET', '/api/user/notification_settings/deliveries', ({ user, query }) => [200, page(user.deliveries, query)]);
on('PATCH', '/api/user/me', ({ user, body }) => {
  user.name = body.name ?? user.name;
  user.zone = body.time_zone ?? user.zone;
  return [200, meOf(user)];
});
on('POST', '/api/user/password', () => [204]);
on('POST', '/api/user/email', () => [202]);
on('POST', '/auth/verify/resend', () => [202]);
on('POST', '/auth/forgot', () => [202]);
for (const link of ['/auth/verify', '/auth/reset'])
  on('POST', link, ({ body }) => {
    if (body.token === 'old') throw new Problem(410, 'auth.token_expired', 'This link does not work any more. Ask for a new one.');
    return [204];
  });
on('POST', '/api/tenant/invitations', ({ body }) => [201, { id: randomUUID(), ...body, token: randomBytes(24).toString('base64url'), expires_at: new Date(Date.now() + 6e8).toISOString() }]);

on('GET', '/api/billing/plans', () => [200, data.plans]);
on('GET', '/api/billing/usage', ({ user: u }) => [200, data.usage(u)]);
on('GET', '/api/billing/status', ({ user: u }) => [200, { status: 'trialing', plan: 'trial', current_period_end: null, cancel_at_period_end: false, price_id: null, trial_ends_at: data.trialEnd(u), grace_ends_at: null, configured: true, can_manage: false }]);
on('POST', '/api/billing/checkout', ({ body }) => [200, { url: body.success_url }]);

on('GET', '/api/brokers', () => [200, data.brokers]);
const strategyOf = (user, strategy) => ({ ...strategy, activations: user.activations?.filter((a) => a.strategy === strategy.id) ?? [] });
on('GET', '/api/strategies', ({ user }) => {
  if (user.accounts.length > 0) user.strategies ??= data.seededStrategies(user.accounts, (activations) => (user.activations = activations));
  return [200, (user.strategies ?? []).map((strategy) => strategyOf(user, strategy))];
});
on('POST', '/api/strategies', ({ user, body }) => {
  if (!body.name) throw invalid({ name: ['Use 1 to 60 characters.'] });
  const made = data.newStrategy(body.name, body.description ?? '', `http://localhost:${port}`);
  (user.strategies ??= []).push(made);
  return [201, strategyOf(user, made)];
});
on('GET', '/api/strategies/:id/signals', () => [200, { items: data.strategySignals(), next_cursor: null }]);
on('POST', '/api/strategies/:id/activate', () => {
  throw new Problem(402, 'plan.limit_reached', 'Your plan Pro has 1 strategy. Upgrade on the billing page, or switch one off first.', { limit_name: 'strategies', limit: 1, value: 1, plan: 'pro' });
});
on('GET', '/api/user/brokers', ({ user }) => [200, user.accounts.map(seen)]);
on('POST', '/register/:broker', async ({ user, id: broker, body }) => {
  await wait(500);
  if (body.server === 'DOWN') throw new Problem(504, 'broker.unreachable', 'No answer within 10 s.');
  if (body.server === 'FULL') throw new Problem(402, 'plan.limit_reached', 'Your plan covers 1 broker. Upgrade to connect another.');
  if (body.password === 'wrong') throw new Problem(422, 'broker.credentials_rejected', 'Invalid e-mail or password');
  if (body.server === 'NOPE') throw invalid({ server: ['There is no such server.'] });
  if (body.server === 'MANY' && body.broker_account === undefined)
    throw new Problem(422, 'broker.account_required', 'Choose an account.', { accounts: [{ id: '880101', name: 'Swing', currency: 'USD', balance: 25_000 }, { id: '880102', name: 'Scalp', currency: 'EUR', balance: 4_120.5 }] });
  const name = data.brokers.find((b) => b.broker === broker)?.name ?? broker;
  const account = data.newAccount(broker, { name: `${name} ${body.mode ?? 'sim'}`, email: body.email ?? body.user_name ?? null, server: body.server ?? null, mode: body.mode ?? 'sim', status: broker === 'mtx' ? 'pending' : 'active' });
  user.accounts.push(account);
  return [201, account];
});
on('GET', '/api/accounts/:id', ({ user, id }) => [200, seen(find(user.accounts, id))]);
on('PATCH', '/api/accounts/:id', ({ user, id, body }) => {
  if (body.name === 'bad') throw invalid({ name: ['This name is taken.'] });
  return [200, seen(Object.assign(find(user.accounts, id), body))];
});
on('DELETE', '/api/accounts/:id', ({ user, id }) => { user.accounts.splice(user.accounts.indexOf(find(user.accounts, id)), 1); return [204]; });
on('GET', '/api/accounts/:id/signing-secret', ({ user, id }) => [200, find(user.accounts, id).signing ?? { since: null, old_until: null }]);
on('POST', '/api/accounts/:id/signing-secret', ({ user, id }) => {
  const account = find(user.accounts, id);
  account.signing = { since: new Date().toISOString(), old_until: account.signing === undefined ? null : new Date(Date.now() + 86_400_000).toISOString() };
  return [200, { secret: 'whsec_c2VjcmV0IG9mIGF0IGxlYXN0IHR3ZW50eS1mb3VyIGJ5dGVz', ...account.signing }];
});
on('DELETE', '/api/accounts/:id/signing-secret', ({ user, id }) => { delete find(user.accounts, id).signing; return [204]; });
on('GET', '/api/accounts/:id/symbols', ({ user, id }) => [200, { items: find(user.accounts, id).symbols ?? [] }]);
on('PUT', '/api/accounts/:id/symbols', ({ user, id, body }) => { find(user.accounts, id).symbols = body.items; return [200, { items: body.items }]; });
on('GET', '/api/accounts/:id/symbols/resolve', ({ query }) => [200, { canonical: query.get('symbol').toUpperCase(), mapped: query.get('symbol'), factor: 1, rule: null, broker_symbol: query.get('symbol').toUpperCase(), description: 'A symbol', tick_size: 0.25, quantity_step: 1, min_quantity: 1, problem: null, suggestions: [] }]);
on('POST', '/api/accounts/:id/reveal-api-key', ({ user, id }) => [200, { api_key: find(user.accounts, id).api_key }]);
on('GET', '/api/accounts/:id/agent', ({ user, id, req }) => {
  const account = find(user.accounts, id);
  if (account.broker !== 'mtx') throw missing();
  const url = `http://${req.headers.host}`;
  return [200, {
    account_id: id, broker: 'mtx', name: account.name, login: '5001234', server: account.server, status: account.status, platform: 'MT5', agent_version: '1.1', online: false,
    last_beat: new Date(Date.now() - 1.26e6).toISOString(), standby: false, refused: null, agent_key: account.agent_key == null ? null : data.mask(account.agent_key), url,
    notice: 'The terminal has to stay open while you trade: on a PC that does not sleep, or on a VPS.',
    downloads: ['5', '4'].map((n) => ({ label: `Expert Advisor for MetaTrader ${n}`, name: `TradeFlow.mq${n}`, href: '#' })),
    steps: ['Download the Expert Advisor for your terminal.', `In the terminal allow WebRequest for ${url}`, `In its inputs set ServerUrl to ${url} and AgentKey to the agent key above.`],
  }];
});
on('POST', '/api/accounts/:id/reveal-agent-key', ({ user, id }) => [200, { agent_key: (find(user.accounts, id).agent_key ??= data.newAgentKey(find(user.accounts, id))) }]);
on('POST', '/api/accounts/:id/regenerate-agent-key', ({ user, id }) => {
  const account = find(user.accounts, id);
  account.agent_key = data.newAgentKey(account);
  return [200, { agent_key: account.agent_key, warning: 'Give the terminal its new agent key' }];
});
on('POST', '/api/accounts/:id/regenerate-api-key', ({ user, id }) => {
  const account = find(user.accounts, id);
  account.api_key = data.newKey(account);
  return [200, { api_key: account.api_key, warning: 'Update TradingView webhooks with new API key' }];
});

on('GET', '/api/webhooks/log', ({ user, query }) => [200, page(user.signals.filter((s) => (!query.get('account_id') || s.account_id === query.get('account_id')) && (!query.get('status') || s.status === Number(query.get('status'))) && (!query.get('from') || s.received_at >= query.get('from'))), query)]);
on('GET', '/api/webhooks/log/:id', ({ user, id }) => [200, data.signalTrail(find(user.signals, id), user.orders.find((o) => o.webhook_id === id) ?? null)]);
on('POST', '/api/webhooks/log/:id/replay', ({ user, id }) => {
  const old = find(user.signals, id);
  const fresh = { ...old, id: randomUUID(), received_at: new Date().toISOString(), status: 200, code: null, error: null, replay_of: id, duplicate_of: null, response: { success: true, status: 'filled' }, checks: old.checks.map((c) => ({ ...c, passed: true })) };
  user.signals.unshift(fresh);
  return [200, { success: true, webhook_id: fresh.id, order_id: randomUUID(), status: 'filled' }];
});
on('GET', '/api/webhooks/tools', () => [200, [{ dialect: 'a-tool', tool: 'A tool', message: 'ID,buy,{{ticker}},risk=1', note: 'Your alerts stay as they are: change the webhook URL.' }]]);
on('GET', '/api/webhooks/template', ({ user, query, req }) => {
  const account = find(user.accounts, query.get('account_id'));
  const number = (name) => (Number.isFinite(Number(query.get(name))) ? Number(query.get(name)) : query.get(name));
  const intent = { broker: account.broker, side: query.get('side') ?? 'buy', type: query.get('type') ?? 'market', symbol: query.get('symbol') ?? '{{ticker}}', qty: number('qty') ?? 1 };
  if (query.get('price')) intent.price = number('price');
  if (query.get('sl')) intent.sl = { mode: query.get('sl_mode'), value: number('sl') };
  if (query.get('tp')) intent.tp = { mode: query.get('tp_mode'), value: number('tp') };
  return [200, { url: `http://${req.headers.host}/webhook/${account.broker}/${account.api_key}`, message: JSON.stringify({ version: 'unify.v1', time: '{{timenow}}', intent }, null, 2) }];
});
on('POST', '/api/webhooks/validate', ({ body }) => {
  let intent;
  try { intent = JSON.parse(body.body).intent; } catch { throw new Problem(422, 'signal.invalid', 'The message is not JSON.', { errors: { body: ['Expected a JSON object.'] } }); }
  const denied = intent.symbol === 'BTCUSD';
  return [200, { intent, symbol: { canonical: intent.symbol, broker: `${intent.symbol}.X` }, qty: intent.qty, entry: 1.0921, stop_loss: 1.0871, take_profit: 1.1021, would_execute: !denied, checks: [{ code: 'key', passed: true, message: 'The key belongs to this account' }, { code: 'risk.daily_loss', passed: true, message: 'Daily loss $0 of $500' }, { code: 'risk.denied_instrument', passed: !denied, message: denied ? 'Symbol BTCUSD is denied' : 'Symbol is allowed' }] }];
});

on('GET', '/api/positions', ({ user }) => [200, user.positions]);
on('GET', '/api/orders', ({ user, query }) => [200, page(user.orders.filter((o) => ['account_id', 'status', 'symbol'].every((f) => !query.get(f) || o[f] === query.get(f))), query)]);
on('POST', '/api/orders/close', async ({ user, body }) => {
  await wait(350);
  const position = user.positions.find((p) => p.id === body.position_id);
  if (position === undefined) throw new Problem(409, 'position.closed', 'This position is closed.');
  const share = (body.qty ?? position.qty) / position.qty;
  const pnl = Number((position.pnl * share).toFixed(2));
  if (share >= 1) {
    user.positions.splice(user.positions.indexOf(position), 1);
    push(user, { type: 'closed', position_id: position.id, pnl });
  } else position.qty = Number((position.qty - body.qty).toFixed(8));
  return [200, { success: true, pnl, gross_pnl: pnl, filled_qty: body.qty ?? position.qty, order_id: randomUUID() }];
});
on('POST', '/api/orders/cancel', ({ user, body }) => { find(user.orders, body.order_id).status = 'CANCELED'; return [200, { success: true, order_id: body.order_id, filled_qty: 0 }]; });
on('POST', '/api/orders/:id/resolve', ({ user, id, body }) => [200, Object.assign(find(user.orders, id), { status: body.exists ? 'FILLED' : 'REJECTED', needs_review: false })]);
on('POST', '/api/user/emergency_stop', ({ user }) => {
  const total = user.positions.reduce((sum, p) => sum + p.pnl, 0);
  const closed = user.positions.splice(0);
  user.accounts.forEach((a) => { a.enabled = false; });
  closed.forEach((p) => push(user, { type: 'closed', position_id: p.id, pnl: p.pnl }));
  push(user, { type: 'notification', id: randomUUID(), at: new Date().toISOString(), severity: 'critical', kind: 'emergency_stop', data: null, text: `Emergency stop executed. ${closed.length} positions closed. Re-enable accounts to resume trading.` });
  user.stoppedAt = new Date().toISOString();
  return [200, { success: true, stop_id: randomUUID(), positions_closed: closed.length, total_pnl: Number(total.toFixed(2)), pnl_by_currency: { USD: Number(total.toFixed(2)) }, errors: [], orders_canceled: 2, accounts_disabled: user.accounts.length }];
});
on('GET', '/api/user/emergency_stop', ({ user }) => {
  const accounts = user.stoppedAt === undefined ? [] : user.accounts.filter((a) => !a.enabled);
  return [200, { active: accounts.length > 0, is_flat: true, accounts: accounts.map((a) => ({ account_id: a.id, name: a.name, broker: a.broker, state: 'stopped', will_resume: true, stopped_at: user.stoppedAt, errors: [] })) }];
});
on('POST', '/api/user/emergency_stop/resume', ({ user }) => {
  const off = user.accounts.filter((a) => !a.enabled);
  off.forEach((a) => { a.enabled = true; });
  user.stoppedAt = undefined;
  return [200, { success: true, accounts_enabled: off.length }];
});
on('GET', '/api/user/risk_config', () => [200, { enabled: true, risk_mode: null, max_daily_loss: 500, max_trades_per_day: 10, max_open_trades: 5, denied_instruments: ['BTCUSD'], trading_hours_enabled: false, trading_hours_start: '09:30', trading_hours_end: '16:00', trading_hours_timezone: 'America/New_York', day_reset_time: '17:00', news_lockout_enabled: true, trading_hours_days: null, cooldown_enabled: true, pending: [{ limit: 'max_daily_loss', rule: null, change: { max_daily_loss: 1000 }, asked_at: new Date().toISOString(), effective_at: '2026-12-01T22:00:00Z' }, { limit: 'trading_day', rule: null, change: { trading_hours_timezone: 'America/Chicago', day_reset_time: '16:00' }, asked_at: new Date().toISOString(), effective_at: '2026-12-01T22:00:00Z' }] }]);
analytics(on, page, find);
on('GET', '/api/billing/usage', ({ user }) => [200, { plan: 'trial', trades_count: user.trades, trades_limit: 100, trial_days_left: 1.4 }]);
on('GET', '/api/notifications', ({ user, query }) => [200, page(user.notices, query)]);
on('POST', '/api/notifications/read', ({ user }) => { user.notices.forEach((n) => { n.read_at ??= new Date().toISOString(); }); return [200, { read: user.notices.length }]; });

async function answer(req, res, url) {
  const parts = url.pathname.split('/');
  const route = routes.find((r) => r.method === req.method && r.parts.length === parts.length && r.parts.every((p, i) => p === parts[i] || p.startsWith(':')));
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString();
  res.setHeader('X-Request-Id', randomBytes(6).toString('hex'));
  try {
    if (route === undefined) throw missing();
    const user = access.get((req.headers.authorization ?? '').replace('Bearer ', ''));
    if (!url.pathname.startsWith('/auth/') && user === undefined) throw new Problem(401, 'auth.invalid_token', 'Log in first.');
    const failure = process.env.FAKE_FAIL;
    if (failure && url.pathname.startsWith(failure)) throw new Problem(503, 'unavailable', 'The database is not reachable at the moment.');
    await wait(Number(process.env.FAKE_DELAY ?? 60));
    const index = route.parts.findIndex((p) => p.startsWith(':'));
    const [status, body] = await route.handle({ req, res, user, query: url.searchParams, id: parts[index], body: raw === '' ? {} : JSON.parse(raw) });
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body));
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    const problem = error instanceof Problem ? error : new Problem(500, 'internal', String(error));
    res.writeHead(problem.status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problem.body));
  }
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff' };
function serve(res, path) {
  const file = join(dist, normalize(path));
  const found = existsSync(file) && statSync(file).isFile() ? file : join(dist, 'index.html');
  res.setHeader('Content-Security-Policy', "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'");
  res.writeHead(200, { 'Content-Type': types[extname(found)] ?? 'application/octet-stream' });
  createReadStream(found).pipe(res);
}

const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://fake');
  if (/^\/(api|auth|register|webhook)\//.test(url.pathname)) void answer(req, res, url);
  else serve(res, url.pathname);
});
new WebSocketServer({ server, path: '/ws/positions' }).on('connection', (socket, req) => {
  const user = access.get(new URL(req.url, 'http://fake').searchParams.get('token'));
  if (user === undefined) return socket.close(4401);
  const entry = { socket, user, waiting: new Map() };
  sockets.add(entry);
  socket.on('close', () => sockets.delete(entry));
  socket.send(JSON.stringify({ type: 'snapshot', positions: user.positions }));
});
setInterval(() => {
  for (const user of users.values())
    for (const [index, p] of user.positions.entries()) {
      const digits = p.avg_price < 10 ? 5 : p.avg_price < 1000 ? 3 : 2;
      const moved = data.reprice({ ...p, current_price: Number((p.current_price * (1 + (Math.random() - 0.5) * 0.00006)).toFixed(digits)) });
      user.positions[index] = moved;
      tell(user, { type: 'update', position_id: p.id, current_price: moved.current_price, pnl: moved.pnl, pnl_percent: moved.pnl_percent });
    }
}, Number(process.env.FAKE_TICK ?? 700)).unref();
server.listen(port, () => console.log(`http://localhost:${server.address().port}`));
