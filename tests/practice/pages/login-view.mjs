// @ts-check
/** The markup of the log-in page in all its shapes. The look-alike and the Experience site show it, too. */

import { hidden, html } from '../html.mjs';
import { cardPage } from '../layout.mjs';
import { newId } from '../random.mjs';
import { fill, wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../words/index.mjs').Words} Words */

/**
 * @typedef {object} LoginView
 * @property {'whole' | 'username' | 'password'} shape
 * @property {string} startURL
 * @property {string[]} saved      user names that the browser is said to remember
 * @property {string} [username]   typed before, or on its way to the second step
 * @property {string} [flow]       ties the second step to the first
 * @property {string} [error]
 * @property {boolean} [sandbox]
 */

/** How long the saved identities take to arrive. */
const HINT_MS = 600;

/** Names of form properties; an input with such a name hides the property from a script. */
const CLOBBERS = { submit: '', action: '', elements: '', getAttribute: '', parentNode: '' };

/** @param {Ctx} ctx @param {LoginView} view @returns {Reply} */
export function loginPage(ctx, view) {
  const w = wordsOf(ctx.org.options.language);
  const variant = ctx.query.get('practice') ?? '';
  return cardPage(ctx, {
    title: w.loginTitle,
    heading: w.loginHeader,
    bodyClass: variant && `practice-${variant}`,
    shut: true,
    scripts: ['login.mjs'],
    body: html`${chooser(ctx, w, view)}
${theForm(ctx, w, view, variant === 'clobbered')}`,
  });
}

/** @param {Ctx} ctx @param {Words} w @param {LoginView} view @param {boolean} clobbered */
function theForm(ctx, w, view, clobbered) {
  const { options } = ctx.org;
  const choosing = hasChooser(ctx, view);
  const hintMs = options.loginHint && !choosing ? HINT_MS : 0;
  const shown = !choosing && hintMs === 0;
  return html`<div id="theloginform" data-hint-ms="${hintMs}" style="display: ${shown ? 'block' : 'none'}">
<form name="login" method="post" id="login_form" action="${ctx.path === '/login' ? '/login' : '/'}" target="_top" autocomplete="off" novalidate="novalidate">
${hidden(hiddenFields(ctx, view))}${clobbered && hidden(CLOBBERS)}${view.shape !== 'password' ? usernameField(ctx, w, view) : identityCard(w, view.username ?? '', true, false)}
${view.shape !== 'username' && passwordField(w)}
<div class="loginError" id="error" style="display: ${view.error ? 'block' : 'none'}">${view.error}</div>
<input class="button r4 wide primary" type="submit" id="Login" name="Login" value="${view.sandbox ? w.logInSandbox : w.logIn}">
<div class="remember"><input type="checkbox" class="r4" id="rememberUn" name="rememberUn"> <label for="rememberUn" class="inline">${w.rememberMe}</label></div>
</form>
<div class="row"><a id="forgot_password_link" class="fl small" href="/secur/forgotpassword.jsp?locale=us">${w.forgotLink}</a>
<a id="mydomainLink" class="fr small" href="#">${w.customDomain}</a></div>
${view.saved.length > 1 && html`<a id="hint_back_chooser" href="#">${fill(w.savedUsernames, { count: view.saved.length })}</a>`}
<div id="mydomain_container" style="display: none"><label for="mydomain">https://</label><input type="text" id="mydomain"><span id="mydomain_suffix">.my.salesforce.com</span>
<button type="button" id="mydomainContinue" class="button secondary">${w.continue}</button></div>
<div class="error" role="alert" style="display: none">${w.customDomainError}</div>
</div>`;
}

/** @param {Ctx} ctx @param {Words} w @param {LoginView} view */
function usernameField(ctx, w, view) {
  const carded = Boolean(ctx.org.options.savedIdentity) && !view.error;
  const known = ctx.org.options.savedIdentity === true && carded ? view.saved[0] : view.username ?? '';
  return html`<div id="usernamegroup" class="inputgroup"><label for="username" class="label usernamelabel">${w.username}</label>
<div id="username_container">${carded && identityCard(w, known, known !== '', true)}
<input class="input r4 wide mb16 mt8 username" type="email" value="${known}" name="username" id="username" aria-describedby="error"${carded && known ? html` style="display: none"` : ''}></div></div>`;
}

/**
 * @param {Words} w
 * @param {string} username
 * @param {boolean} shown
 * @param {boolean} clearable  the second step has no way to another user but the way back
 */
function identityCard(w, username, shown, clearable) {
  return html`<div id="idcard-container" class="mt8 mb16" style="display: ${shown ? 'block' : 'none'}"><div id="idcard">
<span id="idcard-identity">${username}</span>${clearable ? html`<a id="clear_link" href="#" title="${w.notYou}" aria-label="${w.notYou}">&#215;</a>` : html`<a href="/" title="${w.notYou}">&#8617;</a>`}</div></div>`;
}

/** @param {Words} w */
function passwordField(w) {
  return html`<label for="password" class="label">${w.password}</label>
<input class="input r4 wide mb16 mt8 password" type="password" id="password" name="pw" autocomplete="off" aria-describedby="error">`;
}

/** @param {Ctx} ctx @param {Words} w @param {LoginView} view */
function chooser(ctx, w, view) {
  return html`<div id="chooser" style="display: ${hasChooser(ctx, view) ? 'block' : 'none'}"><p>${w.chooseUsername}</p>
<ul id="idlist">${view.saved.map((name, i) => html`<li><a href="#" id="hint_00D00000000000${i}005000000000001">${name}</a></li>`)}</ul>
<div class="row"><a id="editlist" href="#">&#9998;</a><a id="use_new_identity" href="#">${w.otherUser}</a></div></div>`;
}

/** @param {Ctx} ctx @param {LoginView} view */
function hasChooser(ctx, view) {
  return ctx.org.options.savedIdentity === 'chooser' && view.shape !== 'password' && !view.error;
}

/**
 * The hidden inputs of the real form. `un` stays empty until the page's own submit handler fills it.
 * @param {Ctx} ctx
 * @param {LoginView} view
 * @returns {Record<string, string>}
 */
function hiddenFields(ctx, view) {
  /** @type {Record<string, string>} */
  const fields = {
    un: '',
    width: '',
    height: '',
    hasRememberUn: 'true',
    startURL: view.startURL,
    loginURL: '',
    loginType: '',
    useSecure: 'true',
    local: '',
    lt: 'standard',
    qs: ctx.search.slice(1),
    locale: '',
    oauth_token: '',
    oauth_callback: '',
    login: '',
    serverid: '',
    display: 'page',
    ExtraLog: newId(9),
    Fingerprint: '',
  };
  if (view.flow) fields.lf = view.flow;
  return fields;
}
