// @ts-check
/** The three mails that Salesforce sends on the way, each as text and as HTML of the same lines. */

import { familyOf } from './hosts.mjs';
import { escape } from './html.mjs';
import { wordsOf } from './words/index.mjs';

/** @typedef {import('./org.mjs').User} User */
/** @typedef {import('./org.mjs').Options} Options */
/** @typedef {import('./org.mjs').Mail} Mail */

const HELP = 'https://help.salesforce.com/s/articleView?id=xcloud.user_security_token.htm&type=5';

/**
 * User name and token are neighbouring lines, each behind its label: the one thing that the readers of this mail rely on.
 * @param {User} user
 * @param {string} token
 * @param {Options} options
 * @returns {Partial<Mail>}
 */
export function tokenMail(user, token, options) {
  const w = wordsOf(user.language ?? options.language);
  const lines = [
    w.tokenWhy,
    w.tokenUse,
    '',
    `${w.labelUsername} ${user.username}`,
    `${w.labelToken} ${token}`,
    '',
    `${w.tokenMore} ${HELP}`,
  ];
  return { ...head(user, options), kind: 'token', subject: w.tokenSubject, token, ...bodies(lines) };
}

/**
 * @param {User} user
 * @param {string} code
 * @param {Options} options
 * @returns {Partial<Mail>}
 */
export function codeMail(user, code, options) {
  const w = wordsOf(user.language ?? options.language);
  const lines = [
    w.codeWhy,
    '',
    `${w.labelBrowser} Practice Browser`,
    `${w.labelSystem} Practice OS`,
    `${w.labelUsername} ${user.username}`,
    '',
    w.codeUse,
    `${w.labelCode} ${code}`,
    '',
    w.codeElse,
  ];
  // The prefix stays English in every language.
  const subject = familyOf(user.host).sandbox ? `Sandbox: ${w.codeSubject}` : w.codeSubject;
  return { ...head(user, options), kind: 'code', from: 'noreply@salesforce.com', subject, code, ...bodies(lines) };
}

/**
 * @param {User} user
 * @param {string} link
 * @param {Options} options
 * @returns {Partial<Mail>}
 */
export function resetMail(user, link, options) {
  const w = wordsOf(user.language ?? options.language);
  const lines = [w.mailResetWhy, user.username, '', w.mailResetUse, link, '', w.mailResetElse];
  return { ...head(user, options), kind: 'reset', subject: w.mailResetSubject, link, ...bodies(lines) };
}

/**
 * Plain text, and the same as paragraphs with line breaks. There is no white space around the `<br>`, as in real mail:
 * a reader that flattens the elements glues a token to the next line.
 * @param {string[]} lines
 */
export function bodies(lines) {
  const text = lines.join('\n');
  const paragraphs = text.split('\n\n').map((part) => `<p>${part.split('\n').map(linked).join('<br>')}</p>`);
  return { text, html: paragraphs.join('') };
}

/** @param {User} user @param {Options} options */
function head(user, options) {
  return { to: user.email, from: options.mailSender, fromName: 'Salesforce', username: user.username };
}

/** @param {string} line */
function linked(line) {
  return escape(line).replace(/https:\/\/\S+/g, (url) => `<a href="${url}">${url}</a>`);
}
