// @ts-check
// What both browsers' launchers share.

import { mkdtempSync, rmSync } from 'node:fs';
import { access, constants, cp, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { merge, writeManifest } from '../../build/manifest.mjs';

/** The project's root folder; paths given to the launchers are relative to it. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Pictures of failed steps land here (`target/` is ignored by git). */
export const FAILURES = join(ROOT, 'target', 'e2e-failures');

/** No single question to a browser may take longer (ms): a test that hangs says nothing. */
export const PATIENCE = 30_000;

/** @param {string} path */
export const fromRoot = (path) => resolve(ROOT, path);

/**
 * The program of a browser: the one that the environment names, or the first on the path.
 *
 * @param {string} variable name of the environment variable that overrides the search
 * @param {string[]} names programs to look for
 */
export async function findBrowser(variable, names) {
  const given = process.env[variable];
  if (given) return given;
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const file = join(folder, name);
      if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
    }
  }
  throw new Error(`None of ${names.join(', ')} is on the path: install one, or name it in ${variable}`);
}

/** @type {Set<string>} */
const temporary = new Set();

process.on('exit', () => {
  if (process.env.KEEP_PROFILES) return;
  for (const folder of temporary) {
    // A browser that is still on its way out may hold a file; a left-over folder under the system's temp is harmless.
    try { rmSync(folder, { recursive: true, force: true, maxRetries: 3 }); } catch {}
  }
});

/**
 * A new folder that lives until this process ends, so that a test can look into a profile after the browser closed.
 * `KEEP_PROFILES=1` in the environment keeps it for good.
 *
 * @param {string} purpose
 */
export function temporaryFolder(purpose) {
  const folder = mkdtempSync(join(tmpdir(), `token-keeper-${purpose}-`));
  temporary.add(folder);
  return folder;
}

/**
 * A temporary copy of a built extension with another manifest. For tests that need an optional permission granted:
 * the browser's permission prompt cannot be answered headless.
 *
 * @param {string} extension folder of the built extension
 * @param {object | ((manifest: any) => any)} patch a merge patch (`null` removes a key), or a function from manifest to manifest
 * @returns {Promise<string>} the folder of the copy
 */
export async function withManifest(extension, patch) {
  const copy = temporaryFolder('extension');
  await cp(fromRoot(extension), copy, { recursive: true });
  const file = join(copy, 'manifest.json');
  const manifest = await readManifest(copy);
  await writeManifest(file, typeof patch === 'function' ? patch(manifest) : merge(manifest, patch));
  return copy;
}

/** @param {string} extension @returns {Promise<any>} */
export async function readManifest(extension) {
  return JSON.parse(await readFile(join(extension, 'manifest.json'), 'utf8'));
}

/**
 * Waits until `look` gives something truthy. Always bounded, always says what it waited for.
 *
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} look
 * @param {{ timeout?: number, every?: number }} [options]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, look, { timeout = 10_000, every = 50 } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain for ${what}`);
    await new Promise((done) => setTimeout(done, every));
  }
}

/**
 * @param {import('puppeteer-core').Page} page
 * @param {string} file relative to the project's root
 * @returns {Promise<string>} where the picture lies
 */
export async function screenshot(page, file) {
  const path = fromRoot(file);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path: /** @type {`${string}.png`} */ (path) });
  return path;
}

/**
 * @typedef {object} ConsoleError what some context reported as an error
 * @property {string} where `worker`, or the address of the page
 * @property {string} source address of the script that caused it, when the browser says so
 * @property {string} text
 */
