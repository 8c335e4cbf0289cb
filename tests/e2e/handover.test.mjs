// @ts-check
// A token is put to work as a person does it, in both browsers: copied and saved in the form of a tool, tried by one
// log-in. Everything that left the browser is compared with what was pressed.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { startPractice } from '../practice/server.mjs';
import { click, fill, find, see, seeNo } from './lib/actor.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { ADA, createVault, signIn } from './ways.mjs';

const HOST = 'acme.my.salesforce.com';
const EDIT = `https://${HOST}/_ui/system/security/ResetApiTokenEdit`;
const step = async (/** @type {string} */ _title, /** @type {() => any} */ body) => body();
const PATIENCE = { timeout: 30_000 };
/** What a browser asks its maker for by itself, whatever extension is in it. */
const MAKERS = /(^|\.)(mozilla\.(org|com|net)|firefox\.com|google\.com|googleapis\.com|gstatic\.com|gvt1\.com)$/;

for (const [name, launch] of Object.entries({ chromium: launchChromium, firefox: launchFirefox })) {
  test(`${name}: in the form of a tool, and tried`, { timeout: 300_000 }, async (t) => {
    const practice = await startPractice();
    t.after(() => practice.stop());
    const { org } = practice;
    /** @type {any} */
    const browser = await launch({ hostMapPort: practice.port, t });
    const ada = () => org.users.get(ADA.username);
    org.options.showTokenOnPage = true;
    const page = await signIn(browser, org, ADA.username, HOST);
    await page.goto(EDIT);
    await Promise.all([page.waitForNavigation(), page.click('input[name=save]')]);
    await createVault({ browser, org, step }, page);
    await page.goto('about:blank');
    const app = await browser.openApp('tab');
    await click(app, 'button', 'Details');
    const start = org.requests.length;
    const left = () => org.requests.slice(start).filter((/** @type {any} */ one) => !MAKERS.test(one.host)).map(plain);

    // Redacted in sight, whole in the file.
    await click(app, 'button', 'Use it in a tool');
    const choose = async (/** @type {string} */ format) => {
      const list = await find(app, 'combobox', 'Tool');
      await list.evaluate((field, value) => {
        /** @type {HTMLSelectElement} */ (field).value = value;
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }, format);
    };
    await choose('json');
    await see(app, 'text', /"security_token": "•+"/);
    const { token, password } = ada();
    assert(!(await app.evaluate(() => document.documentElement.outerHTML)).includes(token), 'the token is not on the page');
    await fill(app, 'Password', password);
    await click(app, 'button', 'Save as file');
    const file = join(browser.downloads, 'salesforce.json');
    const saved = await until('the file', () => readFile(file, 'utf8').catch(() => ''));
    assert.deepEqual(JSON.parse(saved), { username: ADA.username, password, security_token: token, domain: 'acme.my' });
    // A key file comes beside what it opens.
    await choose('data_loader');
    await see(app, 'text', /sfdc\.password/);
    await fill(app, 'Password', password);
    await click(app, 'button', 'Save as file');
    await until('both files', async () => {
      const names = await readdir(browser.downloads);
      return names.includes('process-conf.xml') && names.includes('dataloader.key');
    });
    assert.equal((await readFile(join(browser.downloads, 'dataloader.key'))).length, 16);
    await choose('token');
    await see(app, 'text', '••••••••');
    await click(app, 'button', 'Copy with secrets');
    await see(app, 'text', /Copied/);
    // Until here nothing left.
    assert.deepEqual(left(), []);

    // One press, one log-in.
    await click(app, 'button', 'Does it work?');
    await see(app, 'text', new RegExp(`goes to .?${HOST}.? and to nowhere else`));
    assert.deepEqual(left(), []);
    const tried = async (/** @type {string} */ typed, /** @type {RegExp} */ said, /** @type {number} */ count) => {
      await fill(app, 'Password', typed);
      await click(app, 'button', 'Log in once');
      await see(app, 'text', said, PATIENCE);
      assert.equal(left().length, count);
    };
    await tried('Wrong-Password-1', /Salesforce refused the log-in\./, 1);
    await see(app, 'text', /counts toward the lock-out/);
    await tried(password, /User name, password and token were accepted\./, 2);
    await see(app, 'text', /does not look at the token/);
    await see(app, 'text', /SOAP login\(\) works in this org\./);
    org.options.soapAnswer = 'redirect';
    await tried(password, /sends the request on to somewhere else/, 3);
    org.options.soapAnswer = 'html';
    await tried(password, /A web page came back instead of an answer\./, 4);
    org.options.soapAnswer = 'LOGIN_MUST_USE_SECURITY_TOKEN';
    await tried(password, /the token is missing, wrong or dead/, 5);
    await see(app, 'text', /Live/);
    await click(app, 'button', 'Mark as dead');
    await see(app, 'text', /Dead/);
    await new Promise((done) => setTimeout(done, 3000));

    // All that left: the log-ins that were pressed, to this one host, without the cookies of the tab beside it.
    const posts = Array.from({ length: 5 }, () => `POST ${HOST} /services/Soap/u/64.0`);
    assert.deepEqual(left(), posts);
    // The person is signed in on that host, and nothing of that went along.
    assert(!org.events.some((/** @type {any} */ event) => event.kind === 'soap-with-cookies'));
    assert.deepEqual(await browser.ownErrors(), []);

    // The way out: a key that stays in the vault, steps into this org's Setup.
    await click(app, 'button', 'Move to JWT');
    await see(app, 'text', /Open the External Client App Manager/);
    await click(app, 'button', 'Make key and certificate');
    await see(app, 'text', /sealed in the vault/, PATIENCE);
    await click(app, 'button', 'Save certificate');
    const certificate = await until('the certificate', () => readFile(join(browser.downloads, 'token-keeper.crt'), 'utf8').catch(() => ''));
    assert.match(certificate, /^-----BEGIN CERTIFICATE-----\n/);
    const local = JSON.stringify(await browser.storage('local'));
    assert(!local.includes('PRIVATE') && !local.includes(token));
    assert.deepEqual(left(), posts);
    await seeNo(app, 'text', /PRIVATE KEY/);
    await app.close();
  });
}

/** @param {any} request */
const plain = ({ method, host, path }) => `${method} ${host} ${path}`;
