// Pictures of every screen, to be looked at, and what axe and the console have to say. Needs a build (npm run build) and a chromium.
//   node dev/look.mjs [outDir] [screen …]
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const out = process.argv[2] ?? 'test-results/shots';
const only = process.argv.slice(3);
mkdirSync(out, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const fake = spawn(process.execPath, [fileURLToPath(new URL('./fake-api.mjs', import.meta.url)), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => fake.kill());
const base = await new Promise((done) => fake.stdout.once('data', (line) => done(String(line).trim())));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

const button = (name, role = 'button') => async (page) => { await page.getByRole(role, { name }).first().click(); await page.waitForTimeout(500); };
const screens = {
  overview: ['/'], positions: ['/positions'], orders: ['/orders'], accounts: ['/accounts'], webhooks: ['/webhooks'], log: ['/log'], analytics: ['/analytics'], billing: ['/billing'], settings: ['/settings'],
  close: ['/positions', button('Close Position EURUSD')],
  stop: ['/', button('Stop')],
  connect: ['/accounts?connect=true'],
  'connect-form': ['/accounts?connect=true', async (page) => { await button('TradeLocker')(page); await page.getByRole('button', { name: 'Connect', exact: true }).click(); await page.waitForTimeout(200); }],
  connected: ['/accounts?connect=true', async (page) => { await button('Paper')(page); await page.getByRole('button', { name: 'Connect', exact: true }).click(); await page.waitForTimeout(1000); }],
  terminal: ['/accounts', button('Terminal set-up', 'link')],
  'terminal-key': ['/accounts', async (page) => { await button('Terminal set-up', 'link')(page); await button('Regenerate')(page); }],
  'terminal-connected': ['/accounts?connect=true', async (page) => {
    await button('MetaTrader')(page);
    for (const [field, value] of [['Login', '5001234'], ['Server', 'Broker-Demo']]) await page.getByLabel(field, { exact: true }).fill(value);
    for (const field of ['Platform', 'Mode']) await page.getByLabel(field, { exact: true }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.waitForTimeout(1000);
  }],
  strategies: ['/strategies'], 'fresh-strategies': ['/strategies', null, 'fresh@example.com'],
  'strategy-new': ['/strategies', async (page) => { await button('New strategy')(page); await page.getByLabel('Name').fill('Breakout'); await page.getByRole('button', { name: 'Create' }).click(); await page.waitForTimeout(600); }],
  'strategy-activate': ['/strategies', button('Add an account')], 'strategy-signals': ['/strategies', button('Signals')],
  'strategy-stop': ['/strategies', async (page) => { await page.getByRole('button', { name: /^More for/ }).nth(1).click(); await page.getByRole('menuitem', { name: 'Stop following' }).click(); await page.waitForTimeout(400); }],
  risk: ['/risk'],
  signing: ['/accounts', async (page) => { await page.getByRole('button', { name: /^More for/ }).first().click(); await page.getByRole('menuitem', { name: 'Signed messages' }).click(); await page.waitForTimeout(400); }],
  'signing-made': ['/accounts', async (page) => {
    await page.getByRole('button', { name: /^More for/ }).nth(1).click();
    await page.getByRole('menuitem', { name: 'Signed messages' }).click();
    await page.getByRole('button', { name: /^Make/ }).click();
    await page.waitForTimeout(500);
  }],
  apps: ['/apps'], 'fresh-apps': ['/apps', null, 'fresh@example.com'],
  'app-faults': ['/apps', async (page) => { await button('New app')(page); await page.getByRole('button', { name: 'Make app' }).click(); await page.waitForTimeout(400); }],
  'app-made': ['/apps', async (page) => {
    await button('New app')(page);
    await page.getByLabel('Name', { exact: true }).fill('Trade journal');
    await page.getByLabel('Redirect addresses').fill('https://journal.example.com/callback');
    await page.getByRole('switch', { name: 'Keeps a secret' }).click();
    await page.getByRole('button', { name: 'Make app' }).click();
    await page.waitForTimeout(500);
  }],
  channel: ['/settings', button('Edit E-mail')], 'fresh-settings': ['/settings', null, 'fresh@example.com'],
  members: ['/settings', async (page) => { await page.getByRole('heading', { name: 'Members' }).scrollIntoViewIfNeeded(); await page.waitForTimeout(300); }],
  'member-accounts': ['/settings', async (page) => { await page.getByRole('button', { name: 'More for Ben Okafor' }).click(); await page.getByRole('menuitem', { name: 'Choose accounts' }).click(); await page.waitForTimeout(400); }],
  invite: ['/settings', async (page) => { await button('Invite')(page); await page.getByLabel(/Only some/).check(); await page.waitForTimeout(300); }],
  'your-data': ['/settings', async (page) => { await button('Export everything')(page); await page.getByRole('heading', { name: 'Your data' }).scrollIntoViewIfNeeded(); await page.waitForTimeout(300); }],
  deletion: ['/settings', async (page) => { await button('Delete workspace')(page); await page.getByLabel(/^Type/).fill('x'); await page.waitForTimeout(300); }],
  deleting: ['/settings', async (page) => {
    await button('Delete workspace')(page);
    const name = (await page.getByLabel(/^Type/).evaluate((field) => field.labels[0].textContent)).replace('Type ', '');
    await page.getByLabel(/^Type/).fill(name);
    await page.getByRole('button', { name: 'Delete in seven days' }).click();
    await page.waitForTimeout(600);
    await page.evaluate(() => window.scrollTo(0, 0));
  }, 'leaving@example.com'],
  signal: ['/log', async (page) => { await page.getByRole('list', { name: 'Signals' }).getByRole('button').nth(3).click(); await page.waitForTimeout(600); }],
  'signal-filled': ['/log', async (page) => { await page.getByRole('list', { name: 'Signals' }).getByRole('button').first().click(); await page.waitForTimeout(600); }],
  'test-it': ['/webhooks', async (page) => { await button('Test it with sample values')(page); await page.getByRole('button', { name: 'Test it', exact: true }).click(); await page.waitForTimeout(500); }],
  'analytics-hours': ['/analytics?by=hour&currency=USD', async (page) => { await page.getByRole('heading', { name: 'By hour' }).scrollIntoViewIfNeeded(); await page.waitForTimeout(300); }],
  'trade-note': ['/analytics', async (page) => { await page.getByRole('button', { name: /note/ }).locator('visible=true').first().click(); await page.waitForTimeout(400); }],
  notices: ['/', button('Notifications')],
  more: ['/', async (page) => { const more = page.getByRole('button', { name: 'More', exact: true }); if (await more.isVisible()) { await more.click(); await page.waitForTimeout(400); } }],
  'fresh-overview': ['/', null, 'fresh@example.com'], 'fresh-accounts': ['/accounts', null, 'fresh@example.com'], 'fresh-webhooks': ['/webhooks', null, 'fresh@example.com'], 'fresh-analytics': ['/analytics', null, 'fresh@example.com'], 'fresh-positions': ['/positions', null, 'fresh@example.com'],
  login: ['/login', null, null], signup: ['/signup', null, null],
  verify: ['/verify?token=new', null, null], 'verify-old': ['/verify?token=old', null, null], forgot: ['/forgot', null, null], reset: ['/reset?token=new', null, null],
};

for (const [width, height, size] of [[1440, 900, 'wide'], [390, 844, 'phone']])
  for (const theme of ['light', 'dark']) {
    const contexts = new Map();
    const pageFor = async (email) => {
      if (contexts.has(email)) return contexts.get(email);
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, bypassCSP: false, timezoneId: 'Europe/Zurich' });
      const page = await context.newPage();
      page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/401/.test(m.text()) && console.log(size, theme, page.url(), m.text()));
      page.on('pageerror', (error) => console.log(size, theme, 'PAGE ERROR', error.message));
      await page.goto(`${base}/login`);
      if (email !== null) {
        await page.getByLabel('E-mail').fill(email);
        await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
        await page.getByRole('heading', { name: 'Overview' }).waitFor();
      }
      contexts.set(email, page);
      return page;
    };
    for (const [name, [path, act, email = 'demo@example.com']] of Object.entries(screens)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const page = await pageFor(email);
      await page.goto(base + path);
      await page.waitForTimeout(900);
      try {
        if (act) await act(page);
      } catch (error) {
        console.log(size, theme, name, error.message.split('\n')[0]);
      }
      await page.screenshot({ path: `${out}/${name}-${size}-${theme}.png`, fullPage: !act && !['log', 'orders'].includes(name) });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wider > 0) console.log(size, theme, name, `page is ${wider}px too wide`);
      await page.evaluate(axe).catch((error) => console.log('axe', error.message));
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => `${v.id} ×${v.nodes.length} ${v.nodes[0].target} ${v.nodes[0].any[0]?.message ?? ''}`)));
      for (const violation of found) console.log(size, theme, name, violation);
    }
    for (const page of contexts.values()) await page.context().close();
  }
await browser.close();
