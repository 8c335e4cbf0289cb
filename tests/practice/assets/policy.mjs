// @ts-check
/** The password rules of the practice org. The page and the server run this same file. */

export const MIN_LENGTH = 8;

/**
 * @param {string} password
 * @param {string} username
 */
export function checkPolicy(password, username) {
  const lower = password.toLowerCase();
  const person = username.toLowerCase();
  const rules = {
    charcount: password.length >= MIN_LENGTH,
    letters: /\p{L}/u.test(password),
    numbers: /[0-9]/.test(password),
    noUser: person === '' || !(lower.includes(person) || lower.includes(person.split('@')[0])),
  };
  return { ...rules, fits: Object.values(rules).every(Boolean) };
}
