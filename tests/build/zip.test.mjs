// @ts-check

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { zip } from './zip.mjs';

test('the same files give the same bytes, whenever and in whatever order they were written', async (t) => {
  const [one, two] = await Promise.all(['one', 'two'].map((name) => mkdtemp(join(tmpdir(), `token-keeper-${name}-`))));
  assert(one && two);
  t.after(() => Promise.all([one, two].map((folder) => rm(folder, { recursive: true }))));
  const files = [['a.txt', 'alpha'], ['sub/ü.txt', 'beta'], ['z.txt', '']];
  const write = async (/** @type {string} */ folder, /** @type {string[][]} */ list) => {
    await mkdir(join(folder, 'sub'));
    for (const [name, text] of list) await writeFile(join(folder, name ?? ''), text ?? '');
  };
  await write(one, files);
  await write(two, files.toReversed());
  await utimes(join(two, 'a.txt'), 1, 1);
  assert.deepEqual(await zip(one), await zip(two));
});

test('what is packed comes out again, by name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'token-keeper-zip-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'b.txt'), 'beta '.repeat(100));
  await writeFile(join(folder, 'a.txt'), 'alpha');
  assert.deepEqual(unzip(await zip(folder)), { 'a.txt': 'alpha', 'sub/b.txt': 'beta '.repeat(100) });
});

/** Reads a zip through its directory, as a browser does. @param {Buffer} bytes */
function unzip(bytes) {
  const end = bytes.lastIndexOf('PK\x05\x06');
  /** @type {Record<string, string>} */
  const files = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString();
    const body = bytes.readUInt32LE(at + 42);
    const start = body + 30 + bytes.readUInt16LE(body + 26) + bytes.readUInt16LE(body + 28);
    files[name] = inflateRawSync(bytes.subarray(start, start + bytes.readUInt32LE(at + 20))).toString();
    at += 46 + bytes.readUInt16LE(at + 28);
  }
  return files;
}
