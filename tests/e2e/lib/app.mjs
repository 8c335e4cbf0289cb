// @ts-check
// What a person does in the app, wherever a test needs it done.

import { click, fill, see, seeNo } from './actor.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** First run: a vault under this passphrase. @param {Page} app @param {string} passphrase */
export async function makeVault(app, passphrase) {
  await fill(app, 'Passphrase', passphrase);
  await fill(app, 'Repeat passphrase', passphrase);
  await click(app, 'button', 'Create vault');
  await see(app, 'button', 'Lock', { timeout: 20_000 });
}

/** @param {Page} app @param {string} passphrase */
export async function unlock(app, passphrase) {
  await fill(app, 'Passphrase', passphrase);
  await click(app, 'button', 'Unlock');
  await see(app, 'button', 'Lock', { timeout: 20_000 });
}

/** A pasted mail, looked at and kept. @param {Page} app @param {string} username @param {string} token */
export async function keepToken(app, username, token) {
  await fill(app, 'Paste mail or token', `Username: ${username}\nSecurity token (case-sensitive): ${token}\n`);
  await click(app, 'button', 'Look for a token');
  await click(app, 'button', 'Save token');
  await seeNo(app, 'button', 'Save token');
}

/** @param {Page} app */
export async function toSettings(app) {
  await click(app, 'button', 'Menu');
  await click(app, 'button', 'Settings');
}
