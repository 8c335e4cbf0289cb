// @ts-check
/**
 * The saved-like pages of `tests/cases/html`: what the agent's eyes report of each must be what `html.facts.json` says.
 * `cargo test --test recognise` classifies those same facts, so the two tests together go from markup to kind.
 *
 *   UPDATE=1 node --test tests/page/cases.test.mjs    writes the facts anew; look at the difference before you keep it
 */

import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { isolate, source, startBench } from './lib.mjs';

const FOLDER = new URL('../cases/html/', import.meta.url);
const FACTS = new URL('../cases/html.facts.json', import.meta.url);

/** The clock of the agent's world: pages stand still here, so 2.7 s may pass at once. */
const CLOCK = `Object.defineProperty(globalThis, 'performance', { value: { now: () => globalThis.clock ?? 0 } }), 0`;

/** @type {import('./lib.mjs').Bench} */
let bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.close());

/** @param {string} text */
function labelsOf(text) {
  const [, head = ''] = /^<!--\n([^]*?)\n-->/.exec(text) ?? [];
  /** @type {Record<string, string>} */
  const labels = Object.fromEntries(head.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
  return labels;
}

/**
 * Shows a page at its address, in a frame of its top page if it has one, and looks at it as the agent does.
 * @param {import('puppeteer-core').Page} page
 * @param {Map<string, string>} served
 * @param {string} text
 */
async function look(page, served, text) {
  const { url, top } = labelsOf(text);
  assert.ok(url, 'a case without an address');
  served.clear();
  served.set(url, text);
  if (top) served.set(top, `<!DOCTYPE html><title>top</title><iframe src="${url.replaceAll('&', '&amp;')}" width="900" height="650"></iframe>`);
  await page.goto(top ?? url);
  const frame = top ? page.frames().find((one) => one.url() === url) : page.mainFrame();
  assert.ok(frame, `${url} is not there`);
  const { run } = await isolate(frame);
  await run(CLOCK);
  await run(await source('facts'));
  await run('facts.look()');
  const { path, framed, settled, marks, person } = await run('clock = 2700, facts.look()');
  return { path, framed, settled, marks, person };
}

test('the facts of every saved-like page are as committed', async () => {
  const page = await bench.browser.newPage();
  /** @type {Map<string, string>} */
  const served = new Map();
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const url = request.url().split('#')[0] ?? '';
    request.respond({ contentType: 'text/html; charset=utf-8', body: served.get(url) ?? '' });
  });
  /** @type {Record<string, object>} */
  const got = {};
  for (const file of (await readdir(FOLDER)).sort()) {
    got[file.replace(/\.html$/, '')] = await look(page, served, await readFile(new URL(file, FOLDER), 'utf8'));
  }
  if (process.env.UPDATE) {
    const lines = Object.entries(got).map(([name, facts]) => `${JSON.stringify(name)}: ${JSON.stringify(facts)}`);
    await writeFile(FACTS, `{\n${lines.join(',\n')}\n}\n`);
  }
  const committed = JSON.parse(await readFile(FACTS, 'utf8'));
  assert.ok(Object.keys(got).length >= 120);
  for (const name of new Set([...Object.keys(got), ...Object.keys(committed)])) assert.deepEqual(got[name], committed[name], name);
});
