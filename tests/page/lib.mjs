// @ts-check
/**
 * A real browser, pages over loopback, and the agent's scripts in an isolated world of their own, as the browser runs
 * content scripts: they share the page's nodes and nothing else, so that clobbering and poisoning are real.
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const FOLDER = new URL('../../extension/page/', import.meta.url);

/** Stands in for the extension API. `sent` holds what the background would have received. */
const STUB = `
  globalThis.sent ??= [];
  globalThis.chrome = {
    runtime: {
      id: 'keeper',
      sendMessage: (message) => {
        if (!chrome.runtime.id) throw new Error('Extension context invalidated.');
        sent.push(JSON.parse(JSON.stringify(message)));
        return Promise.resolve();
      },
      onMessage: {
        listeners: [],
        addListener(one) { this.listeners.push(one); },
        removeListener(one) { this.listeners = this.listeners.filter((other) => other !== one); },
      },
    },
  };
  globalThis.ask = (message, sender = { id: 'keeper' }) =>
    new Promise((resolve, reject) => {
      const answers = chrome.runtime.onMessage.listeners.map((one) => one(message, sender, resolve));
      if (!answers.includes(true)) reject(new Error('nobody answers'));
    });
  delete globalThis.browser;
`;

/** @typedef {Awaited<ReturnType<typeof startBench>>} Bench */

export async function startBench() {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless=new', '--window-size=900,700'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    defaultViewport: null,
  });
  /** @type {Map<string, string>} */
  const pages = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const html = pages.get(pathname);
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${port}`;

  return { browser, pages, origin, open, play, close };

  /**
   * Opens a page and puts scripts into it.
   * @param {string} html
   * @param {{ path?: string, scripts?: string[], host?: string }} [options] a host is played without a server
   */
  async function open(html, { path = '/', scripts = ['facts', 'act', 'agent'], host } = {}) {
    pages.set(new URL(path, origin).pathname, html);
    const page = await browser.newPage();
    if (host) await play(page);
    await page.goto(host ? `https://${host}${path}` : origin + path);
    const world = await isolate(page);
    await world.inject(...scripts);
    return { page, ...world };
  }

  /** Answers every request of a page from `pages`, whatever its host. @param {import('puppeteer-core').Page} page */
  async function play(page) {
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const body = pages.get(new URL(request.url()).pathname);
      request.respond({ status: body === undefined ? 404 : 200, contentType: 'text/html; charset=utf-8', body: body ?? '' });
    });
  }

  async function close() {
    await browser.close();
    server.close();
  }
}

/**
 * A world of our own in a page or in one of its frames.
 * @param {import('puppeteer-core').Page | import('puppeteer-core').Frame} place
 * @param {undefined} [_]
 * @param {string} [worldName]
 */
export async function isolate(place, _, worldName = 'agent') {
  const frame = /** @type {any} */ ('mainFrame' in place ? place.mainFrame() : place);
  const session = frame.client;
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frame._id, worldName });

  /** Runs an expression there. @param {string} expression @returns {Promise<any>} */
  async function run(expression) {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      contextId: executionContextId,
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** @param {...string} scripts */
  async function inject(...scripts) {
    await run(STUB);
    /** @type {unknown} */
    let last;
    for (const name of scripts) last = await run(await source(name));
    return last;
  }

  return {
    run,
    inject,
    look: () => run(`ask({ kind: 'look' })`),
    sent: () => run('sent'),
    /** Carries out steps with the page's own nonce and origin, unless told otherwise. @param {object[]} steps @param {object} [plan] */
    act: (steps, plan = {}) =>
      run(`ask({ kind: 'act', nonce: facts.view.nonce, origin: location.origin, ...${JSON.stringify({ steps, ...plan })} })`),
  };
}

/** @param {string} name */
export function source(name) {
  return readFile(new URL(`${name}.js`, FOLDER), 'utf8');
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
