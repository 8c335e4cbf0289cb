// @ts-check
// A zip whose bytes depend on nothing but the files in it: fixed order, fixed time, no owner, no extra fields.
//
//   node zip.mjs <folder> <target.zip>

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01 00:00, the earliest time that a zip can state. */
const DATE = 0x0021;
const TIME = 0;
const DEFLATED = 8;
const VERSION = 20;
/** File names are UTF-8. */
const FLAGS = 0x0800;

/** @param {string} folder @returns {Promise<Buffer>} */
export async function zip(folder) {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const names = entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(folder, '/').length)).sort();
  /** @type {Buffer[]} */
  const bodies = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    const packed = deflateRawSync(bytes, { level: 9 });
    const path = Buffer.from(name.replaceAll('\\', '/'));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(FLAGS, 2);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(TIME, 6);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);

    const body = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed]);
    // Made by version 2.0; then no comment, first disk, no attributes, and where the body lies.
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([VERSION, 0]), common, tail, path]));
    bodies.push(body);
    offset += body.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(names.length, 4);
  end.writeUInt16LE(names.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, index, Buffer.from('PK\x05\x06'), end]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder, target] = process.argv.slice(2);
  if (!folder || !target) throw new Error('usage: zip.mjs <folder> <target.zip>');
  await writeFile(target, await zip(folder));
}
