// @ts-check
// The vault on two computers. Nothing here has an account at a browser's maker, so this test is the sync server: it carries
// what lies in `chrome.storage.sync` from one browser to the other, in both directions, and once as an enemy would.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { click, fill, see, seeNo } from './lib/actor.mjs';
import { keepToken, makeVault, toSettings } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { scanProfile } from './lib/profile-scan.mjs';
import { ADA, PASSPHRASE, revealedToken } from './ways.mjs';

const TOKEN = 'Qx7LmV2tRb9KsWp4HnYc8ZdEf';
const NEWER = 'hTgRkWzPqLvNxBcMdJfSyAeu';

/** @typedef {import('./lib/chromium.mjs').Chromium | import('./lib/firefox.mjs').Firefox} Browser */
/** @typedef {import('puppeteer-core').Page} Page */

/** What the server does: this is what lies in the area now. @param {Browser} browser @param {Record<string, any>} area */
const deliver = (browser, area) => browser.inExtension(async (items) => {
  const { browser, chrome } = /** @type {any} */ (globalThis);
  const { sync } = (browser ?? chrome).storage;
  const gone = Object.keys(await sync.get(null)).filter((name) => !(name in items));
  await sync.set(items);
  if (gone.length > 0) await sync.remove(gone);
}, area);

/** @param {Browser} from @param {Browser} to */
const carry = async (from, to) => deliver(to, await from.storage('sync'));

/** @param {Page} app */
async function compareNow(app) {
  await toSettings(app);
  await click(app, 'button', 'Compare now');
  await until('the comparison to end', () => app.$eval('button[aria-disabled="true"]', () => false).catch(() => true));
  await click(app, 'button', 'Back');
}

for (const [name, launchOther] of Object.entries({ chromium: launchChromium, firefox: launchFirefox })) {
  test(`chromium and ${name}: another computer joins, both keep what either caught, and what is deleted stays deleted`, { timeout: 300_000 }, async (t) => {
    const one = await launchChromium({ t });
    const app = await one.openApp('tab');
    await makeVault(app, PASSPHRASE);
    await keepToken(app, ADA.username, TOKEN);
    assert.deepEqual(await one.storage('sync'), {}, 'nothing leaves before the person says so');
    await toSettings(app);
    await click(app, 'switch', 'Sync with your other computers');
    await see(app, 'text', /Compared last/, { timeout: 20_000 });
    await click(app, 'button', 'Back');
    const sent = await one.storage('sync');
    assert.deepEqual(Object.keys(sent).map((item) => item.length).sort(), [22, 5], 'the header and one account');

    const two = await launchOther({ t });
    await deliver(two, sent);
    const other = await two.openApp('tab');
    await see(other, 'text', 'Join your other computer');
    await fill(other, 'Passphrase of your other computer', 'seven wrong words for a demo');
    await click(other, 'button', 'Join');
    await see(other, 'text', /does not open the vault/, { timeout: 30_000 });
    await fill(other, 'Passphrase of your other computer', PASSPHRASE);
    await click(other, 'button', 'Join');
    await see(other, 'button', 'Lock', { timeout: 30_000 });
    assert.equal(await revealedToken(two, ADA.username), TOKEN);

    // The other one catches a newer token.
    await keepToken(other, ADA.username, NEWER);
    await compareNow(other);
    await until('the newer token to leave', async () => JSON.stringify(await two.storage('sync')) !== JSON.stringify(sent));
    await carry(two, one);
    await until('the newer token to arrive', async () => await revealedToken(one, ADA.username) === NEWER, { timeout: 60_000 });

    // This one deletes the account.
    const full = await one.storage('sync');
    await click(app, 'button', 'Details');
    await click(app, 'button', 'Delete');
    await click(app, 'button', 'Delete now');
    await seeNo(app, 'text', ADA.username);
    await compareNow(app);
    await until('the deletion to leave', async () => JSON.stringify(await one.storage('sync')) !== JSON.stringify(full));
    await carry(one, two);
    await seeNo(other, 'text', ADA.username, { timeout: 60_000 });

    // An enemy replays the area of before.
    await deliver(one, full);
    await toSettings(app);
    await see(app, 'text', /gave back something older/, { timeout: 60_000 });
    await click(app, 'button', 'Back');
    await seeNo(app, 'text', ADA.username);

    // And it ends.
    await toSettings(app);
    await click(app, 'switch', 'Sync with your other computers');
    await click(app, 'button', 'Stop, and remove it there');
    await until('the area to be empty', async () => Object.keys(await one.storage('sync')).length === 0);

    for (const browser of [one, two]) {
      assert.deepEqual(await browser.ownErrors(), []);
      await browser.close();
      assert.deepEqual(await scanProfile(browser.profileDir, [PASSPHRASE, TOKEN, NEWER, ADA.username]), []);
    }
  });
}
