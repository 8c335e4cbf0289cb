// @ts-check
// Every source of a token beside the two guided ways: by hand, by the mail reader, pasted, while locked, before there is
// a vault; and every text that must not be believed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { HOSTILE } from '../practice/hostile.mjs';
import { startPractice } from '../practice/server.mjs';
import { click, fill, see, seeNo } from './lib/actor.mjs';
import { unlock } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { ADA, createVault, openMail, PASSPHRASE, revealedToken, signIn } from './ways.mjs';

const step = async (/** @type {string} */ _title, /** @type {() => any} */ body) => body();

/** Chromium cannot press its own permission prompt headless: a copy of the manifest has the optional ones granted. */
const GRANTED = (/** @type {any} */ manifest) => ({
  ...manifest,
  permissions: [...manifest.permissions, ...manifest.optional_permissions],
  host_permissions: [...manifest.host_permissions, ...manifest.optional_host_permissions],
  optional_permissions: [],
  optional_host_permissions: [],
});

/** A reset by the person's own hand, without the guide. @param {any} page @param {string} host */
async function resetByHand(page, host) {
  await page.goto(`https://${host}/_ui/system/security/ResetApiTokenEdit`);
  await Promise.all([page.waitForNavigation(), page.click('input[name=save]')]);
}

describe('chromium: one profile, many sources', { timeout: 300_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startPractice>>} */
  let practice;
  /** @type {import('./lib/chromium.mjs').Chromium} */
  let browser;
  before(async () => {
    practice = await startPractice();
    browser = await launchChromium({ hostMapPort: practice.port, extraManifest: GRANTED });
  });
  after(async () => {
    await browser?.close();
    await practice?.stop();
  });

  const host = 'acme.my.salesforce.com';
  const ada = () => practice.org.users.get(ADA.username);
  const kept = () => revealedToken(browser, ADA.username);
  /** How many accounts have a token that is not dead? */
  const live = async () => {
    const app = await browser.openApp('tab');
    await see(app, 'text', ADA.username);
    const count = await app.evaluate(() => [...document.querySelectorAll('button')].filter((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').includes('Reveal token')).length);
    await app.close();
    return count;
  };
  const waitKept = () => until('the live token to be kept', async () => (await kept()) === ada().token, { timeout: 20_000, every: 300 });

  test('a token caught before there is a vault waits in memory only, and is kept once there is one', async () => {
    practice.org.options.showTokenOnPage = true;
    const page = await signIn(browser, practice.org, ADA.username, host);
    await resetByHand(page, host);
    await until('the token to wait', async () => JSON.parse((await browser.storage('session')).session ?? '{}').waiting?.length > 0);
    assert.deepEqual(await browser.storage('local'), {});
    await createVault({ browser, org: practice.org, step }, page);
    await waitKept();
    await page.close();
  });

  test('a reset by hand kills the kept token at once, and the mail reader catches the new one', async () => {
    practice.org.options.showTokenOnPage = false;
    const page = await signIn(browser, practice.org, ADA.username, host);
    const app = await browser.openApp('tab');
    await page.bringToFront();
    await resetByHand(page, host);
    await see(app, 'text', /Dead/);
    // The first start registered the reader, because its permission is there.
    const inbox = await openMail({ browser, org: practice.org, step }, ADA, 'token', 'gmail');
    await waitKept();
    await Promise.all([inbox.close(), page.close(), app.close()]);
  });

  test('a password changed by hand kills the kept token', async () => {
    const page = await signIn(browser, practice.org, ADA.username, host);
    await page.goto(`https://${host}/_ui/system/security/ChangePassword?setupid=ChangePassword`);
    await page.type('#p4', ada().password);
    for (const field of ['#p5', '#p6']) await page.type(field, 'Another-Pass-Word-77');
    await Promise.all([page.waitForNavigation(), page.click('input[name=save]')]);
    const app = await browser.openApp('tab');
    await see(app, 'text', /Dead/, { timeout: 20_000 });
    await app.close();
    const inbox = await openMail({ browser, org: practice.org, step }, ADA, 'token', 'outlook');
    await waitKept();
    await Promise.all([inbox.close(), page.close()]);
  });

  for (const webmail of /** @type {const} */ (['yahoo', 'proton'])) {
    test(`the mail reader catches the token in the opened mail of ${webmail}`, async () => {
      const page = await signIn(browser, practice.org, ADA.username, host);
      await resetByHand(page, host);
      const inbox = await openMail({ browser, org: practice.org, step }, ADA, 'token', webmail);
      await waitKept();
      await Promise.all([inbox.close(), page.close()]);
    });
  }

  for (const webmail of /** @type {const} */ (['gmx', 'icloud', 'roundcube'])) {
    test(`of ${webmail}, whose mail stands in a frame, nothing is taken unasked; a scan reads the frame, and a person decides`, async () => {
      const page = await signIn(browser, practice.org, ADA.username, host);
      await resetByHand(page, host);
      const inbox = await openMail({ browser, org: practice.org, step }, ADA, 'token', webmail);
      const { token } = ada();
      await until('the mail in the innermost frame', async () =>
        (await Promise.all(inbox.frames().map((frame) => frame.evaluate(() => document.body.innerText).catch(() => '')))).some((text) => text.includes(token)));
      await new Promise((done) => setTimeout(done, 1500));
      assert.equal(await live(), 0, 'the old token is dead, and there is no new one');
      const popup = await browser.clickToolbarIcon(inbox);
      await click(popup, 'button', 'Scan this page');
      await see(popup, 'region', 'To review');
      await click(popup, 'button', 'Save token');
      await waitKept();
      await popup.close().catch(() => {});
      await Promise.all([inbox.close(), page.close()]);
    });
  }

  for (const preset of /** @type {const} */ (['look-alike-sender', 'display-name', 'fake-header', 'other-user', 'two-tokens', 'hidden-text', 'quoted-old', 'over-long'])) {
    test(`the reader keeps nothing of a hostile mail at once: ${preset}`, async () => {
      const before = await kept();
      practice.org.forgeMail({ preset, username: ADA.username });
      const { id } = practice.org.mails.at(-1);
      const inbox = await browser.newPage(`https://mail.google.com/?as=${ADA.mailbox}`);
      await inbox.goto(`https://mail.google.com/mail/u/0/#inbox/${id}`);
      await until('the mail', () => inbox.$('.a3s'));
      await new Promise((done) => setTimeout(done, 1500));
      assert.equal(await kept(), before);
      await inbox.close();
    });
  }

  test('what was put to review is discarded, or kept by "Save token", and not before', async () => {
    const app = await browser.openApp('tab');
    const count = () => app.evaluate(() => document.querySelectorAll('[aria-label="To review"] form').length);
    await see(app, 'region', 'To review');
    for (let left = await count(); left > 0; left--) {
      await click(app, 'button', 'Discard');
      await until('the item to go', async () => (await count()) === left - 1);
    }
    const text = `Username: ${ADA.username}\nSecurity token (case-sensitive): ${HOSTILE.SECOND_TOKEN}\n`;
    await fill(app, 'Paste mail or token', text);
    await click(app, 'button', 'Look for a token');
    await until('one item', async () => (await count()) === 1);
    assert.notEqual(await kept(), HOSTILE.SECOND_TOKEN);
    await app.bringToFront();
    await click(app, 'button', 'Save token');
    await until('the item to go', async () => (await count()) === 0);
    assert.equal(await kept(), HOSTILE.SECOND_TOKEN);
    await app.close();
  });

  test('what is selected on any page is put to review by the context menu, also when the worker is asleep', async () => {
    await browser.stopWorker();
    // Nothing can press a native menu: the listener that the worker registered at its start is called instead.
    await browser.inExtension((text) => {
      const event = /** @type {any} */ (chrome.contextMenus.onClicked);
      event.dispatch({ menuItemId: 'keep', editable: false, selectionText: text, frameUrl: 'about:srcdoc', pageUrl: 'https://www.example.com/x?secret' });
    }, `Username: ${ADA.username} Security token (case-sensitive): kT4wPz81mQxLr7VbN2sYhE6dG`);
    const app = await browser.openApp('tab');
    await see(app, 'region', 'To review');
    await click(app, 'button', 'Discard');
    await seeNo(app, 'region', 'To review');
    await app.close();
  });

  test('the context menu has the one entry, once', async () => {
    // Making it once more tells that it is there.
    const error = await browser.inExtension(() => new Promise((done) =>
      chrome.contextMenus.create({ id: 'keep', title: 'x', contexts: ['selection'] }, () => done(chrome.runtime.lastError?.message))));
    assert.match(String(error), /duplicate id/);
  });

  test('a token caught while locked is sealed on disk, and kept at the next unlock', async () => {
    practice.org.options.showTokenOnPage = true;
    const app = await browser.openApp('tab');
    await click(app, 'button', 'Lock');
    await see(app, 'button', 'Unlock');
    const page = await signIn(browser, practice.org, ADA.username, host);
    await resetByHand(page, host);
    await until('the sealed item', async () => Object.keys(await browser.storage('local')).some((key) => key.startsWith('i.')));
    assert.ok(!JSON.stringify(await browser.storage('local')).includes(ada().token));
    assert.ok(!JSON.stringify(await browser.storage('session')).includes(ada().token));
    await app.bringToFront();
    await unlock(app, PASSPHRASE);
    await app.close();
    await waitKept();
    assert.ok(!Object.keys(await browser.storage('local')).some((key) => key.startsWith('i.')));
    await page.close();
  });

  test('a copied token is cleared from the clipboard, but only if it is still there', async () => {
    const app = await browser.openApp('tab');
    await browser.browser.defaultBrowserContext().overridePermissions(browser.origin, ['clipboard-read', 'clipboard-write']);
    const clipboard = () => app.evaluate(() => navigator.clipboard.readText());
    const ring = () => browser.inExtension(() => chrome.alarms.create('clipboard', { when: Date.now() }));
    await click(app, 'button', 'Copy token');
    await until('the token on the clipboard', async () => (await clipboard()) === ada().token);
    await see(app, 'text', /Cleared in 60 s/);
    await ring();
    await until('the clipboard to be empty', async () => (await clipboard()) === '');
    await click(app, 'button', 'Copy token');
    await until('the token on the clipboard', async () => (await clipboard()) === ada().token);
    await app.evaluate(() => navigator.clipboard.writeText('something else'));
    await ring();
    await new Promise((done) => setTimeout(done, 1500));
    assert.equal(await clipboard(), 'something else');
    await app.close();
  });

  test('after a panic of the core the next event gets a new one', async () => {
    await browser.inExtension(() => /** @type {any} */ (globalThis).tokenKeeper?.panicked());
    assert.equal(await kept(), ada().token);
  });

  test('a header that was spoilt while the browser runs comes back from the second copy', async () => {
    const local = await browser.storage('local');
    await browser.inExtension((broken) => chrome.storage.local.set({ vault: broken }), `${local.vault.slice(0, -4)}AAAA`);
    const app = await browser.openApp('tab');
    await see(app, 'text', ADA.username);
    assert.equal((await browser.storage('local')).vault, local.vault);
    await app.close();
  });

  test('none of all this made an error in our own code', async () => {
    assert.deepEqual(browser.ownErrors(), []);
  });
});

test('firefox: the mail reader is allowed in the settings, and catches the token; a scan reads frames', { timeout: 240_000 }, async (t) => {
  const practice = await startPractice();
  t.after(() => practice.stop());
  const browser = await launchFirefox({ hostMapPort: practice.port, t });
  const page = await signIn(browser, practice.org, ADA.username, 'acme.my.salesforce.com');
  await createVault({ browser, org: practice.org, step }, page);
  const app = await browser.openApp('tab');
  await click(app, 'button', 'Menu');
  await click(app, 'button', 'Settings').catch(() => click(app, 'menuitem', 'Settings'));
  await click(app, 'switch', 'Gmail');
  await until('the reader to be registered', () => browser.inExtension(async () =>
    (await globalThis.browser.scripting.getRegisteredContentScripts()).length === 1).catch(() => false));
  await app.close();
  await resetByHand(page, 'acme.my.salesforce.com');
  const inbox = await openMail({ browser, org: practice.org, step }, ADA, 'token', 'gmail');
  await until('the token to be kept', async () => (await revealedToken(browser, ADA.username)) === practice.org.users.get(ADA.username).token, { timeout: 20_000, every: 300 });
  await inbox.close();
  // The reading of a scan comes later than its script ends, and here from a frame that nothing but the click opens.
  await resetByHand(page, 'acme.my.salesforce.com');
  const framed = await openMail({ browser, org: practice.org, step }, ADA, 'token', 'roundcube');
  await until('the frame', () => framed.evaluate(() => !!document.querySelector('iframe')?.contentDocument?.querySelector('#messagebody p')).catch(() => false));
  const popup = await browser.clickToolbarIcon(framed);
  await click(popup, 'button', 'Scan this page');
  await see(popup, 'region', 'To review');
  await popup.close().catch(() => {});
  assert.deepEqual(await browser.ownErrors(), []);
});
