// @ts-check
// Backup and moving house as a person does it, in both browsers: back up, open the file with the `age` command, lose the
// account, bring it back; and take accounts over from another tool.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { click, fill, see, seeNo } from './lib/actor.mjs';
import { keepToken, makeVault, toSettings } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { fromRoot, temporaryFolder, until } from './lib/common.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { scanProfile } from './lib/profile-scan.mjs';
import { PASSPHRASE, revealedToken } from './ways.mjs';

const ADA = 'ada.byron@acme.example';
const BOB = 'bob@globex.example';
const [TOKEN, OTHER, NEWER] = ['Qx7LmV2tRb9KsWp4HnYc8ZdEf', 'hTgRkWzPqLvNxBcMdJfSyAeu', 'Zp3WnC8yTf6JdQs1LmKv5RbGh'];
const BACKUP = 'other invented words for a backup';

/** The `age` command, as a person at a terminal. @param {'open' | 'seal'} deed @param {string} source @param {string} target @param {string} passphrase */
const age = (deed, source, target, passphrase) => new Promise((done, failed) => {
  const child = execFile('python3', [fromRoot('tests/e2e/lib/age.py'), deed, source, target], { timeout: 60_000 },
    (problem, _, said) => problem ? failed(new Error(`age: ${said || problem.message}`)) : done(undefined));
  child.stdin?.end(`${passphrase}\n`);
});

/** A file in the folder of downloads, once it is whole. @param {string} folder @param {RegExp} name */
const downloaded = (folder, name) => until(`a download like ${name}`, async () => {
  const names = await readdir(folder);
  const found = names.find((one) => name.test(one));
  return found && !names.some((one) => /\.(part|crdownload|tmp)$/.test(one)) && (await readFile(join(folder, found))).length > 0
    ? join(folder, found) : undefined;
}, { timeout: 60_000 });

/** @param {import('puppeteer-core').Page} app @param {string} file */
async function choose(app, file) {
  // The window in which a person finds the file is the browser's own; what it gives is this.
  const field = await until('the field for a file', () => app.$('#move-file'));
  await /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (field).uploadFile(file);
}

/** @param {import('puppeteer-core').Page} app */
async function toMoving(app) {
  await toSettings(app);
  await click(app, 'button', 'Back up, restore, import');
}

for (const [name, launch] of Object.entries({ chromium: launchChromium, firefox: launchFirefox })) {
  test(`${name}: a backup that age opens brings a lost account back, and another tool's accounts move in`, { timeout: 300_000 }, async (t) => {
    const browser = await launch({ t });
    const app = await browser.openApp('tab');
    await makeVault(app, PASSPHRASE);
    await keepToken(app, ADA, TOKEN);
    await see(app, 'button', 'Reveal token');

    await toMoving(app);
    await fill(app, 'Backup passphrase', BACKUP);
    await fill(app, 'Repeat backup passphrase', BACKUP);
    const started = Date.now();
    await click(app, 'button', 'Make backup file');
    await see(app, 'text', /Given to your browser to save/, { timeout: 30_000 });
    t.diagnostic(`sealing the backup took ${Date.now() - started} ms`);
    const file = await downloaded(browser.downloads, /^token-keeper-\d{4}-\d\d-\d\d\.age$/);
    const folder = temporaryFolder('backup');
    await age('open', file, join(folder, 'backup.json'), BACKUP);
    const { accounts } = JSON.parse(await readFile(join(folder, 'backup.json'), 'utf8'));
    assert.deepEqual(accounts.map((/** @type {any} */ one) => [one.username, one.tokens.map((/** @type {any} */ token) => token.token)]), [[ADA, [TOKEN]]]);

    await click(app, 'button', 'Back');
    await click(app, 'button', 'Back');
    await click(app, 'button', 'Details');
    await click(app, 'button', 'Delete');
    await click(app, 'button', 'Delete now');
    await seeNo(app, 'text', ADA);

    // The same JSON, sealed by the other program: both ways are open.
    const sealed = join(folder, 'sealed.age');
    await age('seal', join(folder, 'backup.json'), sealed, BACKUP);
    await toMoving(app);
    await choose(app, sealed);
    await fill(app, 'Passphrase of this backup', 'not the words of it');
    await click(app, 'button', 'Open backup');
    await see(app, 'text', /does not open this backup/, { timeout: 30_000 });
    await fill(app, 'Passphrase of this backup', BACKUP);
    await click(app, 'button', 'Open backup');
    await see(app, 'text', 'New accounts: 1', { timeout: 30_000 });
    await click(app, 'button', 'Take in');
    await see(app, 'text', 'Taken in: 1.', { timeout: 30_000 });
    assert.equal(await revealedToken(browser, ADA), TOKEN);

    const bitwarden = join(folder, 'bitwarden.json');
    await writeFile(bitwarden, JSON.stringify({ encrypted: false, items: [
      { type: 1, name: 'Globex', fields: [{ name: 'Security token', value: OTHER, type: 1 }], login: { username: BOB, password: 'Invented-Pass-1', uris: [{ uri: 'https://globex.my.salesforce.com/' }] } },
      { type: 1, name: 'Acme', fields: [{ name: 'Security token', value: NEWER, type: 1 }], login: { username: ADA, password: 'Invented-Pass-2', uris: [{ uri: 'https://login.salesforce.com/' }] } },
      { type: 1, name: 'elsewhere', login: { username: BOB, password: 'Invented-Pass-3', uris: [{ uri: 'https://git.example/' }] } },
    ] }));
    await choose(app, bitwarden);
    await see(app, 'text', 'an export of Bitwarden');
    await see(app, 'text', /New accounts: 1\b/);
    await see(app, 'text', /it waits under To review/);
    await see(app, 'text', /not about Salesforce: 1/);
    await click(app, 'button', 'Take in');
    await see(app, 'text', 'Taken in: 3.', { timeout: 30_000 });
    assert.equal(await revealedToken(browser, BOB), OTHER);
    // The token that was known stays the one in use.
    assert.equal(await revealedToken(browser, ADA), TOKEN);

    await click(app, 'button', 'Export as CSV');
    await see(app, 'text', /Everybody who gets this file/);
    assert.deepEqual((await readdir(browser.downloads)).filter((one) => one.endsWith('.csv')), []);
    await click(app, 'button', 'Export in clear now');
    const plain = await downloaded(browser.downloads, /\.csv$/);
    const rows = (await readFile(plain, 'utf8')).trim().split('\n');
    assert.equal(rows.length, 3);
    assert.ok(rows.some((row) => row.startsWith(`${BOB},Invented-Pass-1,${OTHER},yes,`)), rows[0]);

    assert.deepEqual(await browser.ownErrors(), []);
    await browser.close();
    assert.deepEqual(await scanProfile(browser.profileDir, [PASSPHRASE, BACKUP, TOKEN, OTHER, NEWER, 'Invented-Pass-1', 'Invented-Pass-2']), []);
  });
}
