// @ts-check
// The two ways to a new token as a person walks them: clicks on the real toolbar icon, in the real popup, in the pages
// and in the mailbox. The demo shows them, the tests check them, in both browsers.

import { click, fill, find, see } from './lib/actor.mjs';
import { makeVault } from './lib/app.mjs';
import { until } from './lib/common.mjs';

/** Invented; long enough for the vault. */
export const PASSPHRASE = 'seven invented words for a demo';

/** A worker that died is woken by its alarm, which the browser does not ring before half a minute, and a look can die with it. */
const PATIENCE = { timeout: 120_000 };

export const ADA = { username: 'ada.byron@acme.example', mailbox: 'ada@mail.example' };
export const GRACE = { username: 'grace.hopper@globex.example', mailbox: 'grace@mail.example' };

/**
 * @typedef {object} Stage what a walk needs
 * @property {import('./lib/chromium.mjs').Chromium | import('./lib/firefox.mjs').Firefox} browser
 * @property {any} org the practice org
 * @property {<T>(title: string, body: () => T | Promise<T>) => Promise<T>} step
 * @property {(page: import('puppeteer-core').Page, name: string) => Promise<unknown>} [picture]
 */

/**
 * First run: a vault, made in the popup over the log-in page.
 *
 * @param {Stage} stage
 * @param {import('puppeteer-core').Page} page
 */
export async function createVault({ browser, step, picture }, page) {
  await step('make a vault', async () => {
    const popup = await browser.clickToolbarIcon(page);
    await see(popup, 'button', 'Create vault');
    await picture?.(popup, 'set-up');
    await makeVault(popup, PASSPHRASE);
    await popup.close();
  });
}

/**
 * The article's way: forgot password, mailed link, code, new password, reset, token.
 *
 * @param {Stage} stage
 * @param {import('puppeteer-core').Page} login a tab with the log-in page
 * @param {typeof ADA} person
 * @param {{ mail?: 'gmail' | 'outlook' }} [options]
 */
export async function articleWay(stage, login, person, { mail = 'gmail' } = {}) {
  const { browser, org, step, picture } = stage;
  await step('start the reset on the log-in page', async () => {
    const popup = await browser.clickToolbarIcon(login);
    await startReset(popup, person.username, 'forgot');
    await picture?.(popup, 'article-1-started');
    await popup.close();
  });
  await step('the guide asks for the mail', async () => {
    await until('the check-your-mail page', () => login.evaluate(() => location.pathname.endsWith('/secur/forgotpassword.jsp') && !document.querySelector('#un')).catch(() => false), PATIENCE);
    await until('the reset mail', () => org.mails.find(isFor(person, 'reset')), PATIENCE);
    await picture?.(login, 'article-2-check-your-mail');
  });
  const reset = await step('open the mailed link', async () => {
    const inbox = await openMail(stage, person, 'reset', mail);
    const link = org.mails.findLast(isFor(person, 'reset')).link;
    await inbox.close();
    return browser.newPage(link);
  });
  await step('the guide passes the interstitial', () =>
    until('the code page', () => reset.$('#emc').catch(() => null)));
  await step('fetch the code from the mail', async () => {
    const inbox = await openMail(stage, person, 'code', mail);
    await scan(stage, inbox, 'article-3-scan-code');
    await inbox.close();
    await until('the new-password page', () => reset.$('#newpassword').catch(() => null));
  });
  await step('change the password, after a press', async () => {
    const popup = await browser.clickToolbarIcon(reset);
    await see(popup, 'button', 'Change password now');
    await picture?.(popup, 'article-4-new-password');
    await click(popup, 'button', 'Change password now');
    await until('the password to be taken', () => org.events.some((/** @type {any} */ e) => e.kind === 'password-changed' && e.username === person.username));
    await popup.close().catch(() => {});
  });
  await step('the guide opens the reset page', () => until('the reset page', () => resetPage(reset), PATIENCE));
  await pressReset(stage, reset, person, 'article-5');
  return reset;
}

/**
 * The short way: sign in, reset, token.
 *
 * @param {Stage} stage
 * @param {import('puppeteer-core').Page} login
 * @param {typeof ADA} person
 * @param {string} password
 */
export async function shortWay(stage, login, person, password) {
  const { browser, step, picture } = stage;
  await step('start the reset, signing in', async () => {
    const popup = await browser.clickToolbarIcon(login);
    await startReset(popup, person.username, 'signedIn');
    await picture?.(popup, 'short-1-started');
    await popup.close();
  });
  await step('sign in', async () => {
    await until('the password field', async () => {
      // The guide moves the tab meanwhile.
      const field = await login.$('#password').catch(() => null);
      return (await field?.isVisible().catch(() => false)) ? field : undefined;
    }, PATIENCE);
    await until('the user name to be there', () => login.evaluate(() => {
      const field = /** @type {HTMLInputElement | null} */ (document.querySelector('#username'));
      return !field || field.value !== '' || field.getClientRects().length === 0;
    }).catch(() => false), PATIENCE);
    await login.bringToFront();
    await login.type('#password', password);
    await picture?.(login, 'short-2-sign-in');
    await Promise.all([login.waitForNavigation(), login.click('#Login')]);
  });
  await step('the reset page is there', () => until('the reset page', () => resetPage(login), PATIENCE));
  await pressReset(stage, login, person, 'short-3');
}

/**
 * "Press reset now", and the page has reset the token once.
 *
 * @param {Stage} stage
 * @param {import('puppeteer-core').Page} page
 * @param {typeof ADA} person
 * @param {string} shot
 */
async function pressReset({ browser, org, step, picture }, page, person, shot) {
  await step('reset the token, after a press', async () => {
    const before = org.users.get(person.username).resets;
    const popup = await browser.clickToolbarIcon(page);
    await see(popup, 'button', 'Press reset now', PATIENCE);
    await picture?.(popup, `${shot}-press-reset`);
    await click(popup, 'button', 'Press reset now');
    await until('the reset', () => org.users.get(person.username).resets === before + 1);
    await popup.close().catch(() => {});
  });
}

/**
 * Fetches the token from the opened mail by a click on the icon.
 *
 * @param {Stage} stage
 * @param {typeof ADA} person
 * @param {'gmail' | 'outlook'} [mail]
 */
export async function tokenFromMail(stage, person, mail = 'gmail') {
  await stage.step('fetch the token from the mail', async () => {
    await until('the token mail', () => stage.org.mails.findLast(isFor(person, 'token'))?.token === stage.org.users.get(person.username).token);
    const inbox = await openMail(stage, person, 'token', mail);
    await scan(stage, inbox, `token-from-${mail}`);
    await inbox.close();
  });
}

/**
 * What the app shows and gives for an account: its live token, read by "Reveal token".
 *
 * @param {Stage['browser']} browser
 * @param {string} username
 */
export async function revealedToken(browser, username) {
  const app = await browser.openApp('tab');
  try {
    await see(app, 'list', 'Accounts');
    await see(app, 'text', username);
    const item = await until('the account', () => app.evaluateHandle((name) =>
      [...document.querySelectorAll('[aria-label="Accounts"] > li')].find((li) => li.textContent?.includes(name)) ?? null, username).then((h) => h.asElement()));
    const button = await until('its button', () => item.evaluateHandle((li) =>
      [...li.querySelectorAll('button')].find((b) => (b.getAttribute('aria-label') ?? b.textContent ?? '').includes('Reveal token')) ?? null).then((h) => h.asElement()));
    await /** @type {import('puppeteer-core').ElementHandle<Element>} */ (button).click();
    return await until('the token', () => item.evaluate((li) => (li instanceof HTMLElement ? li.innerText : '').match(/\b[A-Za-z0-9]{24,25}\b/)?.[0]));
  } finally {
    await app.close();
  }
}

/**
 * A person signs in by hand.
 *
 * @param {any} browser
 * @param {any} org
 * @param {string} username
 * @param {string} host
 */
export async function signIn(browser, org, username, host) {
  org.endSessions();
  const page = await browser.newPage(`https://${host}/`);
  // The log-in page hides its form for a moment.
  await page.waitForSelector('#Login', { visible: true });
  await page.type('#username', username);
  await page.type('#password', org.users.get(username).password);
  await Promise.all([page.waitForNavigation(), page.click('#Login')]);
  return page;
}

/** @param {import('puppeteer-core').Page} popup @param {string} username @param {'forgot' | 'signedIn'} way */
export async function startReset(popup, username, way) {
  await fill(popup, 'User name', username);
  await click(popup, 'radio', way === 'forgot' ? 'Forgot password' : 'I can sign in');
  await click(popup, 'button', 'Start reset');
  await find(popup, 'list', 'Steps');
  // The list of a guide that ended before has no present step.
  await until('the first step', () => popup.$('[aria-current=step]'), PATIENCE);
}

/** @param {import('puppeteer-core').Page} page */
const resetPage = (page) => Promise.any(page.frames().map(async (frame) => {
  if (!(await frame.evaluate(() => location.pathname === '/_ui/system/security/ResetApiTokenEdit' && document.readyState === 'complete'))) throw new Error();
  return true;
})).catch(() => false);

/** @param {typeof ADA} person @param {string} kind */
const isFor = (person, kind) => (/** @type {any} */ mail) => mail.kind === kind && mail.username === person.username;

/** Where each webmail shows a mail, and by what one sees that it is there. */
const WEBMAILS = {
  gmail: { host: 'mail.google.com', path: '/mail/u/0/#inbox/', shown: '.a3s' },
  outlook: { host: 'outlook.office.com', path: '/mail/0/id/', shown: '[id^=UniqueMessageBody]' },
  yahoo: { host: 'mail.yahoo.com', path: '/d/folders/1#', shown: '[data-test-id=message-view-body-content]' },
  proton: { host: 'mail.proton.me', path: '/u/0/inbox#', shown: '[data-testid=content-iframe]' },
  gmx: { host: 'navigator.gmx.net', path: '/mail#', shown: 'iframe' },
  icloud: { host: 'www.icloud.com', path: '/mail/#', shown: 'iframe' },
  roundcube: { host: 'webmail.practice.example', path: '/roundcube/#', shown: 'iframe' },
};

/**
 * The newest mail of a kind, opened in the webmail.
 *
 * @param {Stage} stage
 * @param {typeof ADA} person
 * @param {string} kind
 * @param {keyof WEBMAILS} mail
 */
export async function openMail({ browser, org }, person, kind, mail) {
  const { id } = await until(`the ${kind} mail`, () => org.mails.findLast(isFor(person, kind)));
  const { host, path, shown } = WEBMAILS[mail];
  const inbox = await browser.newPage(`https://${host}/?as=${encodeURIComponent(person.mailbox)}`);
  await inbox.goto(`https://${host}${path}${id}`);
  await until('the mail to be shown', () => inbox.$(shown));
  return inbox;
}

/** @param {Stage} stage @param {import('puppeteer-core').Page} inbox @param {string} shot */
async function scan({ browser, picture }, inbox, shot) {
  const popup = await browser.clickToolbarIcon(inbox);
  await picture?.(inbox, `${shot}-mail`);
  await click(popup, 'button', 'Scan this page');
  await see(popup, 'text', /The (token is kept|code was found)/);
  await picture?.(popup, shot);
  await popup.close().catch(() => {});
}
