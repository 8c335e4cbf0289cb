// @ts-check
// When it does not work, where a token is used, and when a new one is due: as a person meets them, in both browsers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startPractice } from '../practice/server.mjs';
import { click, fill, find, see, seeNo } from './lib/actor.mjs';
import { unlock } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { ADA, createVault, PASSPHRASE, revealedToken, signIn, startReset } from './ways.mjs';

const HOST = 'acme.my.salesforce.com';
const NEIGHBOUR = 'globex.my.salesforce.com';
const EDIT = `https://${HOST}/_ui/system/security/ResetApiTokenEdit`;
const step = async (/** @type {string} */ _title, /** @type {() => any} */ body) => body();
const PATIENCE = { timeout: 30_000 };

/** Chromium asks before notifications, and its prompt cannot be pressed headless: a copy of the manifest has them granted. */
const GRANTED = (/** @type {any} */ manifest) => ({
  ...manifest,
  permissions: [...manifest.permissions, 'notifications'],
  optional_permissions: manifest.optional_permissions.filter((/** @type {string} */ name) => name !== 'notifications'),
});

const BROWSERS = {
  chromium: {
    launch: (/** @type {any} */ given) => launchChromium({ ...given, extraManifest: GRANTED }),
    cookies: async (/** @type {any} */ browser) => (await browser.browser.cookies()).map((/** @type {any} */ { domain, name }) => `${domain} ${name}`),
  },
  firefox: {
    launch: launchFirefox,
    cookies: (/** @type {any} */ browser) => browser.inBrowser(() =>
      Services.cookies.cookies.map((/** @type {any} */ { host, name }) => `${host} ${name}`)),
  },
};

for (const [name, { launch, cookies }] of Object.entries(BROWSERS)) {
  test(`${name}: help, uses and a reminder`, { timeout: 300_000 }, async (t) => {
    const practice = await startPractice();
    t.after(() => practice.stop());
    const { org } = practice;
    /** @type {any} */
    const browser = await launch({ hostMapPort: practice.port, t });
    const ada = () => org.users.get(ADA.username);
    org.options.showTokenOnPage = true;

    const page = await signIn(browser, org, ADA.username, HOST);
    const reset = async () => {
      await page.goto(EDIT);
      await Promise.all([page.waitForNavigation(), page.click('input[name=save]')]);
    };
    await reset();
    await createVault({ browser, org, step }, page);
    const kept = () => until('the live token to be kept', async () => (await revealedToken(browser, ADA.username)) === ada().token, { timeout: 30_000, every: 300 });
    await kept();

    // Where is it used?
    const app = await browser.openApp('tab');
    await click(app, 'button', 'Details');
    await click(app, 'button', 'Add place');
    await fill(app, 'Name of the job, variable or file', 'nightly import');
    await fill(app, 'Where it stands (never the token itself)', 'ci.example / SF_TOKEN');
    await click(app, 'button', 'Save place');
    await see(app, 'text', 'Up to date');
    await page.bringToFront();
    await reset();
    await kept();
    await app.bringToFront();
    await see(app, 'text', /These still hold the token before/);
    await click(app, 'button', 'It is updated');
    await seeNo(app, 'text', /These still hold the token before/);

    // When is a new one due?
    const period = await find(app, 'combobox', 'Ask for a new token every');
    await period.select('30');
    await see(app, 'text', /A new token is due: in 30 days/);
    const settings = async () => JSON.parse((await browser.storage('local')).settings);
    await until('the reminder on disk', async () => (await settings()).remindAt > Date.now());
    await click(app, 'button', 'Lock');
    await see(app, 'button', 'Unlock');
    const due = { ...(await settings()), remindAt: Date.now() - 1000 };
    await browser.inExtension(async (/** @type {string} */ text) => {
      const api = globalThis.browser ?? globalThis.chrome;
      await api.storage.local.set({ settings: text });
      await api.alarms.create('remind', { when: Date.now() });
    }, JSON.stringify(due));
    await until('the badge', async () => (await browser.badgeText()) === '↻', PATIENCE);
    if (name === 'chromium') {
      assert.deepEqual(Object.keys(await browser.inExtension(() => globalThis.chrome.notifications.getAll())), ['due']);
    }
    await unlock(app, PASSPHRASE);
    // The vault knows better.
    await until('the badge to go', async () => (await browser.badgeText()) === '', PATIENCE);
    await app.close();

    // What a reset would break stands above the button; and here there is none.
    org.options.hideResetButton = true;
    await page.goto(EDIT);
    let popup = await browser.clickToolbarIcon(page);
    await startReset(popup, ADA.username, 'signedIn');
    await see(popup, 'text', /The page shows no reset button/, PATIENCE);
    await click(popup, 'button', 'Help: "Reset My Security Token" is not there');
    await see(popup, 'text', /The profile has login IP ranges/);
    await click(popup, 'button', 'Message for the administrator');
    await see(popup, 'text', new RegExp(`${ADA.username}[^]*https://${HOST}/lightning/setup/EnhancedProfiles/home`));
    await click(popup, 'button', 'Copy message for the administrator');
    await see(popup, 'text', /Copied\. Paste it/);
    await click(popup, 'button', 'Back');
    await click(popup, 'button', 'Cancel');
    await popup.close().catch(() => {});

    // The cookies of this host go; those beside and above it stay, also one of the same name.
    const beside = await browser.newPage(`https://${NEIGHBOUR}/`);
    await beside.evaluate(() => { document.cookie = 'own=1; path=/; secure'; });
    await page.evaluate(() => {
      document.cookie = 'twin=host; path=/; secure';
      document.cookie = 'twin=above; path=/; secure; domain=salesforce.com';
      document.cookie = 'deep=1; path=/_ui; secure; domain=acme.my.salesforce.com';
    });
    const bare = async () => (await cookies(browser)).map((/** @type {string} */ one) => one.replace(/^\./, ''));
    const before = await bare();
    for (const one of [`${HOST} sid`, `${HOST} twin`, `${HOST} deep`, 'salesforce.com twin', `${NEIGHBOUR} own`]) assert(before.includes(one), `${one} in ${before}`);
    popup = await browser.clickToolbarIcon(page);
    await click(popup, 'button', 'It does not work?');
    await click(popup, 'button', 'A page stays blank or goes in circles');
    await see(popup, 'text', new RegExp(`signs you out on .?${HOST}`));
    await click(popup, 'button', 'Clear the cookies of this host');
    await see(popup, 'text', /Cleared \(/);
    const left = await bare();
    assert.deepEqual(left.filter((/** @type {string} */ one) => one.startsWith(`${HOST} `)), []);
    assert.deepEqual(left.sort(), before.filter((/** @type {string} */ one) => !one.startsWith(`${HOST} `)).sort());
    await popup.close().catch(() => {});
    const granted = await browser.inExtension(async () => (await (globalThis.browser ?? globalThis.chrome).permissions.getAll()).permissions);
    assert(!granted.includes('cookies'), 'the permission was given back');
    await page.goto(`https://${HOST}/`);
    await page.waitForSelector('#username', { visible: true });
    assert.deepEqual(await browser.ownErrors(), []);
  });
}
