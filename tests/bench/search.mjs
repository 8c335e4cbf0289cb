// @ts-nocheck as the stage that it stands on
// How long a keystroke in the search takes with 10,000 accounts, until the page is settled, and the first drawing of them.

import { states } from '../ui/fixtures.mjs';
import { stage } from '../ui/lib/stage.mjs';

const ACCOUNTS = 10_000;
const WORDS = ['person.lastname42', 'customer company', 'production'];

const [one] = states.accounts.accounts;
const accounts = Array.from({ length: ACCOUNTS }, (_, at) => ({
  ...one, id: `id${at}`, label: 'Customer company, production', username: `person.lastname${at}@customer-company.example`, here: false,
}));
const app = await stage(new URL('../../dist/chromium', import.meta.url).pathname);
try {
  const started = Date.now();
  const { page } = await app.show({ view: { ...states.accounts, accounts }, surface: 'tab', width: 1100 });
  await page.waitForSelector('input[type=search]');
  console.log(`  ${'loaded and drawn, 10,000 accounts'.padEnd(44)}${String(Date.now() - started).padStart(8)} ms`);
  const times = await page.evaluate(async (words) => {
    const field = document.querySelector('input[type=search]');
    field.focus();
    const times = [];
    for (const word of words) {
      for (let length = 1; length <= word.length; length += 1) {
        field.value = word.slice(0, length);
        const before = performance.now();
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await new Promise((done) => queueMicrotask(() => queueMicrotask(done)));
        document.body.getBoundingClientRect();
        times.push(performance.now() - before);
        await new Promise((done) => setTimeout(done, 20));
      }
    }
    return times;
  }, WORDS);
  times.sort((a, b) => a - b);
  const shown = (ms) => `${ms.toFixed(1)} ms`.padStart(11);
  console.log(`  ${'a keystroke in the search: median, worst'.padEnd(44)}${shown(times[times.length >> 1])}${shown(times.at(-1))}`);
} finally {
  await app.close();
}
