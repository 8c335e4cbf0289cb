// @ts-check
/** The stages that a log-in may have to pass, and the page on which each of them waits. */

import { mailCode } from './acts.mjs';
import { newId } from './random.mjs';

/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./sessions.mjs').Login} Login */
/** @typedef {'question' | 'verify' | 'change'} Stage */

/** The path piece of each way to verify. */
export const VERIFY_PAGES = Object.freeze({
  email: 'EmailVerificationFinishUi',
  totp: 'TotpVerificationUi',
  sms: 'SmsVerificationFinishUi',
  push: 'ToopherVerificationFinishUi',
  // Invented: nobody has recorded the real one.
  passkey: 'PracticePasskeyUi',
});

/** Where the present stage is passed, on the My Domain. @param {Ctx} ctx @param {Login} login @returns {string} */
export function stagePath(ctx, login) {
  const retURL = new URL(login.to).pathname;
  switch (login.stages[0]) {
    case 'question':
      return `/secur/forgotpassword.jsp?${new URLSearchParams({ q: login.flowId, display: 'page' })}`;
    case 'verify':
      return verifyPath(ctx, login, retURL);
    default:
      return `/_ui/system/security/ChangePassword?${new URLSearchParams({ fromFrontdoor: '1', retURL, display: 'page', setupid: 'ChangePassword' })}`;
  }
}

/**
 * Mails the code when the identity check begins, and again when asked.
 * @param {Ctx} ctx
 * @param {Login} login
 */
export function sendCode(ctx, login) {
  const user = ctx.org.users.get(login.username);
  if (!user) return;
  login.code = mailCode(ctx.org, user);
  login.codeAt = Date.now();
}

/** @param {Ctx} ctx @param {Login} login @param {string} retURL */
function verifyPath(ctx, login, retURL) {
  const { verify } = ctx.org.options;
  const method = verify === 'none' ? 'email' : verify;
  if (method === 'email' && !login.code) sendCode(ctx, login);
  const query = new URLSearchParams({ vcsrf: newId(), vpol: 'ic', vflid: login.flowId, vfgrp: newId(6), retURL, sfafb: '1' });
  return `/_ui/identity/verification/method/${VERIFY_PAGES[method]}/e?${query}`;
}
