// @ts-check
/** What the pages do to the org: the rules about passwords, tokens, links and codes, without any HTML. */

import { familyOf } from './hosts.mjs';
import { codeMail, resetMail, tokenMail } from './mails.mjs';
import { newCode, newId, newToken } from './random.mjs';

/** @typedef {import('./org.mjs').Org} Org */
/** @typedef {import('./org.mjs').User} User */
/** @typedef {import('./org.mjs').Mail} Mail */
/** @typedef {import('./http.mjs').Ctx} Ctx */

const DAY = 24 * 60 * 60 * 1000;
const LOCKED_AT = 10;

/**
 * The user of that name, if this host may sign him in: production on the one generic host, sandboxes on the other, a
 * My Domain its own people only.
 * @param {Ctx} ctx
 * @param {string} username
 * @returns {User | undefined}
 */
export function userAt(ctx, username) {
  const user = ctx.org.users.get(username.trim().toLowerCase());
  if (!user) return undefined;
  const { sandbox, myDomain } = familyOf(user.host);
  if (ctx.role.name === 'login') return sandbox ? undefined : user;
  if (ctx.role.name === 'test') return sandbox ? user : undefined;
  return ctx.role.family?.myDomain === myDomain ? user : undefined;
}

/**
 * One answer for a wrong user, a wrong password and a locked one, as in reality.
 * @param {Ctx} ctx
 * @param {string} username
 * @param {string} password
 * @returns {User | undefined}
 */
export function checkPassword(ctx, username, password) {
  const user = userAt(ctx, username);
  if (user && user.password === password && user.lockedCount < LOCKED_AT) {
    user.lockedCount = 0;
    return user;
  }
  if (user) user.lockedCount += 1;
  ctx.org.note('login-failed', { username, reason: password ? 'wrong' : 'empty-password' });
  return undefined;
}

/**
 * The token dies and a new one is mailed. It does not matter how the request came: a plain GET resets as well.
 * @param {Org} org
 * @param {User} user
 * @param {'GET' | 'POST'} method
 * @returns {string} the new token
 */
export function resetToken(org, user, method) {
  killToken(user);
  user.resets += 1;
  user.everReset = true;
  org.note('reset', { username: user.username, method });
  return giveToken(org, user);
}

/**
 * The token dies with the password. A new one comes only to somebody who has reset one before.
 * @param {Org} org
 * @param {User} user
 * @param {string} password
 */
export function changePassword(org, user, password) {
  user.password = password;
  user.lockedCount = 0;
  killToken(user);
  org.note('password-changed', { username: user.username });
  if (user.everReset) giveToken(org, user);
}

/**
 * Mails a link, if there is somebody to mail it to.
 * @param {Ctx} ctx
 * @param {string} username
 */
export function forgotPassword(ctx, username) {
  const user = userAt(ctx, username);
  ctx.org.note('forgot', { username });
  if (!user) return;
  const r = newId(24);
  ctx.org.links.set(r, { username: user.username, at: Date.now(), used: false });
  const query = new URLSearchParams({ r, display: 'page', fpot: newId(9) });
  const link = `${ctx.origin(user.host)}/_nc_external/identity/ui/login/ForgotPasswordInterstitial?${query}`;
  send(ctx.org, user, resetMail(user, link, ctx.org.options));
}

/** Whether a mailed link would still work. @param {Org} org @param {string} r */
export function linkIsLive(org, r) {
  const link = org.links.get(r);
  return link !== undefined && !link.used && Date.now() - link.at < DAY;
}

/**
 * Uses a mailed link up, even when the password is not changed afterwards.
 * @param {Org} org
 * @param {string} r
 * @returns {User | undefined}
 */
export function useLink(org, r) {
  const link = org.links.get(r);
  if (!link || !linkIsLive(org, r)) return undefined;
  link.used = true;
  return org.users.get(link.username);
}

/**
 * @param {Org} org
 * @param {User} user
 * @returns {string} the mailed code
 */
export function mailCode(org, user) {
  const code = newCode();
  send(org, user, codeMail(user, code, org.options));
  return code;
}

/** @param {User} user */
function killToken(user) {
  if (user.token) user.oldTokens.push(user.token);
  user.token = null;
}

/** @param {Org} org @param {User} user */
function giveToken(org, user) {
  const token = newToken(org.options.tokenLength);
  user.token = token;
  send(org, user, tokenMail(user, token, org.options));
  return token;
}

/**
 * Mail to an address that ends in `.invalid` goes nowhere, and nobody is told.
 * @param {Org} org
 * @param {User} user
 * @param {Partial<Mail>} mail
 */
function send(org, user, mail) {
  if (user.email.endsWith('.invalid')) org.note('mail-undelivered', { username: user.username });
  else org.deliver(mail);
}
