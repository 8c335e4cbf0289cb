// @ts-check
/** Pages that stand beside the way: home, settings, the phone nag, maintenance, and a record that somebody wrote. */

import { familyHere, safeReturn } from '../addresses.mjs';
import { html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { cardPage, classicPage } from '../layout.mjs';
import { enter } from '../sessions.mjs';
import { fill, wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** @param {Ctx} ctx @returns {Reply} */
export function classicHome(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  const language = ctx.org.languageOf(entered.user);
  const w = wordsOf(language);
  const { username } = entered.user;
  return classicPage(ctx, {
    language,
    title: w.homeTitle,
    heading: w.homeTitle,
    username,
    body: html`<p>${fill(w.homeText, { username })}</p>
<ul><li><a href="/_ui/system/security/ResetApiTokenEdit?retURL=%2Fhome%2Fhome.jsp&amp;setupid=ResetApiToken">${w.resetHeading}</a></li>
<li><a href="/_ui/system/security/ChangePassword?setupid=ChangePassword">${w.myPasswordTitle}</a></li></ul>`,
  });
}

/** Where "Change My Password" returns to. @param {Ctx} ctx @returns {Reply} */
export function personalSettings(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  const language = ctx.org.languageOf(entered.user);
  const w = wordsOf(language);
  return classicPage(ctx, {
    language,
    title: w.settingsTitle,
    heading: w.settingsTitle,
    username: entered.user.username,
    setup: 'PersonalInformation',
    body: html`${ctx.query.has('changed') && html`<div class="message confirmM"><div class="messageText">${w.passwordChanged}</div></div>`}
<table class="detailList"><tr><th>${w.username}</th><td>${entered.user.username}</td></tr></table>`,
  });
}

/** The way out is a link that holds this page's own path. @param {Ctx} ctx @returns {Reply} */
export function phoneNag(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  const language = ctx.org.languageOf(entered.user);
  const w = wordsOf(language);
  const retURL = safeReturn(ctx, familyHere(ctx), ctx.query.get('retURL') ?? '') ?? `${ctx.origin(ctx.host)}/home/home.jsp`;
  if (ctx.query.get('skip') === '1') return redirect(retURL);
  return cardPage(ctx, {
    language,
    title: w.phoneTitle,
    heading: w.phoneTitle,
    body: html`<form id="editPage" method="post" action="${ctx.path}"><p>${w.phoneText}</p>
<label for="phone">+</label><input type="text" id="phone" name="phone" autocomplete="off">
<input type="submit" name="save" value="${w.register}" class="button wide primary"></form>
<div class="row"><a href="${ctx.path}?${new URLSearchParams({ d: 'm', skip: '1', retURL })}">${w.phoneLater}</a></div>`,
  });
}

/** @param {Ctx} ctx @returns {Reply} */
export function maintenance(ctx) {
  const w = wordsOf(ctx.org.options.language);
  return cardPage(ctx, { title: w.maintenanceTitle, heading: w.maintenanceTitle, status: 503, body: html`<p>${w.maintenanceText}</p>` });
}

/**
 * A record on a genuine host whose text was typed by a person and imitates the token mail. No log-in is asked for, to keep
 * tests of it short.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function forgedRecord(ctx) {
  return classicPage(ctx, {
    title: 'Case 00001026',
    heading: 'Case 00001026',
    body: html`<div class="bPageBlock"><table class="detailList"><tr><th>Subject</th><td>Your new Salesforce security token</td></tr>
<tr><th>Description</th><td class="userText">We send you a new security token.

Username: ada.byron@acme.example
Security token (case-sensitive): Typed1ntoARec0rdFieldXyZk

For more information on using your security token, see https://help.salesforce.com/s/articleView?id=user_security_token</td></tr></table></div>`,
  });
}
