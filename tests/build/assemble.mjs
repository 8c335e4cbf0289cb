// @ts-check
// Puts one browser's extension together: the files of `extension/`, the compiled core and that browser's manifest.
//
//   node assemble.mjs <extension folder> <folder with the compiled core> <browser> <target folder>

import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

import { minify } from 'terser';

import { manifestFor, writeManifest } from './manifest.mjs';

/** What a developer needs beside the source, and a user does not. */
const NOT_SHIPPED = [/^manifest.*\.json$/, /\.md$/, /\.d\.ts$/, /^[jt]sconfig.*\.json$/, /(^|\/)\./];

/** The programs as build.sh names them. */
const CORE = ['background_core.js', 'background_core_bg.wasm', 'tools.js', 'tools_bg.wasm', 'ui.js', 'ui_bg.wasm'];

const [extension, core, browser, target] = process.argv.slice(2);
if (!extension || !core || !browser || !target) throw new Error('usage: assemble.mjs <extension> <core> <browser> <target>');

for (const file of await filesOf(extension)) {
  if (!NOT_SHIPPED.some((pattern) => pattern.test(file))) await ship(join(extension, file), file);
}
for (const file of CORE) await ship(join(core, file), file);
await writeManifest(join(target, 'manifest.json'), await manifestFor(extension, browser));

/** @param {string} source @param {string} name */
async function ship(source, name) {
  const place = join(target ?? '', name);
  await mkdir(dirname(place), { recursive: true });
  if (extname(name) === '.js') await writeFile(place, await stripped(await readFile(source, 'utf8'), name));
  else await cp(source, place);
}

/**
 * Drops comments and white space and nothing else: names stay, so that a store's reviewer can still read what the
 * packaged script does.
 *
 * @param {string} source
 * @param {string} name
 */
async function stripped(source, name) {
  const { code } = await minify({ [name]: source }, {
    // Content scripts are classic scripts that share their top level; everything else is a module.
    module: !name.startsWith('page/'),
    // Modern syntax stays as written: the default would spell out every shorthand property.
    ecma: 2020,
    compress: false,
    mangle: false,
    format: { comments: false, semicolons: false },
  });
  return `${code}\n`;
}

/** All files below a folder, by relative name, in a fixed order. @param {string} folder */
async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}
