// @ts-check
// Chromium with the built extension in it, driven like a person would: the toolbar icon is really clicked.

import { createHash } from 'node:crypto';

import puppeteer from 'puppeteer-core';

import { PATIENCE, findBrowser, fromRoot, readManifest, screenshot, temporaryFolder, until, withManifest } from './common.mjs';

export { withManifest };

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('puppeteer-core').WebWorker} WebWorker */
/** @typedef {import('puppeteer-core').Target} Target */
/** @typedef {import('puppeteer-core').CDPSession} CDPSession */
/** @typedef {'local' | 'session' | 'sync'} Area */

/**
 * @typedef {object} ChromiumOptions
 * @property {string} [extension] folder of the built extension
 * @property {number} [hostMapPort] every host name is answered by this port on loopback
 * @property {string} [profile] folder of an earlier profile, for a test that restarts the browser
 * @property {boolean} [headless]
 * @property {object | ((manifest: any) => any)} [extraManifest] patch of the manifest, see `withManifest`
 * @property {string[]} [args] more switches for the browser
 * @property {{ after: (close: () => Promise<void>) => void }} [t] the test that the browser is for: its end, good or bad, closes it
 */

/** @param {ChromiumOptions} [options] */
export async function launchChromium({
  extension = 'dist/chromium', hostMapPort, profile, headless = true, extraManifest, args = [], t,
} = {}) {
  const extensionDir = extraManifest ? await withManifest(extension, extraManifest) : fromRoot(extension);
  const extensionId = await idOf(extensionDir);
  const profileDir = profile ?? temporaryFolder('chromium');
  const browser = await puppeteer.launch({
    browser: 'chrome',
    executablePath: await findBrowser('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']),
    headless,
    userDataDir: profileDir,
    // No emulated viewport: a popup must keep the size that its content gives it.
    defaultViewport: null,
    protocolTimeout: PATIENCE,
    acceptInsecureCerts: true,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      `--disable-extensions-except=${extensionDir}`,
      `--load-extension=${extensionDir}`,
      '--enable-unsafe-extension-debugging',
      '--ignore-certificate-errors',
      '--window-size=1280,900',
      '--lang=en',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-default-browser-check',
      ...(hostMapPort ? [`--host-resolver-rules=MAP * 127.0.0.1:${hostMapPort}`] : []),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...args,
    ],
    env: { ...process.env, LANGUAGE: 'en', LANG: 'en_US.UTF-8' },
  });
  try {
    const downloads = temporaryFolder('downloads');
    const driver = await browser.target().createCDPSession();
    await driver.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
    const opened = await session(browser, { extensionDir, extensionId, profileDir, downloads });
    t?.after(opened.close);
    return opened;
  } catch (problem) {
    await browser.close();
    throw problem;
  }
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {{ extensionDir: string, extensionId: string, profileDir: string, downloads: string }} facts
 */
async function session(browser, { extensionDir, extensionId, profileDir, downloads }) {
  const origin = `chrome-extension://${extensionId}`;
  /** @type {import('./common.mjs').ConsoleError[]} */
  const consoleErrors = [];
  // A debugging session on a stopped worker keeps its target alive as an empty shell; `stopWorker` ends these.
  /** @type {Set<CDPSession>} */
  const sessions = new Set();
  const listen = listener({ consoleErrors, sessions, origin });
  browser.on('targetcreated', listen);
  // A popup's target is announced before it is known to be a page.
  browser.on('targetchanged', listen);
  await Promise.all(browser.targets().map(listen));

  /** @param {Target} target */
  const isWorker = (target) => target.type() === 'service_worker' && target.url().startsWith(`${origin}/`);
  const workerTarget = () => browser.targets().find(isWorker);
  const ownTargets = () => browser.targets().filter((t) => t.type() === 'page' && t.url().startsWith(`${origin}/`));

  // Start, stop and state of a worker are told only to a page's session; a page of its own, which no test closes.
  const helper = (await browser.pages())[0] ?? await browser.newPage();
  const workers = await helper.createCDPSession();
  let stops = 0;
  workers.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const v of versions) if (v.scriptURL.startsWith(`${origin}/`) && v.runningStatus === 'stopped') stops++;
  });
  await workers.send('ServiceWorker.enable');
  await until('the first start of the worker', workerTarget, { timeout: 20_000 });

  /** @param {string} url */
  async function newPage(url) {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: 'load' });
    return page;
  }

  /** The running worker; starts it first when it is stopped. @returns {Promise<WebWorker>} */
  async function worker() {
    if (!workerTarget()) await workers.send('ServiceWorker.startWorker', { scopeURL: `${origin}/` });
    const target = await until('the worker to run', workerTarget);
    const running = /** @type {WebWorker} */ (await target.worker());
    sessions.add(running.client);
    return running;
  }

  /** Is the worker running at this moment? */
  const workerRuns = () => workerTarget() !== undefined;

  /** Stops the worker as the browser does after 30 idle seconds: without notice, memory gone. */
  async function stopWorker() {
    const running = workerTarget();
    if (!running) return;
    const [stopsBefore, attached] = [stops, [...sessions]];
    sessions.clear();
    await workers.send('ServiceWorker.stopAllWorkers');
    // A page may wake it again at once: that it stopped counts, not that it is still down.
    await until('the worker to stop', () => stops > stopsBefore);
    await Promise.all(attached.map((session) => session.detach().catch(() => {})));
    // One that was woken at once can keep its target; its memory is gone all the same.
    await until('the stopped worker to be gone', () => !browser.targets().includes(running), { timeout: 2_000 }).catch(() => {});
  }

  /**
   * Runs a function in a context of the extension. An open page of ours is preferred to a stopped worker, so that
   * looking does not wake what a test has just put to sleep.
   *
   * @template {any[]} A
   * @template R
   * @param {(...given: A) => R} look
   * @param {A} given
   * @returns {Promise<Awaited<R>>}
   */
  async function inExtension(look, ...given) {
    const open = workerRuns() ? undefined : ownTargets()[0];
    const context = open ? await open.asPage() : await worker();
    return /** @type {any} */ (context).evaluate(look, ...given);
  }

  /** All items of a storage area. @param {Area} [area] @returns {Promise<Record<string, any>>} */
  const storage = (area = 'local') => inExtension((name) => globalThis.chrome.storage[name].get(null), area);

  /** The badge of a tab (or the common one). @param {Page} [page] @returns {Promise<string>} */
  async function badgeText(page) {
    // Raising a page that is in front already would close an open popup.
    if (page && (await page.evaluate(() => document.visibilityState)) !== 'visible') await page.bringToFront();
    return inExtension(async (ofTab) => {
      const [tab] = ofTab ? await chrome.tabs.query({ active: true, lastFocusedWindow: true }) : [];
      return chrome.action.getBadgeText(tab?.id === undefined ? {} : { tabId: tab.id });
    }, page !== undefined);
  }

  /**
   * Clicks the toolbar icon while `page` is in front; `activeTab` is granted as for a person's click.
   *
   * @param {Page} page
   * @returns {Promise<Page>} the real popup
   */
  async function clickToolbarIcon(page) {
    await page.bringToFront();
    const before = new Set(ownTargets());
    await pressIcon(page);
    const target = await until('the popup to open', () => ownTargets().find((t) => !before.has(t)));
    const popup = await target.asPage();
    // The target is announced before its first document is there.
    await until('the popup to load', () => popup.evaluate(
      () => location.protocol === 'chrome-extension:' && document.readyState === 'complete'));
    return popup;
  }

  /** Clicks the toolbar icon where no popup is expected (side panel, or no popup set). @param {Page} page */
  async function pressIcon(page) {
    const extension = (await browser.extensions()).get(extensionId);
    if (!extension) throw new Error(`Chromium did not load the extension from ${extensionDir}`);
    await page.triggerExtensionAction(extension);
  }

  /** The app page in a tab. @param {'tab' | 'popup' | 'panel'} [surface] */
  const openApp = (surface = 'tab') => newPage(`${origin}/app.html?surface=${surface}`);

  /** Errors whose cause lies in our own code, in whatever context. */
  const ownErrors = () => consoleErrors.filter((e) => e.where === 'worker' || e.where.startsWith(origin) || e.source.startsWith(origin));

  /** Ends the browser as a power cut would: nothing gets the chance to save. */
  async function crash() {
    const program = browser.process();
    const gone = new Promise((done) => (program && program.exitCode === null ? program.once('exit', done) : done(undefined)));
    program?.kill('SIGKILL');
    await gone;
  }

  return {
    name: /** @type {const} */ ('chromium'),
    browser, extensionId, extensionDir, origin, profileDir, downloads, consoleErrors, ownErrors,
    newPage, clickToolbarIcon, pressIcon, openApp, screenshot,
    worker, workerRuns, stopWorker, inExtension, storage, badgeText,
    close: () => browser.close(), crash,
  };
}

/** @typedef {Awaited<ReturnType<typeof launchChromium>>} Chromium */

/**
 * Chromium derives the id of an unpacked extension from its `key`, or else from the path of its folder.
 *
 * @param {string} extensionDir
 */
async function idOf(extensionDir) {
  const { key } = await readManifest(extensionDir);
  const digest = createHash('sha256').update(key ? Buffer.from(key, 'base64') : extensionDir.replace(/\/+$/, '')).digest('hex');
  return digest.slice(0, 32).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
}

/**
 * Notes what any page or worker reports as an error, from its first moment on.
 *
 * @param {{ consoleErrors: import('./common.mjs').ConsoleError[], sessions: Set<CDPSession>, origin: string }} place
 */
function listener({ consoleErrors, sessions, origin }) {
  /** @type {WeakSet<Target>} */
  const heard = new WeakSet();
  /** @param {Target} target */
  return async (target) => {
    if (heard.has(target)) return;
    const isWorker = target.type() === 'service_worker' && target.url().startsWith(origin);
    if (!isWorker && target.type() !== 'page') return;
    heard.add(target);
    // A target can be gone again before we are attached; then there is nothing to hear.
    const client = await target.createCDPSession().catch(() => undefined);
    if (!client) return;
    if (isWorker) sessions.add(client);
    const where = () => (isWorker ? 'worker' : target.url());
    /** @param {string} source @param {string} text */
    const note = (source, text) => consoleErrors.push({ where: where(), source, text });
    client.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
      if (type !== 'error' && type !== 'assert') return;
      note(stackTrace?.callFrames[0]?.url ?? '', args.map((a) => a.description ?? String(a.value)).join(' '));
    });
    client.on('Runtime.exceptionThrown', ({ exceptionDetails: d }) =>
      note(d.url ?? d.stackTrace?.callFrames[0]?.url ?? '', d.exception?.description ?? d.text));
    client.on('Log.entryAdded', ({ entry }) => {
      if (entry.level === 'error') note(entry.url ?? '', entry.text);
    });
    await Promise.all([client.send('Runtime.enable'), client.send('Log.enable')]).catch(() => {});
  };
}
