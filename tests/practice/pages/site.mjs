// @ts-check
/** An Experience Cloud site: owned by Salesforce, written by a customer. It logs people in, and could do anything else. */

import { html } from '../html.mjs';
import { plainPage } from '../layout.mjs';
import { loginPage } from './login-view.mjs';
import { savedAt } from './login.mjs';
import { fakeConfirmation, fakeNewPassword } from './fakes.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function siteHost(ctx) {
  switch (ctx.path) {
    case '/':
    case '/login':
      return ctx.method === 'POST' ? caught(ctx) : loginPage(ctx, { shape: 'whole', startURL: '', saved: savedAt(ctx) });
    case '/s/login':
    case '/s/login/':
      return ctx.method === 'POST' ? caught(ctx) : auraLogin();
    case '/fake-reset':
    case '/_ui/system/security/ResetApiTokenConfirm':
      return fakeConfirmation();
    case '/_ui/system/security/ChangePassword':
      return fakeNewPassword();
    case '/practice/caught':
      return caught(ctx);
    default:
      return undefined;
  }
}

/** The newer shape: no `#username` anywhere, and a button instead of a submit. @returns {Reply} */
function auraLogin() {
  return plainPage({
    title: 'Login',
    scripts: ['aura-login.mjs'],
    body: html`<h1>Acme Community</h1><div class="cCenterPanel slds-m-top--x-large slds-p-horizontal--medium"><form method="post" action="/s/login" id="practice-aura">
<div id="sfdc_username_container" class="sfdc"><input class="inputUserName sfdc_usernameinput sfdc input" type="text" placeholder="Username" aria-label="Username" name="u"></div>
<div id="sfdc_password_container" class="sfdc"><input class="inputPassword sfdc_passwordinput sfdc input" type="password" placeholder="Password" aria-label="Password" name="p"></div>
<button type="button" class="slds-button slds-button--brand loginButton uiButton">Log in</button></form></div>`,
  });
}

/** Whatever was typed here is in the hands of whoever wrote the site. @param {Ctx} ctx */
function caught(ctx) {
  const username = ctx.form.get('un') || ctx.form.get('u') || ctx.form.get('username') || '';
  ctx.org.note('caught', { username, host: ctx.host });
  return plainPage({ title: 'Welcome', body: html`<h1>Welcome</h1><p>You are signed in to the community.</p>` });
}
