// @ts-check
// Firefox with the built extension in it: the same shape as `chromium.mjs`, as far as Firefox lets itself be driven.
//
// WebDriver BiDi alone knows neither toolbar nor event page. With `--remote-allow-system-access` it may also run
// scripts in the browser's own window ("chrome scope"), and there both can be reached.

import puppeteer from 'puppeteer-core';

import { PATIENCE, findBrowser, fromRoot, readManifest, screenshot, temporaryFolder, until, withManifest } from './common.mjs';
import { connectProxy } from './connect-proxy.mjs';

export { withManifest };

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {'local' | 'session' | 'sync'} Area */

/** Firefox draws a random one per profile unless the preference names it first. */
const UUID = '7f1c0e2a-53d4-4b86-9a0e-2d6c8b1f4e90';

/**
 * @typedef {object} FirefoxOptions
 * @property {string} [extension] folder of the built extension
 * @property {number} [hostMapPort] every host name is answered by this port on loopback
 * @property {string} [profile] folder of an earlier profile, for a test that restarts the browser
 * @property {boolean} [headless]
 * @property {object | ((manifest: any) => any)} [extraManifest] patch of the manifest, see `withManifest`
 * @property {string[]} [args] more switches for the browser
 * @property {{ after: (close: () => Promise<void>) => void }} [t] the test that the browser is for: its end, good or bad, closes it
 */

/** @param {FirefoxOptions} [options] */
export async function launchFirefox({
  extension = 'dist/firefox', hostMapPort, profile, headless = true, extraManifest, args = [], t,
} = {}) {
  const extensionDir = extraManifest ? await withManifest(extension, extraManifest) : fromRoot(extension);
  const addonId = (await readManifest(extensionDir)).browser_specific_settings.gecko.id;
  const profileDir = profile ?? temporaryFolder('firefox');
  const downloads = temporaryFolder('downloads');
  const executablePath = await findBrowser('FIREFOX', ['firefox-esr', 'firefox']);
  const proxy = hostMapPort ? await connectProxy(hostMapPort) : undefined;
  /** @type {import('puppeteer-core').Browser | undefined} */
  let browser;
  try {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless,
      userDataDir: profileDir,
      // No emulated viewport: a popup must keep the size that its content gives it.
      defaultViewport: null,
      protocolTimeout: PATIENCE,
      acceptInsecureCerts: true,
      args: ['--remote-allow-system-access', '--width=1280', '--height=900', ...args],
      extraPrefsFirefox: {
        'extensions.webextensions.uuids': JSON.stringify({ [addonId]: UUID }),
        // An add-on that is installed for a test is removed when the browser ends; what it stored shall stay.
        'extensions.webextensions.keepUuidOnUninstall': true,
        'extensions.webextensions.keepStorageOnUninstall': true,
        // A prompt cannot be answered headless; `permissions.request` still needs a real press.
        'extensions.webextOptionalPermissionPrompts': false,
        // Without this a popup closes as soon as the driver gives the focus to something else.
        'ui.popup.disable_autohide': true,
        'intl.accept_languages': 'en',
        'browser.download.folderList': 2,
        'browser.download.dir': downloads,
        'browser.download.useDownloadDir': true,
        'browser.download.always_ask_before_handling_new_types': false,
        // A file of the extension that is shown as it lies: the helper tab of `inExtension`.
        'devtools.jsonview.enabled': false,
        ...(proxy && {
          'network.proxy.type': 1,
          'network.proxy.ssl': '127.0.0.1',
          'network.proxy.ssl_port': proxy.port,
          'network.proxy.http': '127.0.0.1',
          'network.proxy.http_port': proxy.port,
          'network.proxy.no_proxies_on': '',
          'network.proxy.allow_hijacking_localhost': true,
        }),
      },
    });
    await browser.installExtension(extensionDir);
    const opened = await session(browser, { addonId, extensionDir, profileDir, downloads, proxy });
    t?.after(opened.close);
    return opened;
  } catch (problem) {
    await browser?.close();
    await proxy?.close();
    throw problem;
  }
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {{ addonId: string, extensionDir: string, profileDir: string, downloads: string, proxy?: { close: () => Promise<void> } }} facts
 */
async function session(browser, { addonId, extensionDir, profileDir, downloads, proxy }) {
  const origin = `moz-extension://${UUID}`;
  const connection = /** @type {any} */ (browser).connection;
  /** @param {string} method @param {object} given @returns {Promise<any>} */
  const send = async (method, given) => (await connection.send(method, given)).result;

  const browserWindow = (await send('browsingContext.getTree', { 'moz:scope': 'chrome' })).contexts[0];

  /**
   * Runs a function in the browser's own window, with all its rights. It gets the add-on's id first.
   *
   * @param {(addonId: string, ...given: any[]) => any} look
   * @param {any[]} given
   */
  async function inBrowser(look, ...given) {
    const answer = await send('script.evaluate', {
      expression: `(async () => JSON.stringify((await (${look})(${[addonId, ...given].map((v) => JSON.stringify(v)).join()})) ?? null))()`,
      target: { context: browserWindow.context },
      awaitPromise: true,
    });
    if (answer.type !== 'success') throw new Error(`In the browser's window: ${answer.exceptionDetails.text}`);
    return JSON.parse(answer.result.value);
  }

  /** @param {string} url */
  async function newPage(url) {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: 'load' });
    return page;
  }

  /** @param {string} file @param {Page} page */
  const goToOwn = (file, page) => send('browsingContext.navigate', {
    // Puppeteer waits for events that Firefox does not send for an extension's pages; the plain command answers.
    context: contextOf(page), url: `${origin}/${file}`, wait: 'complete',
  });

  /**
   * The app page in a tab. Puppeteer's `page.url()` stays `about:blank` there; `location.href` tells the truth.
   *
   * @param {'tab' | 'popup' | 'panel'} [surface]
   */
  async function openApp(surface = 'tab') {
    const page = await browser.newPage();
    await goToOwn(`app.html?surface=${surface}`, page);
    return page;
  }

  /** @type {Promise<Page> | undefined} */
  let helper;

  /**
   * Runs a function in a context of the extension: a tab of its own, in the background, that holds none of our code.
   *
   * @template {any[]} A
   * @template R
   * @param {(...given: A) => R} look
   * @param {A} given
   * @returns {Promise<Awaited<R>>}
   */
  async function inExtension(look, ...given) {
    helper ??= (async () => {
      const before = new Set(await browser.pages());
      await send('browsingContext.create', { type: 'tab', background: true });
      const page = await until('a helper tab', async () => (await browser.pages()).find((p) => !before.has(p)));
      await goToOwn('manifest.json', page);
      return page;
    })();
    return (await helper).evaluate(/** @type {any} */ (look), ...given);
  }

  /** All items of a storage area. @param {Area} [area] @returns {Promise<Record<string, any>>} */
  const storage = (area = 'local') => inExtension((name) => globalThis.browser.storage[name].get(null), area);

  /** The badge of the tab in front (or the common one). @param {Page} [page] @returns {Promise<string>} */
  async function badgeText(page) {
    if (page && (await page.evaluate(() => document.visibilityState)) !== 'visible') await page.bringToFront();
    return inBrowser((id) => {
      const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
      const { action } = ExtensionParent.apiManager.global.browserActionFor(WebExtensionPolicy.getByID(id).extension);
      return action.getProperty(gBrowser.selectedTab, 'badgeText') ?? '';
    });
  }

  /**
   * Runs what the toolbar icon runs when it is clicked while `page` is in front (`activeTab` included).
   *
   * @param {Page} page
   */
  async function pressIcon(page) {
    await page.bringToFront();
    await inBrowser((id) => {
      const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
      const button = ExtensionParent.apiManager.global.browserActionFor(WebExtensionPolicy.getByID(id).extension);
      button.triggerAction(window);
    });
  }

  /**
   * Clicks the toolbar icon while `page` is in front.
   *
   * @param {Page} page
   * @returns {Promise<Page>} the real popup
   */
  async function clickToolbarIcon(page) {
    await closePopup();
    await pressIcon(page);
    // BiDi lists tabs only. The popup is made known to it under an id, and then announced to puppeteer as if BiDi had.
    const popup = await until('the popup to open', () => inBrowser((_id, start) => {
      const shown = () => /** @type {any[]} */ ([...document.querySelectorAll('browser.webextension-popup-browser')]);
      const open = shown().find((b) => b.currentURI.spec.startsWith(start) && b.closest('panel')?.state === 'open');
      if (!open) return null;
      const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
      if (!NavigableManager.knowsPopups) {
        const ofTabs = NavigableManager.getBrowserById.bind(NavigableManager);
        NavigableManager.getBrowserById = (/** @type {string} */ id) =>
          ofTabs(id) ?? shown().find((b) => NavigableManager.getIdForBrowser(b) === id) ?? null;
        NavigableManager.knowsPopups = true;
      }
      open.permanentKey ??= {};
      return { context: NavigableManager.getIdForBrowser(open), url: open.currentURI.spec };
    }, `${origin}/`));
    connection.emit('browsingContext.contextCreated', {
      ...popup, parent: null, children: null, userContext: 'default', originalOpener: null, clientWindow: browserWindow.clientWindow,
    });
    const shown = await until('the popup to be known', async () => (await browser.pages()).find((p) => contextOf(p) === popup.context));
    await until('the popup to load', () => shown.evaluate(() => document.readyState === 'complete'));
    return shown;
  }

  /** Firefox keeps a popup open here until it closes itself, so the harness closes it like the Escape key would. */
  async function closePopup() {
    const closed = await inBrowser(() => /** @type {any[]} */ ([...document.querySelectorAll('browser.webextension-popup-browser')])
      .map((popup) => popup.closest('panel')).filter((panel) => panel?.state === 'open').map((panel) => panel.hidePopup()).length);
    if (closed > 0) await until('the popup to close', async () => !(await inBrowser(() => document.querySelector('browser.webextension-popup-browser') !== null)));
  }

  /** Is the event page running at this moment? @returns {Promise<boolean>} */
  const workerRuns = () => inBrowser((id) => WebExtensionPolicy.getByID(id).extension.backgroundState === 'running');

  /** Stops the event page as the browser does after 30 idle seconds: memory gone. */
  async function stopWorker() {
    await inBrowser((id) => WebExtensionPolicy.getByID(id).extension.terminateBackground({ ignoreDevToolsAttached: true }));
    await until('the event page to stop', async () => !(await workerRuns()));
  }

  /**
   * Errors thrown by our own code, in whatever context. What an extension says with `console.error` stays in its
   * process: neither the driver nor the browser's window hears it.
   *
   * @returns {Promise<import('./common.mjs').ConsoleError[]>}
   */
  const ownErrors = () => inBrowser((_id, start) => Services.console.getMessageArray()
    .filter((/** @type {any} */ m) => m instanceof Ci.nsIScriptError && !(m.flags & Ci.nsIScriptError.warningFlag))
    .filter((/** @type {any} */ m) => m.sourceName.startsWith(start))
    // Firefox's own remarks when a document is left while a message of it is on its way.
    .filter((/** @type {any} */ m) => !/^Promise (resolved|rejected) (after context unloaded|while context is inactive)/.test(m.errorMessage))
    .map((/** @type {any} */ m) => ({ where: m.sourceName, source: m.sourceName, text: m.errorMessage })), origin);

  async function close() {
    await browser.close();
    await proxy?.close();
  }

  /** Ends the browser as a power cut would: nothing gets the chance to save. */
  async function crash() {
    const program = browser.process();
    const gone = new Promise((done) => (program && program.exitCode === null ? program.once('exit', done) : done(undefined)));
    program?.kill('SIGKILL');
    await gone;
    await proxy?.close();
  }

  return {
    name: /** @type {const} */ ('firefox'),
    browser, extensionId: UUID, addonId, extensionDir, origin, profileDir, downloads, ownErrors,
    newPage, clickToolbarIcon, pressIcon, closePopup, openApp, screenshot,
    workerRuns, stopWorker, inExtension, inBrowser, storage, badgeText,
    close, crash,
  };
}

/** @typedef {Awaited<ReturnType<typeof launchFirefox>>} Firefox */

/** Puppeteer keeps BiDi's id of a page to itself. @param {Page} page @returns {string} */
const contextOf = (page) => /** @type {any} */ (page.mainFrame())._id;
