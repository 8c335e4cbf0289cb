// @ts-check
// Makes the manifest of one browser: `extension/manifest.json` is Chromium's, and
// `extension/manifest.firefox.json` names only the keys in which Firefox differs.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {{ [key: string]: unknown }} Json */

/** @param {unknown} value @returns {value is Json} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The rules of a JSON merge patch (RFC 7396): objects merge key by key, `null` removes a key,
 * everything else (lists too) replaces what stood there.
 *
 * @param {unknown} base
 * @param {unknown} patch
 * @returns {any}
 */
export function merge(base, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Json} */
  const merged = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/** @param {string} file @returns {Promise<Json>} */
const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

/**
 * @param {string} source the folder `extension/`
 * @param {string} browser `chromium` or `firefox`
 * @returns {Promise<any>}
 */
export async function manifestFor(source, browser) {
  const base = await readJson(join(source, 'manifest.json'));
  return browser === 'chromium' ? base : merge(base, await readJson(join(source, `manifest.${browser}.json`)));
}

/** @param {string} file @param {Json} manifest */
export const writeManifest = (file, manifest) => writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [source, browser, target] = process.argv.slice(2);
  if (!source || !browser || !target) throw new Error('usage: manifest.mjs <extension folder> <browser> <target file>');
  await writeManifest(target, await manifestFor(source, browser));
}
