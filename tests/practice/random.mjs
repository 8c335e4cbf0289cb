// @ts-check
/** Random material with the measured shapes: tokens, codes, ids. */

import { randomBytes, randomInt } from 'node:crypto';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** @param {string} alphabet @param {number} length */
const pick = (alphabet, length) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/**
 * A security token: letters of both cases and digits, nothing else. Every published specimen has all three kinds, so
 * a draw without one of them is thrown away.
 * @param {number} [length]
 * @returns {string}
 */
export function newToken(length = 25) {
  for (;;) {
    const token = pick(UPPER + LOWER + DIGITS, length);
    if (/[A-Z]/.test(token) && /[a-z]/.test(token) && /[0-9]/.test(token)) return token;
  }
}

/** A mailed verification code: six digits. */
export const newCode = () => pick(DIGITS, 6);

/** An id that cannot be guessed: sessions, hand-overs, links. @param {number} [bytes] */
export const newId = (bytes = 18) => randomBytes(bytes).toString('base64url');

/** The form of Gmail's legacy ids, sixteen hex digits: the time, and 20 bits of chance. The others take it as well. @param {number} [at] */
export const newMailId = (at = Date.now()) => at.toString(16) + randomBytes(3).toString('hex').slice(1);
