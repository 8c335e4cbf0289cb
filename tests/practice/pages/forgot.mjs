// @ts-check
/** Forgot password: the request, the answer that tells nothing, the mailed link's interstitial, the security question. */

import { forgotPassword, linkIsLive, useLink } from '../acts.mjs';
import { SECURITY_ANSWER } from '../data.mjs';
import { hidden, html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { cardPage } from '../layout.mjs';
import { newId } from '../random.mjs';
import { enter, passStage, signIn } from '../sessions.mjs';
import { wordsOf } from '../words/index.mjs';
import { linkGone } from './rare.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** `/secur/forgotpassword.jsp`, which plays four parts. @param {Ctx} ctx @returns {Reply} */
export function forgot(ctx) {
  const asked = ctx.query.has('q') || ctx.form.has('answer');
  if (asked && ctx.role.name === 'mydomain') return securityQuestion(ctx);
  if (ctx.method === 'GET') return requestPage(ctx, ctx.query.has('r') ? wordsOf(ctx.org.options.language).linkExpired : '');
  if (ctx.form.has('cancel')) return redirect(`${ctx.origin(ctx.host)}/`);
  const username = (ctx.form.get('un') ?? '').trim();
  if (!username) return requestPage(ctx, wordsOf(ctx.org.options.language).emptyUsername);
  forgotPassword(ctx, username);
  return checkMailPage(ctx);
}

/**
 * The page behind the mailed link. Opening it costs nothing, as mail scanners do that; its button uses the link up.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function interstitial(ctx) {
  const r = ctx.form.get('r') ?? ctx.query.get('r') ?? '';
  if (!linkIsLive(ctx.org, r)) return expired(ctx, r);
  if (ctx.method === 'GET') return interstitialPage(ctx, r);
  const user = useLink(ctx.org, r);
  return user ? signIn(ctx, user, 'link', '') : expired(ctx, r);
}

/** @param {Ctx} ctx @param {string} error */
function requestPage(ctx, error) {
  const w = wordsOf(ctx.org.options.language);
  return cardPage(ctx, {
    title: w.forgotTitle,
    heading: w.forgotTitle,
    body: html`<form id="forgotPassForm" name="forgotPassForm" method="post" action="/secur/forgotpassword.jsp" novalidate>
<p>${w.forgotIntro}</p>
<div class="loginError" id="error" style="display: ${error ? 'block' : 'none'}">${error}</div>
<label for="un">${w.username}</label><input type="text" id="un" name="un" class="input wide">
<div class="row"><input type="submit" name="cancel" value="${w.cancel}" class="button secondary"><input type="submit" id="continue" name="continue" value="${w.continue}" class="button primary"></div>
</form>`,
  });
}

/** The same for a known and an unknown user. @param {Ctx} ctx */
function checkMailPage(ctx) {
  const w = wordsOf(ctx.org.options.language);
  return cardPage(ctx, {
    title: w.checkTitle,
    heading: w.checkTitle,
    body: html`<form id="forgotPassForm" name="forgotPassForm" method="get" action="/"><div class="message"><p>${w.checkText}</p><p>${w.checkMore}</p></div>
<input type="submit" value="${w.returnToLogin}" class="button wide primary"></form>`,
  });
}

/** @param {Ctx} ctx @param {string} r */
function interstitialPage(ctx, r) {
  const w = wordsOf(ctx.org.options.language);
  return cardPage(ctx, {
    title: w.interstitialTitle,
    heading: w.interstitialTitle,
    body: html`<form id="editPage" name="editPage" method="post" action="${ctx.path}">
${hidden({ _CONFIRMATIONTOKEN: newId(40), r, display: 'page', fpot: ctx.query.get('fpot') ?? '', save_new_url: ctx.path })}<p>${w.interstitialText}</p>
<input type="submit" name="save" value="${w.interstitialTitle}" class="button wide primary"></form>`,
  });
}

/** @param {Ctx} ctx */
function securityQuestion(ctx) {
  const entered = enter(ctx, 'question');
  if ('reply' in entered) return entered.reply;
  const answer = ctx.form.get('answer');
  if (answer?.trim().toLowerCase() === SECURITY_ANSWER.toLowerCase()) return passStage(ctx, entered.login);
  const w = wordsOf(ctx.org.languageOf(entered.user));
  return cardPage(ctx, {
    title: w.questionTitle,
    heading: w.questionTitle,
    body: html`<form id="forgotPassForm" name="forgotPassForm" method="post" action="/secur/forgotpassword.jsp"><p>${w.question}</p>
<div class="loginError" id="error" style="display: ${answer === null ? 'none' : 'block'}">${answer !== null && w.questionWrong}</div>
<label for="answer">${w.answerLabel}</label><input type="text" id="answer" name="answer" autocomplete="off">
<input type="submit" id="continue" name="continue" value="${w.continue}" class="button wide primary"></form>`,
  });
}

/** A dead link leads to the request page, which says so, or to nothing. @param {Ctx} ctx @param {string} r */
function expired(ctx, r) {
  ctx.org.note('link-expired', { username: ctx.org.links.get(r)?.username ?? '' });
  if (ctx.org.options.linkGone) return linkGone(ctx);
  return redirect(`${ctx.origin(ctx.host)}/secur/forgotpassword.jsp?${new URLSearchParams({ r, display: 'page' })}`);
}
