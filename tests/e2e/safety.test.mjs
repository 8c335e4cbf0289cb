// @ts-check
// What must not happen: nothing of ours on pages that are not ours to touch, nothing written where it should not be,
// and no visit of the address that resets on sight. And the shapes of genuine pages that make both harder.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startPractice } from '../practice/server.mjs';
import { click, fill, see } from './lib/actor.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { until } from './lib/common.mjs';
import { ADA, createVault, shortWay, tokenFromMail } from './ways.mjs';

const step = async (/** @type {string} */ _title, /** @type {() => any} */ body) => body();

describe('chromium: where we stay away', { timeout: 300_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startPractice>>} */
  let practice;
  /** @type {import('./lib/chromium.mjs').Chromium} */
  let browser;
  before(async () => {
    practice = await startPractice();
    browser = await launchChromium({ hostMapPort: practice.port });
    const login = await browser.newPage('https://login.salesforce.com/');
    await createVault({ browser, org: practice.org, step }, login);
    await login.close();
  });
  after(async () => {
    await browser?.close();
    await practice?.stop();
  });

  /** Worlds of content scripts in a page. @param {string} url */
  async function worlds(url) {
    const page = await browser.newPage('about:blank');
    const client = await page.createCDPSession();
    /** @type {string[]} */
    const found = [];
    client.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.origin.startsWith('chrome-extension://')) found.push(context.origin);
    });
    await client.send('Runtime.enable');
    await page.goto(url);
    await new Promise((done) => setTimeout(done, 500));
    await page.close();
    return found.length;
  }

  for (const url of [
    'https://acme.lightning.force.com/lightning/r/Account/001000000000001/view',
    'https://www.example.com/login',
    'https://acme.my.site.com/login',
    'https://login.salesforce.com-secure.example/',
    'https://mail.google.com/',
  ]) {
    test(`no script of ours runs on ${new URL(url).host}${new URL(url).pathname}`, async () => {
      assert.equal(await worlds(url), 0);
    });
  }

  test('a log-in page has one world of ours, and sees nothing of it', async () => {
    assert.equal(await worlds('https://login.salesforce.com/'), 1);
    const page = await browser.newPage('https://login.salesforce.com/');
    await page.waitForSelector('#Login', { visible: true });
    const bare = () => page.evaluate(() => ({
      html: document.documentElement.outerHTML.length,
      globals: Object.keys(globalThis).filter((name) => ['facts', 'act', 'agent', 'mail', 'watcher', 'tokenKeeper'].includes(name)),
      runtime: typeof /** @type {any} */ (globalThis).chrome?.runtime,
    }));
    const first = await bare();
    await new Promise((done) => setTimeout(done, 4000));
    assert.deepEqual(await bare(), first);
    assert.deepEqual(first.globals, []);
    assert.equal(first.runtime, 'undefined');
    await page.close();
  });

  test('a page that shows text like a token mail is not believed', async () => {
    for (const url of ['https://acme.my.salesforce.com/001000000000001', 'https://acme.my.site.com/fake-reset', 'https://www.example.com/fake-reset']) {
      const page = await browser.newPage(url);
      await new Promise((done) => setTimeout(done, 3500));
      await page.close();
    }
    const local = Object.keys(await browser.storage('local')).filter((key) => /^[avi]\./.test(key));
    assert.deepEqual(local, []);
  });

  test('a look-alike is named as such when the icon is clicked, and cannot be started on', async () => {
    const page = await browser.newPage('https://login.salesforce.com-secure.example/');
    const popup = await browser.clickToolbarIcon(page);
    await see(popup, 'text', /belongs to somebody else/);
    assert.equal(await popup.$('input[type=radio]'), null);
    await popup.close();
    await page.close();
  });

  for (const variant of ['hidden-username', 'clobbered', 'offscreen']) {
    test(`on a log-in page that is tampered with (${variant}) nothing is written into a field that nobody can see`, async () => {
      const page = await browser.newPage(`https://acme.my.salesforce.com/?practice=${variant}`);
      await page.waitForSelector('#Login').catch(() => null);
      const popup = await browser.clickToolbarIcon(page);
      await fill(popup, 'User name', ADA.username);
      await click(popup, 'radio', 'I can sign in');
      await click(popup, 'button', 'Start reset');
      await see(popup, 'list', 'Steps');
      await new Promise((done) => setTimeout(done, 3000));
      await click(popup, 'button', 'Cancel');
      await popup.close();
      const caught = practice.org.events.filter((/** @type {any} */ e) => ['caught', 'form-without-un', 'login-failed'].includes(e.kind));
      assert.deepEqual(caught, []);
      await page.close();
    });
  }

  for (const [title, options] of /** @type {const} */ ([
    ['inside the Lightning frame', { lightning: true }],
    ['from a saved-identity card', { savedIdentity: true }],
    ['in German, on a slow server', { language: 'de', latencyMs: 300 }],
  ])) {
    test(`the short way works ${title}`, async () => {
      practice.org.reset();
      Object.assign(practice.org.options, options);
      const context = browser.browser.defaultBrowserContext();
      await context.deleteMatchingCookies?.({ domain: 'acme.my.salesforce.com' }).catch(() => {});
      const page = await browser.newPage('https://acme.my.salesforce.com/');
      const stage = { browser, org: practice.org, step };
      await shortWay(stage, page, ADA, practice.org.users.get(ADA.username).password);
      await tokenFromMail(stage, ADA);
      const user = practice.org.users.get(ADA.username);
      assert.equal(user.resets, 1);
      const visits = practice.org.requests.filter((/** @type {any} */ r) => r.path.endsWith('ResetApiTokenConfirm') && r.method === 'GET');
      assert.deepEqual(visits, []);
      const app = await browser.openApp('tab');
      await click(app, 'button', 'Finish');
      await app.close();
      await page.close();
    });
  }

  test('the side panel opens from the menu, and shows the page in front', async () => {
    const page = await browser.newPage('https://login.salesforce.com/');
    const popup = await browser.clickToolbarIcon(page);
    await click(popup, 'button', 'Menu');
    // The popup closes under the press; where the press itself failed, there is no panel.
    await click(popup, 'button', 'Open in side panel').catch((problem) => {
      if (!/Target closed|does not answer/.test(String(problem))) throw problem;
    });
    const target = await until('the panel', () => browser.browser.targets().find((t) => t.url().endsWith('surface=panel')));
    const panel = await target.asPage();
    await see(panel, 'text', 'login.salesforce.com');
    await see(panel, 'button', 'Start reset');
    await page.close();
  });

  test('none of all this made an error in our own code', async () => {
    assert.deepEqual(browser.ownErrors(), []);
  });
});
