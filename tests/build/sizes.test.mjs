// @ts-check

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { weigh } from './sizes.mjs';

const budget = [
  { name: 'core', files: ['core.wasm'], limit: 10 },
  { name: 'page', files: ['page/a.js', 'page/b.js'], limit: 10 },
];

/** @param {import('node:test').TestContext} t @param {Record<string, number>} files */
async function folderWith(t, files) {
  const folder = await mkdtemp(join(tmpdir(), 'token-keeper-sizes-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'page'));
  for (const [name, size] of Object.entries(files)) await writeFile(join(folder, name), 'x'.repeat(size));
  return folder;
}

test('a share may weigh its limit and no byte more', async (t) => {
  const kept = await weigh(await folderWith(t, { 'core.wasm': 10, 'page/a.js': 4, 'page/b.js': 6 }), budget);
  assert.deepEqual(kept.problems, []);
  assert.deepEqual(kept.rows.map((row) => row.raw), [10, 10]);
  const broken = await weigh(await folderWith(t, { 'core.wasm': 11, 'page/a.js': 5, 'page/b.js': 6 }), budget);
  assert.equal(broken.problems.length, 2);
});

test('weight cannot hide: a script or core outside the budget is a problem, and so is a share without files', async (t) => {
  const { problems } = await weigh(await folderWith(t, { 'core.wasm': 1, 'page/new.js': 1 }), budget);
  assert.equal(problems.length, 2);
  assert.match(problems.join('\n'), /page: none of/);
  assert.match(problems.join('\n'), /page\/new\.js: belongs to no share/);
});
