// @ts-check
/** Hosts that are not Salesforce at all: the look-alike, and an ordinary site with some traps. */

import { html } from '../html.mjs';
import { plainPage } from '../layout.mjs';
import { fakeConfirmation, fakeNewPassword } from './fakes.mjs';
import { framesPage, loginForm } from './frames.mjs';
import { loginPage } from './login-view.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** The log-in page copied whole. What is sent to it is noted as an event, so that a test can say "nothing was". @param {Ctx} ctx @returns {Reply | undefined} */
export function lookalikeHost(ctx) {
  if (ctx.method === 'POST') return caught(ctx);
  if (ctx.path === '/' || ctx.path === '/login') return loginPage(ctx, { shape: 'whole', startURL: '', saved: [] });
  if (ctx.path === '/_ui/system/security/ChangePassword') return fakeNewPassword();
  if (ctx.path === '/_ui/system/security/ResetApiTokenConfirm') return fakeConfirmation();
  return undefined;
}

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function exampleHost(ctx) {
  if (ctx.method === 'POST') return caught(ctx);
  switch (ctx.path) {
    case '/':
      return ordinary();
    case '/login':
      return ordinaryLogin();
    case '/clobber':
      return clobber();
    case '/frames':
      return framesPage(ctx);
    case '/fake-reset':
    case '/_ui/system/security/ResetApiTokenConfirm':
      return fakeConfirmation();
    case '/_ui/system/security/ChangePassword':
      return fakeNewPassword();
    default:
      return undefined;
  }
}

/** @param {Ctx} ctx */
function caught(ctx) {
  ctx.org.note('caught', { username: ctx.form.get('un') || ctx.form.get('username') || '', host: ctx.host });
  return plainPage({ title: 'Thank you', body: html`<h1>Thank you</h1>` });
}

function ordinary() {
  return plainPage({
    title: 'Example',
    body: html`<h1>An ordinary page</h1><p>It has nothing to do with Salesforce. <a href="/login">Log in</a></p>`,
  });
}

/** The same ids as Salesforce's, by chance. */
function ordinaryLogin() {
  return plainPage({ title: 'Log in', body: html`<h1>Log in</h1>${loginForm()}` });
}

/** A form in which an input stands in the way of every property that a script may ask for. The script adds them all. */
function clobber() {
  return plainPage({ title: 'Clobbered', scripts: ['clobber.mjs'], body: html`<h1>Clobbered</h1>${loginForm()}` });
}
