// @ts-check
/** Lightning: home, a record, and the settings pages that frame a Classic page in a shadow root. */

import { familyHere } from '../addresses.mjs';
import { html } from '../html.mjs';
import { redirect } from '../http.mjs';
import { lightningPage } from '../layout.mjs';
import { enter, newNonce } from '../sessions.mjs';
import { fill, wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../org.mjs').User} User */
/** @typedef {import('../sessions.mjs').Login} Login */

/** The Classic page behind each settings entry. @type {Record<string, { path: string, title: 'resetHeading' | 'myPasswordTitle' | 'settingsTitle' }>} */
const SETTINGS = {
  '/lightning/settings/personal/ResetApiToken/home': { path: '/_ui/system/security/ResetApiTokenEdit?setupid=ResetApiToken', title: 'resetHeading' },
  '/lightning/settings/personal/ChangePassword/home': { path: '/_ui/system/security/ChangePassword?setupid=ChangePassword', title: 'myPasswordTitle' },
  '/lightning/settings/personal/PersonalInformation/home': { path: '/setup/personalInformationSetup.apexp', title: 'settingsTitle' },
};

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function lightning(ctx) {
  // The record needs no log-in, so that a test of a quiet page is one line long.
  if (/^\/lightning\/r\/\w+\/\w+\/view$/.test(ctx.path)) return recordPage(ctx);
  const known = ctx.path in SETTINGS || ctx.path === '/lightning/page/home' || ctx.path === '/lightning/setup/SetupOneHome/home';
  if (!known && ctx.path !== '/' && ctx.path !== '/lightning') return undefined;
  const entered = enter(ctx);
  if ('reply' in entered) return entered.reply;
  if (!known) return redirect(`${ctx.origin(ctx.host)}/lightning/page/home`);
  const { login, user } = entered;
  return ctx.path in SETTINGS ? alohaPage(ctx, login, user) : homePage(ctx, user);
}

/** @param {Ctx} ctx @param {User} user */
function homePage(ctx, user) {
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  return lightningPage(ctx, {
    language,
    title: w.homeTitle,
    username: user.username,
    frameHost: frameHost(ctx),
    body: html`<div class="slds-card"><h1>${w.homeTitle}</h1><p>${fill(w.homeText, { username: user.username })}</p></div>`,
  });
}

/** @param {Ctx} ctx */
function recordPage(ctx) {
  return lightningPage(ctx, {
    title: 'Analytical Society | Account',
    frameHost: frameHost(ctx),
    body: html`<div class="slds-card record-layout"><h1>Analytical Society</h1><dl><dt>Account Number</dt><dd>A-1843</dd><dt>Phone</dt><dd>020 7946 0018</dd>
<dt>Website</dt><dd>https://society.example</dd><dt>Description</dt><dd>Buys instruments, mostly brass.</dd></dl>
<label for="note">Log a call</label> <input type="text" id="note"> <button type="button">Save</button></div>`,
  });
}

/**
 * The frame comes from the My Domain, except on the setup host, which frames itself. With `?url=` the frame opens that
 * address; after a reset it is the confirmation, so reloading the top resets again.
 * @param {Ctx} ctx
 * @param {Login} login
 * @param {User} user
 */
function alohaPage(ctx, login, user) {
  const language = ctx.org.languageOf(user);
  const w = wordsOf(language);
  const { path, title } = SETTINGS[ctx.path];
  const host = frameHost(ctx);
  const asked = ctx.query.get('url') ?? '';
  const src = new URL(/^\/(_ui|setup)\//.test(asked) ? asked : path, ctx.origin(host));
  const added = {
    isdtp: 'p1',
    sfdcIFrameOrigin: ctx.origin(ctx.host),
    sfdcIFrameHost: 'web',
    nonce: newNonce(ctx, login, host),
    ltn_app_id: '06m000000000001AAA',
    clc: '1',
  };
  for (const [name, value] of Object.entries(added)) src.searchParams.set(name, value);
  return lightningPage(ctx, {
    language,
    title: w[title],
    username: user.username,
    frameHost: host,
    body: html`<div id="setupComponent"><nav class="settingsTree">${Object.entries(SETTINGS).map(([to, entry]) => html`<a href="${to}">${w[entry.title]}</a>`)}</nav>
<div class="oneAlohaPage"><force-aloha-page title="${w[title]} ~ Salesforce" data-src="${src.href}"></force-aloha-page></div></div>`,
  });
}

/** @param {Ctx} ctx */
function frameHost(ctx) {
  const family = familyHere(ctx);
  return ctx.role.name === 'setup' ? family.setup : family.myDomain;
}
