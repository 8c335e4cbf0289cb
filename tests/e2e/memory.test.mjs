// @ts-check
// After a lock nothing secret is left in the worker: not in the memory of any instance of the core, not in the worker's
// own heap. The search is proven on a control string first.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startPractice } from '../practice/server.mjs';
import { click, see } from './lib/actor.mjs';
import { keepToken } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { createVault, PASSPHRASE, revealedToken, ADA } from './ways.mjs';

const TOKEN = 'Vb5NcX8zLk2JhGf9DsAq4WeRt';
const CONTROL = 'Kq3-control-string-of-this-test';

test('chromium: after a lock the worker holds no secret', { timeout: 120_000 }, async (t) => {
  const practice = await startPractice();
  t.after(() => practice.stop());
  const browser = await launchChromium({ hostMapPort: practice.port, t });
  const page = await browser.newPage('https://login.salesforce.com/');
  await createVault({ browser, org: practice.org, step: async (_title, body) => body() }, page);

  const app = await browser.openApp('tab');
  await keepToken(app, ADA.username, TOKEN);
  assert.equal(await revealedToken(browser, ADA.username), TOKEN);

  await browser.inExtension((control) => {
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    new TextEncoder().encodeInto(control, new Uint8Array(buffer, 100));
    Object.assign(globalThis, { kept: [new Uint8Array(buffer), `${control} `] });
  }, CONTROL);
  await app.bringToFront();
  await click(app, 'button', 'Lock');
  await see(app, 'button', 'Unlock');
  await app.close();

  const worker = await browser.worker();
  const found = await search(worker.client, [CONTROL, TOKEN, PASSPHRASE]);
  assert.deepEqual(found, { memories: [CONTROL], heap: [CONTROL] });
});

/**
 * Which of the words lie in a wasm memory, and which in the strings of the heap.
 * @param {import('puppeteer-core').CDPSession} client
 * @param {string[]} words
 */
async function search(client, words) {
  await client.send('HeapProfiler.collectGarbage');
  const { result: prototype } = await client.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await client.send('Runtime.queryObjects', { prototypeObjectId: /** @type {string} */ (prototype.objectId) });
  const { result } = await client.send('Runtime.callFunctionOn', {
    objectId: /** @type {string} */ (objects.objectId),
    returnByValue: true,
    // The words come as numbers, so that the question does not put them into the heap.
    arguments: [{ value: words.map((word) => [...Buffer.from(word)].map((byte) => byte ^ 0x55)) }],
    functionDeclaration: `function (words) {
      return words.map((word) => [...this].some(({ buffer }) => {
        const bytes = new Uint8Array(buffer);
        for (let at = bytes.indexOf(word[0] ^ 0x55); at >= 0; at = bytes.indexOf(word[0] ^ 0x55, at + 1)) {
          if (word.every((byte, i) => bytes[at + i] === (byte ^ 0x55))) return true;
        }
        return false;
      }));
    }`,
  });
  /** @type {string[]} */
  const chunks = [];
  client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  const heap = chunks.join('');
  return {
    memories: words.filter((_, at) => result.value[at]),
    heap: words.filter((word) => heap.includes(word)),
  };
}
