// @ts-check
// Looks for secrets in the raw bytes of a browser's profile, deleted-but-not-overwritten records included.
//
// What it cannot see: text that a browser stored compressed (LevelDB tables and Firefox's IndexedDB may use Snappy).
// Short values and LevelDB's log, where a write lands first, are stored as they are; read the profile soon after the
// write, and take a finding as proof and none as no more than a strong hint.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK = 4 * 1024 * 1024;

/**
 * @param {string} folder the profile
 * @param {string[]} secrets
 * @param {{ chunk?: number }} [options]
 * @returns {Promise<{ file: string, secret: string }[]>} each file with each secret that it holds, as UTF-8 or UTF-16LE
 */
export async function scanProfile(folder, secrets, { chunk = CHUNK } = {}) {
  if (secrets.some((secret) => secret === '')) throw new Error('An empty secret would be found everywhere');
  const needles = secrets.flatMap((secret) => [
    { secret, bytes: Buffer.from(secret, 'utf8') },
    { secret, bytes: Buffer.from(secret, 'utf16le') },
  ]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    for (const secret of await secretsIn(file, needles, chunk)) found.push({ file, secret });
  }
  return found;
}

/**
 * @param {string} file
 * @param {{ secret: string, bytes: Buffer }[]} needles
 * @param {number} chunk
 */
async function secretsIn(file, needles, chunk) {
  /** @type {Set<string>} */
  const found = new Set();
  // A running browser removes files while we look.
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return found;
  try {
    // The end of one piece is kept in front of the next, so that a secret across the border is seen.
    const overlap = Math.max(0, ...needles.map(({ bytes }) => bytes.length - 1));
    const buffer = Buffer.alloc(overlap + chunk);
    let kept = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, kept, chunk);
      if (bytesRead === 0) return found;
      const piece = buffer.subarray(0, kept + bytesRead);
      for (const { secret, bytes } of needles) if (piece.includes(bytes)) found.add(secret);
      kept = Math.min(overlap, piece.length);
      piece.copy(buffer, 0, piece.length - kept);
    }
  } finally {
    await handle.close();
  }
}
