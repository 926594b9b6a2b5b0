// Lighthouse over the built page, signed in: node dev/lighthouse.mjs http://localhost:8080 [mail] [password]. Lighthouse itself comes by npx; it is no dependency.
// Ends with 1 where performance or best practices are below 95 or accessibility is not 100.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const [base = 'http://localhost:8080', email = 'demo@example.com', password = 'correct horse battery'] = process.argv.slice(2);
const port = 9333;
// LIGHTHOUSE names one that is on the machine already.
const lighthouse = process.env.LIGHTHOUSE === undefined ? ['npx', '--yes', 'lighthouse@12.2.3'] : [process.env.LIGHTHOUSE];
const folder = mkdtempSync(join(tmpdir(), 'tradeflow-lighthouse-'));
const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', `--remote-debugging-port=${port}`],
});
const page = await context.newPage();
await page.goto(`${base}/login`);
await page.getByLabel('E-mail').fill(email);
await page.getByLabel('Password', { exact: true }).fill(password);
await page.getByRole('button', { name: 'Log in', exact: true }).click();
await page.getByRole('heading', { name: 'Overview' }).waitFor();
await page.close();

let failed = false;
for (const preset of ['desktop', 'mobile'])
  for (const path of ['/', '/positions']) {
    const report = join(folder, 'report.json');
    // Not one that blocks: the browser is also ours, and waits for answers.
    await promisify(execFile)(lighthouse[0], [...lighthouse.slice(1), base + path, `--port=${port}`, '--disable-storage-reset', '--output=json', `--output-path=${report}`, '--quiet',
      '--only-categories=performance,accessibility,best-practices', ...(preset === 'desktop' ? ['--preset=desktop'] : [])], { timeout: 180_000 });
    const { categories, audits } = JSON.parse(readFileSync(report, 'utf8'));
    const score = (name) => Math.round(categories[name].score * 100);
    console.log(`${preset} ${path}: performance ${score('performance')}, accessibility ${score('accessibility')}, best practices ${score('best-practices')}; `
      + ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'].map((id) => `${audits[id].title} ${audits[id].displayValue}`).join(', '));
    for (const category of ['accessibility', 'best-practices'])
      for (const { id, weight } of categories[category].auditRefs) if (weight > 0 && audits[id].score !== null && audits[id].score < 1) console.log(`  ${id}: ${audits[id].title}`);
    failed ||= score('performance') < 95 || score('accessibility') < 100 || score('best-practices') < 95;
  }
await context.close();
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
