// @ts-check
/** The password rules of the practice org. The page and the server run this same file. */

/** Three characters in a row of the user name are a part of it. */
const PART = 3;

/**
 * @param {string} password
 * @param {string} username
 * @param {{ least: number, strict: boolean }} demands  `strict` forbids parts of the user name as well
 */
export function checkPolicy(password, username, { least, strict }) {
  const lower = password.toLowerCase();
  const person = username.toLowerCase();
  const forbidden = strict ? [...person].map((_, at) => person.slice(at, at + PART)).filter((part) => part.length === PART) : [person, person.split('@')[0] ?? ''];
  const rules = {
    charcount: password.length >= least,
    letters: /\p{L}/u.test(password),
    numbers: /[0-9]/.test(password),
    noUser: person === '' || !forbidden.some((part) => lower.includes(part)),
  };
  return { ...rules, fits: Object.values(rules).every(Boolean) };
}
