// The pictures of the README, of the running product:   npm run shots [http://localhost:8080]
// A person signs up, connects a paper account and trades a little; then Overview and Positions are taken in both themes, on a desk and on a phone, into docs/images.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const base = process.argv[2] ?? 'http://localhost:8080';
const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const person = { email: `mara-${randomBytes(4).toString('hex')}@example.com`, password: 'correct horse battery', name: 'Mara Keller' };

async function send(method, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(base + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
const until = async (what, isSo) => {
  for (let tries = 0; tries < 120; tries++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`It did not come to this: ${what}`);
};

const { access_token: token } = await send('POST', '/auth/signup', person);
const { api_key: key } = await send('POST', '/register/paper', {}, token);
const open = async () => (await send('GET', '/api/positions', undefined, token)).length;
const alert = (intent) => send('POST', `/webhook/paper/${key}`, { version: 'unify.v1', id: randomBytes(8).toString('hex'), intent });
const brackets = { sl: { mode: 'pips', value: 40 }, tp: { mode: 'rr', value: 2 } };

for (const [symbol, side, qty] of [['EURUSD', 'buy', 1], ['GBPUSD', 'sell', 0.5], ['USDJPY', 'buy', 0.8], ['AUDUSD', 'sell', 1.2], ['USDCHF', 'buy', 0.4]]) {
  const before = await open();
  await alert({ side, symbol, qty, ...brackets });
  await until(`${symbol} is open`, async () => (await open()) > before);
}
for (const symbol of ['USDCHF', 'AUDUSD']) {
  const before = await open();
  await alert({ action: 'close', symbol });
  await until(`${symbol} is closed`, async () => (await open()) < before);
}
await send('PUT', '/api/user/risk_config', { ...(await send('GET', '/api/user/risk_config', undefined, token)), max_daily_loss: 500, max_trades_per_day: 20, max_open_trades: 5 }, token).catch((error) => console.log(error.message));
await until('the trades are in the books', async () => (await send('GET', '/api/analytics/trades', undefined, token)).items.length >= 2);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ locale: 'en-US', timezoneId: 'Europe/Zurich', reducedMotion: 'reduce' });
await page.goto(`${base}/login`);
await page.getByLabel('E-mail').fill(person.email);
await page.getByLabel('Password', { exact: true }).fill(person.password);
await page.getByRole('button', { name: 'Log in', exact: true }).click();
await page.getByRole('heading', { name: 'Overview' }).waitFor();
for (const name of ['overview', 'positions'])
  for (const [width, height, device] of [[1440, 900, 'desk'], [390, 844, 'phone']])
    for (const theme of ['light', 'dark']) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(base + (name === 'overview' ? '/' : `/${name}`));
      await page.getByText('Live', { exact: false }).first().waitFor();
      await page.waitForFunction(() => document.querySelector('[role=status][aria-label^=Loading]') === null && document.fonts.status === 'loaded');
      // The chart draws in its own time.
      await page.waitForTimeout(1000);
      await page.screenshot({ path: `${folder}${name}-${device}-${theme}.png` });
    }
await browser.close();
console.log(`${folder}: 8 pictures`);
