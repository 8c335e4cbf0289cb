// @ts-check
/** The identity check, one page for each way of doing it. */

import { SMS_CODE, TOTP_CODE } from '../data.mjs';
import { hidden, html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { cardPage } from '../layout.mjs';
import { newId } from '../random.mjs';
import { enter, passStage } from '../sessions.mjs';
import { VERIFY_PAGES, sendCode } from '../stages.mjs';
import { fill, wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../org.mjs').User} User */
/** @typedef {import('../sessions.mjs').Login} Login */
/** @typedef {import('../words/index.mjs').Words} Words */

const PREFIX = '/_ui/identity/verification/method/';
const CODE_LIFE = 15 * 60 * 1000;

/**
 * @typedef {object} Method
 * @property {string} input  id and name of the code box; none where the page only waits
 * @property {(w: Words, user: User) => string} intro
 * @property {(login: Login, code: string) => boolean} passes
 */

/** @type {Record<string, Method>} */
const METHODS = {
  [VERIFY_PAGES.email]: {
    input: 'emc',
    intro: (w, user) => fill(w.verifyEmail, { address: masked(user.email) }),
    passes: (login, code) => code === login.code && Date.now() - login.codeAt < CODE_LIFE,
  },
  [VERIFY_PAGES.totp]: { input: 'tc', intro: (w) => w.verifyTotp, passes: (_, code) => code === TOTP_CODE },
  [VERIFY_PAGES.sms]: { input: 'smc', intro: (w) => w.verifySms, passes: (_, code) => code === SMS_CODE },
  [VERIFY_PAGES.push]: { input: '', intro: (w) => w.verifyPush, passes: (login) => login.approved },
  [VERIFY_PAGES.passkey]: { input: '', intro: (w) => w.verifyPush, passes: (login) => login.approved },
};

/** @param {string} path */
export const isVerifyPath = (path) => path.startsWith(PREFIX) && path.endsWith('/e');

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function verify(ctx) {
  const name = ctx.path.slice(PREFIX.length, -'/e'.length);
  const entered = enter(ctx, 'verify');
  if ('reply' in entered) return entered.reply;
  const { login, user } = entered;
  if (name === 'EmailVerificationStartUi') return resend(ctx, login);
  const method = METHODS[name];
  if (!method) return undefined;

  const code = method.input ? ctx.form.get(method.input)?.trim() : '';
  const tried = ctx.method === 'POST' || method.input === '';
  if (tried && method.passes(login, code ?? '')) {
    ctx.org.note('verified', { username: user.username });
    return passStage(ctx, login);
  }
  const wrong = tried && method.input !== '';
  if (wrong) ctx.org.note('code-wrong', { username: user.username });
  return page(ctx, user, method, wrong);
}

/** @param {Ctx} ctx @param {Login} login */
function resend(ctx, login) {
  sendCode(ctx, login);
  const query = new URLSearchParams(ctx.query);
  query.delete('vir');
  return redirect(`${ctx.origin(ctx.host)}${PREFIX}${VERIFY_PAGES.email}/e?${query}`);
}

/** @param {Ctx} ctx @param {User} user @param {Method} method @param {boolean} wrong */
function page(ctx, user, method, wrong) {
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  const fields = method.input ? codeFields(w, method, wrong) : html`<p id="waiting">&#8230;</p>`;
  return cardPage(ctx, {
    language,
    title: w.verifyTitle,
    heading: w.verifyTitle,
    scripts: method.input ? [] : ['wait.mjs'],
    body: html`<form id="editPage" name="editPage" method="post" action="${ctx.path}">
${hidden(hiddenFields(ctx))}<p>${method.intro(w, user)}</p>
${fields}
</form>
<div class="row">${method.input === 'emc' && html`<a href="${PREFIX}EmailVerificationStartUi/e${withResend(ctx)}">${w.resend}</a>`}<a href="#">${w.trouble}</a></div>`,
  });
}

/** @param {Words} w @param {Method} method @param {boolean} wrong */
function codeFields(w, method, wrong) {
  return html`<label for="${method.input}">${w.verifyLabel}</label>
<input type="text" id="${method.input}" name="${method.input}" maxlength="6" autocomplete="off">
${wrong && html`<div class="errorMsg">${w.codeWrong}</div>`}
<div id="RememberDeviceDiv" class="remember"><input type="checkbox" id="RememberDeviceCheckbox" name="RememberDeviceCheckbox" value="1"> <label for="RememberDeviceCheckbox" class="inline">${w.rememberDevice}</label></div>
<input type="submit" id="save" name="save" value="${w.verify}" class="button wide primary">`;
}

/** @param {Ctx} ctx @returns {Record<string, string>} */
function hiddenFields(ctx) {
  const given = ctx.method === 'POST' ? ctx.form : ctx.query;
  const kept = ['vcsrf', 'vpol', 'vflid', 'vfgrp', 'retURL'].map((name) => [name, given.get(name) ?? '']);
  return { _CONFIRMATIONTOKEN: newId(40), cancelURL: '/', save_new_url: ctx.path, ...Object.fromEntries(kept) };
}

/** @param {Ctx} ctx */
function withResend(ctx) {
  const query = new URLSearchParams(ctx.query);
  query.set('vir', '1');
  return `?${query}`;
}

/** As in `ja********@**na.com`: enough to know the mailbox by, not enough to write to it. @param {string} email */
function masked(email) {
  const [local, domain] = email.split('@');
  return `${local.slice(0, 2)}${'*'.repeat(Math.max(1, local.length - 2))}@**${domain.slice(2)}`;
}
