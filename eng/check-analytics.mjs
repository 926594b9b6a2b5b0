#!/usr/bin/env node
// Reckons every figure of Analytics again from the CSV and says where one differs. Decimals are whole numbers here, so that nothing is rounded.
//   node eng/check-analytics.mjs http://localhost:8080 <access token or personal token> ["from=2026-01-01&symbol=MES"]
// Without an address it makes up 10,000 trades in a database of its own and checks those: dotnet, PostgreSQL and Redis as for the tests.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [base, token, filter = ''] = process.argv.slice(2);
if (base === undefined) {
  const tests = fileURLToPath(new URL('../tests/Platform.Tests', import.meta.url));
  const run = spawnSync('dotnet', ['test', tests, '--filter', 'FullyQualifiedName~RandomTradeTests'], { stdio: 'inherit', env: { ...process.env, TRADEFLOW_TRADES: '10000' } });
  process.exit(run.status ?? 1);
}

const query = filter === '' ? '' : `?${filter}`;
const get = async (path, also = '') => {
  const answer = await fetch(`${base}/api/analytics/${path}${query}${also && (query ? '&' : '?')}${also}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.text();
};
// Numbers of JSON as they are written: a double would round them.
const json = (text) => JSON.parse(text.replaceAll(/("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)/g, (_, string, number) => string ?? `"${number}"`));

const digits = 20n;
const one = 10n ** digits;
function exact(text) {
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`"${text}" is no number`);
  return (sign === '-' ? -1n : 1n) * BigInt(whole + part.padEnd(Number(digits), '0'));
}
// To ten places, halves away from zero, as the server does.
function ratio(part, of) {
  if (of === 0n) return null;
  const [top, bottom] = [(part < 0n ? -part : part) * 10n ** 10n, of < 0n ? -of : of];
  const rounded = (top * 2n + bottom) / (bottom * 2n);
  return (part < 0n !== of < 0n ? -1n : 1n) * rounded * 10n ** (digits - 10n);
}
const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0n);
const max = (a, b) => (a > b ? a : b);

function* lines(text) {
  let [cells, cell, quoted] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted && c === '"' && text[at + 1] === '"') cell += text[++at];
    else if (c === '"') quoted = !quoted;
    else if (quoted || (c !== ',' && c !== '\r')) cell += c;
    else {
      cells.push(cell);
      cell = '';
      if (c === ',') continue;
      at++;
      yield cells;
      cells = [];
    }
  }
}

// Microseconds: the CSV has six places.
const micros = (text) => BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt((text.slice(20, -1) || '0').padEnd(6, '0'));
const [header, ...body] = lines(await get('export.csv', 'with=risk'));
const trades = body
  .map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at]])))
  .filter((row) => row.net_pnl !== '')
  .map((row) => ({ ...row, gross: exact(row.gross_pnl), fees: exact(row.fees), net: exact(row.net_pnl), r: row.risk === '' ? null : ratio(exact(row.net_pnl), exact(row.risk)), held: row.entry_time === '' ? null : micros(row.exit_time) - micros(row.entry_time) }));

function figures(rows) {
  const [wins, losses] = [rows.filter((row) => row.net > 0n).length, rows.filter((row) => row.net < 0n).length];
  const [profit, loss] = [sum(rows, (row) => max(row.gross, 0n)), sum(rows, (row) => max(-row.gross, 0n))];
  return { trades: BigInt(rows.length) * one, wins: BigInt(wins) * one, losses: BigInt(losses) * one, gross_profit: profit, gross_loss: loss, fees: sum(rows, (row) => row.fees), net_pnl: sum(rows, (row) => row.net) };
}
function summaryOf(rows) {
  const own = figures(rows);
  let [run, peak, deepest] = [0n, 0n, 0n];
  for (const row of rows) {
    run += row.net;
    peak = max(peak, run);
    deepest = max(deepest, peak - run);
  }
  const seen = rows.filter((row) => row.held !== null);
  const risked = rows.filter((row) => row.r !== null);
  return {
    ...own, max_drawdown: deepest, win_rate: ratio(own.wins, own.wins + own.losses), profit_factor: ratio(own.gross_profit, own.gross_loss),
    expectancy: ratio(own.net_pnl, own.trades), average_r: ratio(sum(risked, (row) => row.r), BigInt(risked.length) * one), trades_with_risk: BigInt(risked.length) * one,
    average_hold_seconds: ratio(sum(seen, (row) => row.held), BigInt(seen.length) * 1_000_000n),
  };
}

let [compared, differing] = [0, 0];
function compare(what, told, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    compared++;
    const shown = told?.[name];
    if ((shown === null || shown === undefined ? null : exact(shown)) === value) continue;
    differing++;
    console.log(`${what} ${name}: shown ${shown}, reckoned ${value === null ? null : Number(value) / Number(one)}`);
  }
}

const currencies = [...new Set(trades.map((row) => row.currency))].sort();
const summary = json(await get('summary'));
for (const currency of currencies) {
  const wanted = summaryOf(trades.filter((row) => row.currency === currency));
  compare(`summary ${currency}`, summary.by_currency.find((row) => row.currency === currency), wanted);
  if (currencies.length === 1) compare('summary', summary, wanted);
}
compare('summary', summary, { trades: BigInt(trades.length) * one });
for (const row of trades) compare(`trade ${row.trade_id}`, { r_multiple: row.r_multiple || null }, { r_multiple: row.r });

// The day of a trade hangs on when the trading day begins, which the risk settings say.
const settings = json(await (await fetch(`${base}/api/user/risk_config`, { headers: { Authorization: `Bearer ${token}` } })).text());
const clock = new Intl.DateTimeFormat('en-CA', { timeZone: summary.timezone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
const wall = (row) => Object.fromEntries(clock.formatToParts(new Date(row.exit_time)).map((part) => [part.type, part.value]));
const dayOf = (row) => {
  const { year, month, day, hour, minute } = wall(row);
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (`${hour}:${minute}` < settings.day_reset_time) date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
};
const keys = {
  'by-symbol': (row) => row.symbol, 'by-broker': (row) => row.broker, 'by-strategy': (row) => row.strategy || null, 'by-hour': (row) => wall(row).hour,
  'by-weekday': (row) => wall(row).weekday.slice(0, 3).toLowerCase(), 'by-day': dayOf,
};
for (const [path, keyOf] of Object.entries(keys)) {
  const groups = new Map();
  for (const row of trades) {
    const key = JSON.stringify([keyOf(row), row.currency]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const told = new Map(json(await get(path)).map((row) => [JSON.stringify([row.key, row.currency]), row]));
  for (const key of new Set([...groups.keys(), ...told.keys()])) compare(`${path} ${key}`, told.get(key), figures(groups.get(key) ?? []));
}
console.log(`${trades.length} trades, ${currencies.join(', ') || 'no currency'}: ${compared} figures reckoned again, ${differing === 0 ? 'difference 0' : `${differing} differ`}.`);
process.exit(differing === 0 ? 0 : 1);
