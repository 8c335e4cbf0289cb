// @ts-check
/**
 * Pages of which nobody has recorded an id: the log-ins of other shapes, the set-up of a second factor, what stands in place
 * of a page. Their words are English only and their markup is invented, save what is known of it (`#idp_section_buttons`,
 * `#errorTitle`, the paths of the forgot link and of the SAML error).
 */

import { html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { cardPage } from '../layout.mjs';

/** @typedef {import('../html.mjs').Raw} Raw */
/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** One field, and what goes into it is the org's own idea. @param {Ctx} ctx @returns {Reply} */
export function discoveryLogin(ctx) {
  return rare(ctx, 'Log in', html`<form method="get" action="/practice/error"><label for="whoever">Your staff number</label>
<input type="text" id="whoever" name="whoever" class="input wide"><input type="submit" value="Next" class="button wide primary"></form>`);
}

/** @param {Ctx} ctx @returns {Reply} */
export function ssoLogin(ctx) {
  return rare(ctx, 'Log in', html`<div id="idp_section"><div id="idp_section_buttons"><button type="button" class="button wide secondary">Acme staff</button>
<button type="button" class="button wide secondary">Acme partners</button></div></div>`);
}

/** "Log in with e-mail": the address comes first. @param {Ctx} ctx @returns {Reply} */
export function emailLogin(ctx) {
  if (ctx.query.has('email')) return redirect(`${ctx.origin(ctx.host)}/welcome/environments`);
  return rare(ctx, 'Log in with your e-mail address', html`<form method="get" action="/welcome"><label for="email">E-mail address</label>
<input type="email" id="email" name="email" class="input wide"><input type="submit" value="Continue" class="button wide primary"></form>`);
}

/** @param {Ctx} ctx @returns {Reply} */
export function environments(ctx) {
  return rare(ctx, 'Your environments', html`<ul><li><a href="${ctx.origin('acme.my.salesforce.com')}/">Acme</a></li></ul>`);
}

/** @param {Ctx} ctx @returns {Reply} */
export function mfaSetup(ctx) {
  return rare(ctx, 'Register a verification method', html`<p>Your organisation wants a second factor.</p><button type="button" class="button wide primary">Start</button>`);
}

/** @param {Ctx} ctx @returns {Reply} */
export function samlError(ctx) {
  return rare(ctx, 'Single sign-on error', html`<div class="loginError" id="error">We can't log you in because of a single sign-on problem.</div>`);
}

/** @param {Ctx} ctx @returns {Reply} */
export function errorPage(ctx) {
  return rare(ctx, 'Error', html`<span id="errorTitle">Insufficient privileges</span><p id="errorDesc">You do not have the rights for this page.</p>`, 403);
}

/** @param {Ctx} ctx @returns {Reply} */
export function linkGone(ctx) {
  return rare(ctx, 'URL No Longer Exists', html`<p>You have attempted to reach a page that no longer exists.</p>`, 404);
}

/** @param {Ctx} ctx @param {string} title @param {Raw} body @param {number} [status] */
function rare(ctx, title, body, status) {
  return cardPage(ctx, { title, heading: title, language: 'en', status, body });
}
