// @ts-check
// The merge of the manifests, on invented ones.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { manifestFor, merge } from './manifest.mjs';

const base = { name: 'x', permissions: ['a', 'b'], background: { service_worker: 'w.js', type: 'module' } };

test('an empty patch changes nothing', () => {
  assert.deepEqual(merge(base, {}), base);
});

test('objects merge key by key, null removes, lists replace', () => {
  const patch = { permissions: ['a'], background: { service_worker: null, scripts: ['w.js'] }, extra: { deep: { key: 1, none: null } } };
  assert.deepEqual(merge(base, patch), {
    name: 'x', permissions: ['a'], background: { type: 'module', scripts: ['w.js'] }, extra: { deep: { key: 1 } },
  });
});

test('the merge leaves its inputs alone', () => {
  const before = structuredClone(base);
  merge(base, { background: { type: null } });
  assert.deepEqual(base, before);
});

test('Chromium gets the manifest as it stands, Firefox its own keys', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'token-keeper-manifest-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(base));
  await writeFile(join(folder, 'manifest.firefox.json'), JSON.stringify({ name: null }));
  assert.deepEqual(await manifestFor(folder, 'chromium'), base);
  assert.equal('name' in (await manifestFor(folder, 'firefox')), false);
});
