// @ts-check
// A browser that is killed at random moments, a hundred times: what was acknowledged must be there. Not a test of every run:
// it takes some minutes. `KILLS` is the number.

import { launchChromium } from '../e2e/lib/chromium.mjs';
import { temporaryFolder } from '../e2e/lib/common.mjs';

const KILLS = Number(process.env.KILLS ?? 100);
const PASSPHRASE = 'seven invented words for a bench';
const USER = 'ada.byron@acme.example';

const profile = temporaryFolder('kills');
/** @type {string[]} */
const acknowledged = [];
let [asked, missing, seed] = [0, 0, 20_261_126];
/** Repeats from run to run; the moment of a kill does not. @param {number} most */
const draw = (most) => (seed = (seed * 48_271) % 2_147_483_647) % most;
const token = () => Array.from({ length: 24 }, () => 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'[draw(55)]).join('');

for (let kill = 0; kill <= KILLS; kill += 1) {
  const browser = await launchChromium({ profile });
  const app = await browser.openApp('tab');
  /** @param {object} intent @returns {Promise<any>} */
  const ask = (intent) => app.evaluate((one) => chrome.runtime.sendMessage(one), intent);
  const opened = await ask({ kind: kill === 0 ? 'createVault' : 'unlock', with: { passphrase: PASSPHRASE } });
  if (opened.kind !== 'view') throw new Error(`start ${kill}: ${JSON.stringify(opened)}`);
  const [account] = opened.accounts;
  const kept = new Set();
  for (const number of account ? [...account.history.map((/** @type {any} */ one) => one.number), undefined] : []) {
    kept.add((await ask({ kind: 'token', account: account.id, number: number ?? null })).text);
  }
  // The history is bounded; the newest ones must be there.
  missing += acknowledged.slice(-8).filter((one) => !kept.has(one)).length;
  if (kill === KILLS) {
    await browser.close();
    break;
  }
  // Tokens go in one after the other until the browser is gone, in the middle of whatever it is doing.
  const dies = new Promise((done) => setTimeout(done, 20 + draw(400))).then(() => browser.crash());
  /** @param {object} intent @returns {Promise<any>} nothing once the browser is gone: who asked it waits for ever */
  const tell = (intent) => Promise.race([ask(intent).catch(() => undefined), dies]);
  for (;;) {
    const next = token();
    asked += 1;
    const found = await tell({ kind: 'paste', text: `Security token (case-sensitive): ${next}` });
    if (!found) break;
    const done = await tell({ kind: 'keep', review: found.review?.[0]?.id ?? '', username: USER, realm: 'live' });
    if (!done) break;
    if (done.kind === 'view') acknowledged.push(next);
  }
  await dies;
}
console.log(`  ${KILLS} kills, ${asked} captures begun, ${acknowledged.length} acknowledged, ${missing} missing`);
if (missing > 0) process.exitCode = 1;
