// @ts-check
/** The scripts and style sheets of the pages. They are files because the policy of the pages allows no inline script. */

import { readFileSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';

/** @typedef {import('./http.mjs').Reply} Reply */

const FOLDER = new URL('./assets/', import.meta.url);
const PREFIX = '/practice/';
const TYPES = { '.mjs': 'text/javascript', '.css': 'text/css' };

/** @type {Map<string, Reply>} */
const ASSETS = new Map(
  readdirSync(FOLDER).map((name) => [
    PREFIX + name,
    {
      headers: { 'Content-Type': `${TYPES[/** @type {keyof typeof TYPES} */ (extname(name))]}; charset=utf-8` },
      body: readFileSync(new URL(name, FOLDER)),
    },
  ]),
);

/** @param {string} path @returns {Reply | undefined} */
export function assetAt(path) {
  return ASSETS.get(path);
}

/** Where a page finds one of them, on its own host. @param {string} name */
export function assetPath(name) {
  if (!ASSETS.has(PREFIX + name)) throw new Error(`no asset ${name}`);
  return PREFIX + name;
}
