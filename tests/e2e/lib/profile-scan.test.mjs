// @ts-check

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { scanProfile } from './profile-scan.mjs';

const SECRET = 'käse-7781';

/** @param {import('node:test').TestContext} t @param {Record<string, Buffer | string>} files */
async function folderWith(t, files) {
  const folder = await mkdtemp(join(tmpdir(), 'token-keeper-scan-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'deep'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

test('a secret is found in either encoding, in any folder, and once per file', async (t) => {
  const folder = await folderWith(t, {
    'plain': `x ${SECRET} ${SECRET}`,
    'deep/wide': Buffer.concat([Buffer.from([1, 2, 3]), Buffer.from(SECRET, 'utf16le')]),
    'clean': SECRET.slice(0, -1),
    'empty': '',
  });
  const found = await scanProfile(folder, [SECRET, 'another']);
  assert.deepEqual(found.map(({ file, secret }) => [file.slice(folder.length + 1), secret]).sort(), [['deep/wide', SECRET], ['plain', SECRET]]);
});

test('a secret is found wherever it lies across the border of two pieces', async (t) => {
  const length = Buffer.from(SECRET).length;
  for (let before = 0; before <= 2 * length; before += 1) {
    const folder = await folderWith(t, { file: '.'.repeat(before) + SECRET + '.'.repeat(5) });
    assert.equal((await scanProfile(folder, [SECRET], { chunk: length })).length, 1, `with ${before} bytes before it`);
  }
});

test('an empty secret is a mistake of the test', async (t) => {
  await assert.rejects(scanProfile(await folderWith(t, {}), ['']), /everywhere/);
});
