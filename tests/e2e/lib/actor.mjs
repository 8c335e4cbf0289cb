// @ts-check
// Acts and looks like a person: by role and accessible name, never by selector. Every wait is bounded, and what could
// not be found or done is reported with what is there instead, and a picture.

import { setTimeout as nap } from 'node:timers/promises';
import { join } from 'node:path';

import { FAILURES, ROOT, screenshot, until } from './common.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('puppeteer-core').ElementHandle<Element>} Handle */
/** @typedef {{ timeout?: number }} Patience */

/**
 * The one visible element with this role and name.
 *
 * @param {Page} page
 * @param {string} role
 * @param {string} name
 * @param {Patience} [patience]
 * @returns {Promise<Handle>}
 */
export function find(page, role, name, patience) {
  return orPicture(page, `find ${role} “${name}”`, () => until(`${role} “${name}”`, () => look(page, role, name), patience));
}

/** @param {Page} page @param {string} role @param {string} name @param {Patience} [patience] */
export async function click(page, role, name, patience) {
  const element = await find(page, role, name, patience);
  await orPicture(page, `click ${role} “${name}”`, async () => {
    await until(`${role} “${name}” to be enabled`, () => element.evaluate(
      (e) => !e.matches(':disabled') && e.getAttribute('aria-disabled') !== 'true'), patience);
    await element.click();
  });
}

/** Types into a text field, over whatever stood there. @param {Page} page @param {string} name @param {string} value @param {Patience} [patience] */
export async function fill(page, name, value, patience) {
  const field = await orPicture(page, `find field “${name}”`, () => until(`field “${name}”`,
    // A search field has a role of its own, and a password field has none that all browsers agree on.
    async () => await look(page, 'textbox', name) ?? await look(page, 'searchbox', name) ?? passwordField(page, name), patience));
  await orPicture(page, `fill “${name}”`, async () => {
    await field.evaluate((e) => e instanceof HTMLElement && e.focus());
    await field.evaluate((e) => (e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement) && e.select());
    await page.keyboard.press('Backspace');
    await field.type(value);
  });
}

/**
 * Waits until something can be seen: `see(page, 'button', 'Lock')`, or words: `see(page, 'text', /2 accounts/)`.
 *
 * @param {Page} page
 * @param {string} role an ARIA role, or `text`
 * @param {string | RegExp} what the accessible name, or the words
 * @param {Patience} [patience]
 */
export async function see(page, role, what, patience) {
  if (role !== 'text') return void await find(page, role, String(what), patience);
  await orPicture(page, `see ${what}`, () => until(`the words ${what}`, async () => includes(await words(page), what), patience));
}

/**
 * Waits until something can no longer be seen.
 *
 * @param {Page} page
 * @param {string} role
 * @param {string | RegExp} what
 * @param {Patience} [patience]
 */
export async function seeNo(page, role, what, patience) {
  const there = async () => role === 'text' ? includes(await words(page), what) : await look(page, role, String(what)) !== undefined;
  await orPicture(page, `see no ${role} ${what}`, () => until(`${role} ${what} to go`, async () => !(await there()), patience));
}

/** What the page says to a person's eyes. @param {Page} page @returns {Promise<string>} */
export const words = (page) => page.evaluate(() => document.body?.innerText ?? '');

/** @param {string} text @param {string | RegExp} what */
const includes = (text, what) => typeof what === 'string' ? text.includes(what) : what.test(text);

/** @param {Page} page @param {string} role @param {string} name @returns {Promise<Handle | undefined>} */
async function look(page, role, name) {
  // A page that is just being replaced cannot be asked; the next look will.
  const found = await lookAll(page, role, name).catch(() => []);
  for (const element of found) if (await element.isVisible().catch(() => false)) return element;
  return undefined;
}

/** @param {Page} page @param {string} role @param {string} name @returns {Promise<Handle[]>} */
async function lookAll(page, role, name) {
  const browser = /** @type {any} */ (page.browser());
  if (browser.protocol !== 'webDriverBiDi') {
    const quoted = name.replace(/["\\]/g, '\\$&');
    return page.$$(`::-p-aria([name="${quoted}"][role="${role}"])`);
  }
  // Puppeteer's own way hangs in a Firefox popup; the driver's command does the same and works everywhere.
  const frame = /** @type {any} */ (page.mainFrame());
  const { result } = await browser.connection.send('browsingContext.locateNodes', {
    context: frame._id, locator: { type: 'accessibility', value: { name, role } },
  });
  return result.nodes.map((/** @type {object} */ node) => frame.mainRealm().createHandle(node));
}

/** @param {Page} page @param {string} label @returns {Promise<Handle | undefined>} */
async function passwordField(page, label) {
  const handle = await page.evaluateHandle((wanted) => {
    const fields = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('input[type=password]')]);
    const nameOf = (/** @type {HTMLInputElement} */ f) => {
      const by = (f.getAttribute('aria-labelledby') ?? '').split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
      return by.trim() || f.getAttribute('aria-label') || [...(f.labels ?? [])].map((l) => l.textContent?.trim()).join(' ');
    };
    return fields.find((f) => nameOf(f).trim() === wanted && f.getClientRects().length > 0) ?? null;
  }, label).catch(() => undefined);
  return /** @type {Handle | undefined} */ (handle?.asElement() ?? undefined);
}

/**
 * @template T
 * @param {Page} page
 * @param {string} deed
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
async function orPicture(page, deed, act) {
  try {
    return await act();
  } catch (problem) {
    const file = join(FAILURES, `${new Date().toISOString().replace(/\W/g, '-')}-${deed.replace(/\W+/g, '-').slice(0, 60)}.png`);
    // The picture is a help, not a duty: the page may be gone, or too busy to be drawn.
    const [picture, there, url] = await Promise.all([
      Promise.race([screenshot(page, file), nap(3000)]).catch(() => undefined),
      Promise.race([words(page), nap(1000)]).catch(() => undefined),
      Promise.race([page.evaluate(() => location.origin + location.pathname), nap(1000)]).catch(() => undefined),
    ]);
    throw new Error([
      `Could not ${deed} on ${url ?? 'a page that does not answer'}: ${problem instanceof Error ? problem.message : problem}`,
      there === undefined ? 'The page is closed or does not answer.' : `The page says: ${there.replace(/\s+/g, ' ').slice(0, 500) || '(nothing)'}`,
      ...(picture ? [`Picture: ${picture.replace(ROOT, '')}`] : []),
    ].join('\n'), { cause: problem });
  }
}
