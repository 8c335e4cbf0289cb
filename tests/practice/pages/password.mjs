// @ts-check
/** The two pages that change a password. They share a path and have no field in common. */

import { changePassword } from '../acts.mjs';
import { checkPolicy } from '../assets/policy.mjs';
import { hidden, html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { cardPage, classicPage, isFramed } from '../layout.mjs';
import { newId } from '../random.mjs';
import { enter, loginOf, passStage } from '../sessions.mjs';
import { fill, wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../org.mjs').User} User */
/** @typedef {import('../sessions.mjs').Login} Login */
/** @typedef {import('../words/index.mjs').Words} Words */

/** @param {Ctx} ctx @returns {Reply} */
export function password(ctx) {
  const inFlow = ctx.query.has('fromFrontdoor') || ctx.form.has('newpassword') || loginOf(ctx)?.stages[0] === 'change';
  return inFlow ? flowForm(ctx) : settingsForm(ctx);
}

/** The form on the way into the org: after a mailed link, or with an expired password. @param {Ctx} ctx */
function flowForm(ctx) {
  const entered = enter(ctx, 'change');
  if ('reply' in entered) return entered.reply;
  const { login, user } = entered;
  if (ctx.method === 'GET') return flowPage(ctx, login, user, '');
  const wanted = ctx.form.get('newpassword') ?? '';
  const w = wordsOf(ctx.org.languageOf(user));
  const error = knewCurrent(ctx, login, user) ? faultOf(ctx, w, user, wanted, ctx.form.get('confirmpassword') ?? '') : w.passwordWrong;
  if (error) return flowPage(ctx, login, user, error);
  changePassword(ctx.org, user, wanted);
  return passStage(ctx, login);
}

/** Who came by a mailed link is not asked for a password that he has forgotten. @param {Ctx} ctx @param {Login} login @param {User} user */
function knewCurrent(ctx, login, user) {
  return login.via === 'link' || ctx.form.get('currentpassword') === user.password;
}

/** @param {Ctx} ctx @param {Login} login @param {User} user @param {string} error */
function flowPage(ctx, login, user, error) {
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  const { least, strict } = demandsOf(ctx);
  return cardPage(ctx, {
    language,
    title: w.changeTitle,
    heading: w.changeTitle,
    scripts: ['password.mjs'],
    body: html`<div class="change-password"><form id="editPage" name="editPage" method="post" action="/_ui/system/security/ChangePassword" data-mismatch="${w.passwordMismatch}" data-has-user="${w.passwordHasUser}" data-least="${least}" data-strict="${String(strict)}">
${hidden({ _CONFIRMATIONTOKEN: newId(40), retURL: ctx.query.get('retURL') ?? '/', cancelURL: '/', save_new_url: ctx.path, setupid: 'ChangePassword', display: 'page' })}<p>${w.changeIntro} <span class="important">${user.username}</span>. ${w.changeRules}</p>
<ul class="passwordul"><li id="charcount"><span id="charcounticon">&#9675;</span>${fill(w.ruleCount, { count: least })}</li>
<li id="letters"><span id="lettersicon">&#9675;</span>${w.ruleLetters}</li><li id="numbers"><span id="numbersicon">&#9675;</span>${w.ruleNumbers}</li></ul>
<div class="loginError" id="error" style="display: ${error ? 'block' : 'none'}">${error}</div>
${login.via === 'password' && html`<label for="currentpassword">${w.currentPassword}</label><input type="password" id="currentpassword" name="currentpassword" autocomplete="off">`}
<label for="newpassword">${w.newPassword}</label><input type="password" id="newpassword" name="newpassword" autocomplete="off" aria-describedby="newpassword-message">
<div id="newpassword-message" class="fieldmsg" aria-live="polite"></div>
<label for="confirmpassword">${w.confirmPassword}</label><input type="password" id="confirmpassword" name="confirmpassword" autocomplete="off" aria-describedby="confirmpassword-message">
<div id="confirmpassword-message" class="fieldmsg" aria-live="polite"></div>
<button id="password-button" name="save" type="submit" class="button wide primary" disabled="disabled">${w.changeButton}</button>
</form></div>`,
  });
}

/** "Change My Password" in the personal settings. @param {Ctx} ctx */
function settingsForm(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  const { user } = entered;
  const done = `${ctx.origin(ctx.host)}/setup/personalInformationSetup.apexp${isFramed(ctx) ? '?isdtp=p1' : ''}`;
  if (ctx.method === 'GET') return settingsPage(ctx, user, '');
  if (ctx.form.has('cancel')) return redirect(done);
  const w = wordsOf(ctx.org.languageOf(user));
  const wanted = ctx.form.get('p5') ?? '';
  const error = ctx.form.get('p4') === user.password ? faultOf(ctx, w, user, wanted, ctx.form.get('p6') ?? '') : w.passwordWrong;
  if (error) return settingsPage(ctx, user, error);
  changePassword(ctx.org, user, wanted);
  return redirect(`${done}${isFramed(ctx) ? '&' : '?'}changed=1`);
}

/** @param {Ctx} ctx @param {User} user @param {string} error */
function settingsPage(ctx, user, error) {
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  const row = (/** @type {string} */ id, /** @type {string} */ label) =>
    html`<tr><th><label for="${id}">${label}</label></th><td><input type="password" id="${id}" name="${id}" autocomplete="off"></td></tr>\n`;
  return classicPage(ctx, {
    language,
    title: w.myPasswordTitle,
    heading: w.myPasswordTitle,
    username: user.username,
    setup: 'ChangePassword',
    body: html`<form id="editPage" name="editPage" method="post" action="/_ui/system/security/ChangePassword">
${hidden({ _CONFIRMATIONTOKEN: newId(40), retURL: ctx.query.get('retURL') ?? '', save_new_url: ctx.path, setupid: 'ChangePassword', ...(isFramed(ctx) && { isdtp: 'p1' }) })}<div class="bPageBlock">
<div id="errorDiv_ep" class="pbError" style="display: ${error ? 'block' : 'none'}">${error}</div>
<table class="detailList"><tr><th>${w.username}</th><td class="usernameText">${user.username}</td></tr>
${row('p4', w.oldPassword)}${row('p5', w.newPassword)}${row('p6', w.verifyNewPassword)}<tr><th><label for="p2">${w.questionLabel}</label></th><td><select id="p2" name="p2"><option>${w.question}</option></select></td></tr>
<tr><th><label for="p3">${w.answerLabel}</label></th><td><input type="text" id="p3" name="p3" autocomplete="off"></td></tr></table>
<div class="pbButton"><input type="submit" name="save" value="${w.save}" class="btn"> <input type="submit" name="cancel" value="${w.cancel}" class="btn"></div>
</div></form>`,
  });
}

/** What is wrong with a new password; empty if nothing is. @param {Ctx} ctx @param {Words} w @param {User} user @param {string} wanted @param {string} repeated */
function faultOf(ctx, w, user, wanted, repeated) {
  const rules = checkPolicy(wanted, user.username, demandsOf(ctx));
  if (!rules.noUser) return w.passwordHasUser;
  if (!rules.fits) return w.passwordWeak;
  return wanted === repeated ? '' : w.passwordMismatch;
}

/** @param {Ctx} ctx */
function demandsOf({ org: { options } }) {
  return { least: options.passwordLength, strict: options.strictPassword };
}
