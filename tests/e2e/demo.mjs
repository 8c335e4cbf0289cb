// @ts-check
// The main job, shown: both ways to a new token, by real clicks on the toolbar icon, on the practice org.
//
//   ./build.sh demo           walks both ways, checks the result, leaves pictures in target/demo/
//   ./build.sh demo --serve   leaves the practice org and the browser open to play with by hand
//
// A window is used if there is a display, else the browser runs headless.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { PASSWORDS } from '../practice/data.mjs';
import { startPractice } from '../practice/server.mjs';
import { click, see } from './lib/actor.mjs';
import { unlock } from './lib/app.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { ROOT } from './lib/common.mjs';
import { scanProfile } from './lib/profile-scan.mjs';
import { steps } from './lib/steps.mjs';
import { ADA, articleWay, createVault, GRACE, PASSPHRASE, revealedToken, shortWay, tokenFromMail } from './ways.mjs';

const serve = process.argv.includes('--serve');
const headless = !(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const PICTURES = join(ROOT, 'target', 'demo');

await rm(PICTURES, { recursive: true, force: true });
const practice = await startPractice();
const browser = await launchChromium({ hostMapPort: practice.port, headless });
const { org } = practice;

try {
  if (serve) await play();
  else process.exitCode = await show();
} finally {
  await browser.close().catch(() => {});
  await practice.stop();
}

async function show() {
  const { step } = steps();
  let number = 0;
  const stage = {
    browser,
    org,
    /** @type {import('./ways.mjs').Stage['step']} */
    step: async (title, body) => {
      const from = Date.now();
      const result = await step(title, body);
      say(`  ✓ ${title} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
      return result;
    },
    /** @param {import('puppeteer-core').Page} page @param {string} name */
    picture: (page, name) => browser.screenshot(page, join(PICTURES, `${String(++number).padStart(2, '0')}-${name}.png`)),
  };

  say(`\nChromium ${headless ? 'without a window' : 'in a window'}, the practice org on loopback port ${practice.port}.\n`);
  const login = await browser.newPage('https://login.salesforce.com/');
  await createVault(stage, login);

  say('\nThe article’s way (forgot password), with the token shown on the page:');
  org.options.showTokenOnPage = true;
  await articleWay(stage, login, ADA);
  await stage.step('the token is caught from the page', () => revealed(ADA.username));

  say('\nThe short way (signed in), with the token only mailed:');
  org.options.showTokenOnPage = false;
  const mine = await browser.newPage('https://globex.my.salesforce.com/');
  await shortWay(stage, mine, GRACE, PASSWORDS[GRACE.username]);
  await tokenFromMail(stage, GRACE);

  say('\nLocked, unlocked again, and read back:');
  await stage.step('lock and unlock the vault', async () => {
    const app = await browser.openApp('tab');
    await stage.picture(app, 'accounts');
    await app.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    await stage.picture(app, 'accounts-dark');
    await click(app, 'button', 'Lock');
    await stage.picture(app, 'locked-dark');
    await unlock(app, PASSPHRASE);
    await see(app, 'list', 'Accounts');
    await app.close();
  });

  const rows = [];
  for (const [way, person] of /** @type {const} */ ([['article', ADA], ['short', GRACE]])) {
    const { token, resets } = org.users.get(person.username);
    const kept = await revealed(person.username);
    rows.push({ way, person, resets, matches: kept === token });
  }
  const stray = org.requests.filter((/** @type {any} */ r) => r.method === 'GET' && r.path.endsWith('/ResetApiTokenConfirm'));
  const errors = browser.ownErrors();
  const secrets = [PASSPHRASE, ...[ADA, GRACE].flatMap(({ username }) => {
    const { token, password, oldTokens } = org.users.get(username);
    return [token, password, ...oldTokens];
  })];
  await browser.close();
  const leaks = await scanProfile(browser.profileDir, secrets);

  say('\nCaptured, stored, verified by opening the vault again:');
  for (const { way, person, resets, matches } of rows) {
    say(`  ${matches ? '✓' : '✗'} ${way} way: ${person.username}: the vault holds the live token; reset ${resets}×`);
  }
  say(`  ${stray.length ? '✗' : '✓'} nobody visited the address that resets on sight`);
  say(`  ${leaks.length ? '✗' : '✓'} neither token, passphrase nor password in clear in the browser profile${leaks.map((l) => `\n    ${l.file}`).join('')}`);
  say(`  ${errors.length ? '✗' : '✓'} no errors in our own code${errors.map((e) => `\n    ${e.where}: ${e.text}`).join('')}`);
  say(`\nPictures: target/demo/ (${number})\n`);
  return rows.every(({ matches, resets }) => matches && resets === 1) && !stray.length && !leaks.length && !errors.length ? 0 : 1;

  /** @param {string} username */
  async function revealed(username) {
    const token = await revealedToken(browser, username);
    if (token !== org.users.get(username).token) throw new Error(`the vault does not hold the live token of ${username}`);
    return token;
  }
}

/** Leaves everything open until the browser is closed or Ctrl-C. */
async function play() {
  say(`\nThe practice org answers for every host name in this browser (port ${practice.port}).`);
  say(`  user ${ADA.username}, password ${PASSWORDS[ADA.username]}, mailbox https://mail.google.com/?as=${ADA.mailbox}`);
  say(`  user ${GRACE.username}, password ${PASSWORDS[GRACE.username]}, mailbox https://outlook.office.com/?as=${GRACE.mailbox}`);
  if (headless) say('  There is no display, so there is no window to play in.');
  const page = await browser.newPage('https://login.salesforce.com/');
  await page.bringToFront();
  say('\nClick the toolbar icon on the log-in page. Close the browser or press Ctrl-C to end.\n');
  await new Promise((done) => {
    browser.browser.once('disconnected', done);
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
