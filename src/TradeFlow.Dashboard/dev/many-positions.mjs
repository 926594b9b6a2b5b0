// Hundreds of positions whose prices move, in a real browser: what the page does to its frames. Needs a build (npm run build) and a chromium.
//   node dev/many-positions.mjs [positions] [rounds of updates a second] [seconds]
// Each round moves every position: 500 and 20 are 10,000 changes a second, of which a socket is told the newest of each position with every beat, as by the server (FAKE_BEAT in ms). Prints the longest frame, the tasks over 50 ms and the layout shift; ends with 1 when a frame took more than 100 ms or more shifted than numbers do
// that are right-aligned and get a digit more (0.01). Frames tell of the whole machine: leave it alone meanwhile. The share of a processor is the page's own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [positions = 500, rounds = 20, seconds = 10] = process.argv.slice(2).map(Number);
const fake = spawn(process.execPath, [fileURLToPath(new URL('./fake-api.mjs', import.meta.url)), '0'], {
  stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, FAKE_POSITIONS: String(positions), FAKE_TICK: String(1000 / rounds) },
});
process.on('exit', () => fake.kill());
const base = await new Promise((done) => fake.stdout.once('data', (line) => done(String(line).trim())));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
let failed = false;

for (const [width, height] of [[1440, 900], [390, 844]]) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(`${base}/login`);
  await page.getByLabel('E-mail').fill('demo@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto(`${base}/positions`);
  await page.getByRole('button', { name: /^Close Position/ }).locator('visible=true').first().waitFor();
  await page.waitForTimeout(2000);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => (await tools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  const before = await busy();
  const seen = await page.evaluate(async (ms) => {
    const tasks = [];
    let shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => tasks.push(duration))).observe({ type: 'longtask' });
    new PerformanceObserver((list) => list.getEntries().forEach(({ hadRecentInput, value }) => { shift += hadRecentInput ? 0 : value; })).observe({ type: 'layout-shift' });
    const frames = [];
    // This function runs in the page, where nothing of this file is known.
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    const price = () => [...document.querySelectorAll('main li, main tr')].slice(0, 3).map((row) => row.textContent).join();
    let [last, changes, before] = [performance.now(), 0, price()];
    const end = last + ms;
    while (last < end) {
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
      const text = price();
      if (text !== before) changes += 1;
      before = text;
    }
    frames.sort((a, b) => b - a);
    return { frames: frames.length, longest: frames[0], p99: frames[Math.floor(frames.length / 100)], tasks: tasks.length, longestTask: Math.max(0, ...tasks), shift, changes };
  }, seconds * 1000);
  const share = ((await busy()) - before) / seconds;
  const rows = await page.evaluate(() => document.querySelectorAll('main tr, main li').length);
  console.log(`${width} px, ${positions} positions, ${rounds} rounds/s, ${rows} rows in the page: longest frame ${seen.longest.toFixed(0)} ms, 99 % within ${seen.p99.toFixed(0)} ms (${seen.frames} frames in ${seconds} s), `
    + `${seen.tasks} tasks over 50 ms (longest ${seen.longestTask.toFixed(0)} ms), layout shift ${seen.shift.toFixed(4)}, the page's thread used ${(share * 100).toFixed(0)} % of a processor, the first rows changed ${seen.changes} times`);
  failed ||= seen.longest > 100 || seen.longestTask > 100 || seen.shift > 0.01 || seen.changes === 0;
  await page.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
