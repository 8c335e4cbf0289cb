// @ts-check
// The size table, and the budget that a build must keep.
//
//   node sizes.mjs <folder of the built extension>

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** @typedef {{ name: string, files: string[], limit: number }} Share */

/**
 * Who may weigh how much, in bytes on disk. The wasm is compiled on every wake of the worker; the page scripts run on
 * every matching page, so theirs are the tightest.
 *
 * @type {Share[]}
 */
export const BUDGET = [
  { name: 'background core', files: ['background_core_bg.wasm'], limit: 570_000 },
  { name: 'tools', files: ['tools_bg.wasm'], limit: 1_920_000 },
  { name: 'app core', files: ['ui_bg.wasm'], limit: 480_000 },
  { name: 'page agent', files: ['page/facts.js', 'page/act.js', 'page/agent.js'], limit: 8_000 },
  { name: 'one look', files: ['page/once.js'], limit: 100 },
  // Nine webmails, where it was four, and work in slices, as no page may be held up.
  { name: 'mail reader', files: ['page/mail.js', 'page/watch.js'], limit: 7_500 },
];

/**
 * @param {string} folder
 * @param {Share[]} [budget]
 * @returns {Promise<{ rows: { name: string, raw: number, gzip: number, limit: number }[], problems: string[] }>}
 */
export async function weigh(folder, budget = BUDGET) {
  const shipped = new Set((await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/')));
  const rows = [];
  const problems = [];
  for (const { name, files, limit } of budget) {
    const present = files.filter((file) => shipped.has(file));
    const contents = await Promise.all(present.map((file) => readFile(join(folder, file))));
    const sum = (/** @type {(bytes: Buffer) => number} */ size) => contents.reduce((total, bytes) => total + size(bytes), 0);
    const raw = sum((bytes) => bytes.length);
    rows.push({ name, raw, gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length), limit });
    if (raw > limit) problems.push(`${name}: ${count(raw)} bytes, ${count(raw - limit)} over its budget of ${count(limit)}`);
    if (present.length === 0) problems.push(`${name}: none of ${files.join(', ')} is there`);
  }
  // A new script or core must be given a budget; otherwise weight could move to where nobody looks.
  const known = new Set(budget.flatMap(({ files }) => files));
  for (const file of shipped) {
    if (/(^page\/.*\.js|\.wasm)$/.test(file) && !known.has(file)) problems.push(`${file}: belongs to no share of the budget`);
  }
  return { rows, problems };
}

/** @param {number} bytes */
const count = (bytes) => bytes.toLocaleString('en-US');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { rows, problems } = await weigh(process.argv[2] ?? 'dist/chromium');
  const line = (/** @type {string[]} */ [name, ...numbers]) => `  ${name?.padEnd(16)}${numbers.map((n) => n.padStart(10)).join('')}`;
  console.log(line(['', 'bytes', 'gzip', 'budget']));
  for (const { name, raw, gzip, limit } of rows) console.log(line([name, count(raw), count(gzip), count(limit)]));
  for (const problem of problems) console.error(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
