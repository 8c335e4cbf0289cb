// @ts-check
/** Resetting the security token: the page with the button, and the address behind it that resets on every visit. */

import { resetToken } from '../acts.mjs';
import { familyHere } from '../addresses.mjs';
import { hidden, html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { classicPage, isFramed } from '../layout.mjs';
import { newId } from '../random.mjs';
import { enter } from '../sessions.mjs';
import { wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../org.mjs').User} User */
/** @typedef {import('../words/index.mjs').Words} Words */

const CONFIRM = '/_ui/system/security/ResetApiTokenConfirm';

/** @param {Ctx} ctx @returns {Reply} */
export function resetEdit(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  if (ctx.org.options.lightning && ctx.role.name === 'mydomain' && !isFramed(ctx)) {
    return redirect(`${ctx.origin(familyHere(ctx).lightning)}/lightning/settings/personal/ResetApiToken/home`);
  }
  const { user } = entered;
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  return classicPage(ctx, {
    language,
    title: w.resetTitle,
    heading: w.resetHeading,
    username: user.username,
    setup: 'ResetApiToken',
    body: ctx.org.options.hideResetButton
      ? html`<div class="message infoM"><div class="messageText">${w.resetHidden}</div></div>`
      : form(ctx, w),
  });
}

/**
 * Resets, whether it was posted, followed, reloaded or prefetched. Nothing is asked and no form token is checked: that is
 * the danger of the real page.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function resetConfirm(ctx) {
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  const { user } = entered;
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  const token = resetToken(ctx.org, user, ctx.method);
  return classicPage(ctx, {
    language,
    title: w.resetTitle,
    heading: w.resetHeading,
    username: user.username,
    setup: 'ResetApiToken',
    body: shown(ctx, w, user, token),
  });
}

/** @param {Ctx} ctx @param {Words} w */
function form(ctx, w) {
  const retURL = ctx.query.get('retURL') ?? '/ui/setup/Setup?setupid=PersonalInfo';
  const query = new URLSearchParams({ retURL, setupid: 'ResetApiToken' });
  // What Lightning put into the address stays there, so that the next page knows its frame, too.
  for (const name of ['isdtp', 'sfdcIFrameOrigin', 'sfdcIFrameHost']) {
    const value = ctx.query.get(name);
    if (value !== null) query.set(name, value);
  }
  return html`<p>${w.resetIntro}</p>
<form id="editPage" name="editPage" method="post" action="${CONFIRM}?${query}">
${hidden({ _CONFIRMATIONTOKEN: newId(40), cancelURL: retURL, retURL, save_new_url: `${CONFIRM}?${query}` })}<div class="message warningM3"><div aria-hidden="true">&#9888;</div><div class="messageText">${w.resetWarning}</div></div>
<div class="pbButton"><input type="submit" name="save" class="btn" title="${w.resetTitle}" value="${w.resetTitle}"></div>
</form>`;
}

/** In reality the page only says that a mail is on its way; the published walk-through has it show the token. @param {Ctx} ctx @param {Words} w @param {User} user @param {string} token */
function shown(ctx, w, user, token) {
  const variant = ctx.org.options.showTokenOnPage;
  const message = html`<div class="message confirmM"><div class="messageText"><span class="topMessageContent">${variant ? w.resetShown : w.resetDone}</span></div></div>`;
  if (!variant) return message;
  const label = (/** @type {string} */ text) => text.replace(/\s*:$/, '');
  if (variant === 'table') {
    return html`${message}<table class="detailList"><tr><th>${label(w.labelUsername)}</th><td>${user.username}</td></tr>
<tr><th>${label(w.labelToken)}</th><td>${token}</td></tr></table>`;
  }
  return html`${message}<p>${w.labelUsername} ${user.username}<br>${w.labelToken} ${token}</p>`;
}
