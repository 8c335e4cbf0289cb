// @ts-check
// The vault as files of a browser: what is damaged between two starts, a browser that is killed, and every way to unlock.

import assert from 'node:assert/strict';
import { cp, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { click, fill, see } from './lib/actor.mjs';
import { keepToken, makeVault, toSettings, unlock } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { temporaryFolder, until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { scanProfile } from './lib/profile-scan.mjs';
import { ADA, PASSPHRASE, revealedToken } from './ways.mjs';

const TOKEN = 'Vb5NcX8zLk2JhGf9DsAq4WeRt';
const NEWER = 'hTgRkWzPqLvNxBcMdJfSyAeu';
const OTHER = 'another five invented words here';

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} app @param {string} name */
async function unfold(app, name) {
  const summary = await until(`“${name}”`, () => app.$(`::-p-text(${name})`));
  await summary.click();
}

describe('chromium: a profile that was damaged between two starts', { timeout: 300_000 }, () => {
  const prepared = temporaryFolder('prepared');
  let id = '';
  before(async () => {
    const browser = await launchChromium({ profile: prepared });
    id = browser.extensionId;
    const app = await browser.openApp('tab');
    await makeVault(app, PASSPHRASE);
    await keepToken(app, ADA.username, TOKEN);
    await browser.close();
  });

  const local = () => join('Default', 'Local Extension Settings', id);
  const copy = () => join('Default', 'IndexedDB', `chrome-extension_${id}_0.indexeddb.leveldb`);
  /** The log of a LevelDB, in which the last writes lie. @param {string} folder */
  const log = async (folder) => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
    return join(folder, /** @type {string} */ (names.at(-1)));
  };

  /** @type {[string, (profile: string) => Promise<unknown>][]} */
  const damages = [
    ['nothing', async () => {}],
    ['the first copy deleted', (profile) => rm(join(profile, local()), { recursive: true })],
    ['the second copy deleted', (profile) => rm(join(profile, copy()), { recursive: true })],
    ['the log of the first copy cut off', async (profile) => {
      const file = await open(await log(join(profile, local())), 'r+');
      await file.truncate(Math.floor((await file.stat()).size / 2));
      await file.close();
    }],
    ['a byte of the first copy flipped', async (profile) => {
      const file = await open(await log(join(profile, local())), 'r+');
      const at = (await file.stat()).size - 40;
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
      await file.write(Buffer.from([(buffer[0] ?? 0) ^ 0x40]), 0, 1, at);
      await file.close();
    }],
    ['the list of files of the first copy deleted', async (profile) => {
      for (const name of await readdir(join(profile, local()))) {
        if (/^(CURRENT|MANIFEST)/.test(name)) await rm(join(profile, local(), name));
      }
    }],
  ];
  for (const [damage, harm] of damages) {
    test(`${damage}: the vault opens, and nothing is missing`, async (t) => {
      const profile = temporaryFolder('damaged');
      await cp(prepared, profile, { recursive: true });
      await harm(profile);
      const browser = await launchChromium({ profile, t });
      const app = await browser.openApp('tab');
      await unlock(app, PASSPHRASE);
      assert.equal(await revealedToken(browser, ADA.username), TOKEN);
    });
  }

  test('both copies deleted: it is said, and a new vault needs the person\'s word', async (t) => {
    const profile = temporaryFolder('damaged');
    await cp(prepared, profile, { recursive: true });
    for (const folder of [local(), copy()]) await rm(join(profile, folder), { recursive: true });
    const browser = await launchChromium({ profile, t });
    const app = await browser.openApp('tab');
    await see(app, 'text', 'The vault cannot be read');
    assert.deepEqual(await browser.storage('local'), {});
    await click(app, 'button', 'Remove the vault');
    await click(app, 'button', 'Delete everything');
    await see(app, 'button', 'Create vault');
  });
});

test('chromium: what was acknowledged is there after the browser was killed', { timeout: 300_000 }, async (t) => {
  const profile = temporaryFolder('killed');
  const tokens = [TOKEN, NEWER];
  let browser = await launchChromium({ profile, t });
  let app = await browser.openApp('tab');
  await makeVault(app, PASSPHRASE);
  for (const token of tokens) {
    await keepToken(app, ADA.username, token);
    await browser.crash();
    browser = await launchChromium({ profile, t });
    app = await browser.openApp('tab');
    await unlock(app, PASSPHRASE);
    assert.equal(await revealedToken(browser, ADA.username), token);
  }
  assert.deepEqual(await scanProfile(profile, [...tokens, PASSPHRASE]), []);
});

for (const [name, launch] of Object.entries({ chromium: launchChromium, firefox: launchFirefox })) {
  test(`${name}: another passphrase, this device, a new key`, { timeout: 180_000 }, async (t) => {
    const browser = await launch({ t });
    const app = await browser.openApp('tab');
    await makeVault(app, PASSPHRASE);
    await keepToken(app, ADA.username, TOKEN);
    await toSettings(app);
    await unfold(app, 'Change the passphrase');
    await fill(app, 'Present passphrase', PASSPHRASE);
    await fill(app, 'New passphrase', OTHER);
    await fill(app, 'Repeat new passphrase', OTHER);
    await click(app, 'button', 'Change passphrase');
    await see(app, 'text', 'The passphrase was changed.', { timeout: 20_000 });
    await unfold(app, 'Unlock without a passphrase');
    await click(app, 'button', 'Let this device unlock it');
    await see(app, 'text', 'This device, without a passphrase');
    await click(app, 'button', 'Lock');
    await click(app, 'button', 'Unlock on this device');
    await see(app, 'button', 'Lock', { timeout: 20_000 });

    await toSettings(app);
    await unfold(app, 'Make a new vault key');
    await fill(app, 'Your passphrase', OTHER);
    await click(app, 'button', 'Seal everything anew');
    await see(app, 'text', 'The vault has a new key.', { timeout: 30_000 });
    await click(app, 'button', 'Lock');
    await unlock(app, OTHER);
    assert.equal(await revealedToken(browser, ADA.username), TOKEN);
    assert.deepEqual(await scanProfile(browser.profileDir, [TOKEN, PASSPHRASE, OTHER]), []);
    assert.deepEqual(await browser.ownErrors(), []);
  });
}

test('chromium: a passkey opens the vault, and no longer once it was removed', { timeout: 120_000 }, async (t) => {
  const browser = await launchChromium({ t });
  const app = await browser.openApp('tab');
  const client = await app.createCDPSession();
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  await makeVault(app, PASSPHRASE);
  await keepToken(app, ADA.username, TOKEN);
  await toSettings(app);
  await unfold(app, 'Add a passkey');
  await click(app, 'button', 'Make the passkey');
  await see(app, 'text', /Added .*20/);
  const { credentials } = await client.send('WebAuthn.getCredentials', { authenticatorId });
  assert.equal(credentials.length, 1);
  await click(app, 'button', 'Lock');
  await click(app, 'button', 'Unlock with a passkey');
  await see(app, 'button', 'Lock', { timeout: 20_000 });
  assert.equal(await revealedToken(browser, ADA.username), TOKEN);
  // Without the passkey at hand nothing opens, and the passphrase still does.
  await app.bringToFront();
  await client.send('WebAuthn.clearCredentials', { authenticatorId });
  await click(app, 'button', 'Lock');
  await click(app, 'button', 'Unlock with a passkey');
  await see(app, 'text', /gave no answer/, { timeout: 20_000 });
  await unlock(app, PASSPHRASE);
});

test('chromium: the same token from many places at once is one item', { timeout: 120_000 }, async (t) => {
  const browser = await launchChromium({ t });
  const one = await browser.openApp('tab');
  await makeVault(one, PASSPHRASE);
  const other = await browser.openApp('tab');
  await see(other, 'button', 'Lock');
  const fire = (/** @type {Page} */ app) => app.evaluate((token) => Promise.all(Array.from({ length: 50 }, () =>
    chrome.runtime.sendMessage({ kind: 'paste', text: `Security token (case-sensitive): ${token}` }))), TOKEN);
  const answers = (await Promise.all([fire(one), fire(other)])).flat();
  assert.deepEqual(new Set(answers.map(({ kind }) => kind)), new Set(['view']));
  assert.deepEqual(answers.map(({ review }) => review.length), Array(100).fill(1));
  assert.equal(Object.keys(await browser.storage('local')).filter((name) => name.startsWith('v.')).length, 1);
});
