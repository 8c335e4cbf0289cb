// @ts-check
/** The paths of the genuine Salesforce hosts. */

import { redirect } from '../http.mjs';
import { contentDoor, frontdoor, logOut, loginOf, toLogin } from '../sessions.mjs';
import { oauthToken } from '../oauth.mjs';
import { soapLogin } from '../soap.mjs';
import { forgot, interstitial } from './forgot.mjs';
import { framesPage } from './frames.mjs';
import { classicHome, forgedRecord, maintenance, personalSettings, phoneNag } from './home.mjs';
import { lightning } from './lightning.mjs';
import { login } from './login.mjs';
import { password } from './password.mjs';
import { emailLogin, environments, errorPage, mfaSetup, samlError } from './rare.mjs';
import { resetConfirm, resetEdit } from './token.mjs';
import { isVerifyPath, verify } from './verify.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {(ctx: Ctx) => Reply | undefined} Handler */

/** On every host where people log in. @type {Record<string, Handler>} */
const DOOR = {
  '/': login,
  '/login': login,
  '/login/': login,
  '/secur/forgotpassword.jsp': forgot,
  '/msg/maintenanceandavailable.jsp': maintenance,
};

/** The Classic pages behind the log-in. The setup host serves them, too, for its own frames. @type {Record<string, Handler>} */
const CLASSIC = {
  '/home/home.jsp': classicHome,
  '/setup/personalInformationSetup.apexp': personalSettings,
  '/_ui/system/security/ChangePassword': password,
  '/_ui/system/security/ResetApiTokenEdit': resetEdit,
  '/_ui/system/security/ResetApiTokenConfirm': resetConfirm,
  '/_ui/identity/phone/AddPhoneNumber': phoneNag,
  '/secur/frontdoor.jsp': frontdoor,
  '/secur/contentDoor': contentDoor,
  '/secur/logout.jsp': logOut,
};

/** @type {Record<string, Handler>} */
const MY_DOMAIN = {
  ...DOOR,
  ...CLASSIC,
  '/_nc_external/identity/ui/login/ForgotPasswordInterstitial': interstitial,
  '/001000000000001': forgedRecord,
  '/_nc_external/identity/saml/SamlError': samlError,
  '/_ui/identity/mfa/Register': mfaSetup,
  '/practice/frames': framesPage,
  '/practice/error': errorPage,
};

/** What only the shared log-in host has. @type {Record<string, Handler>} */
const WELCOME = {
  '/welcome': emailLogin,
  '/welcome/environments': environments,
};

/** login.salesforce.com and test.salesforce.com: every address leads to the log-in. @param {Ctx} ctx @returns {Reply | undefined} */
export function genericHost(ctx) {
  if (ctx.path.startsWith('/services/Soap/')) return soapLogin(ctx);
  if (ctx.path.startsWith('/services/oauth2/')) return oauthToken(ctx);
  const handler = DOOR[ctx.path] ?? WELCOME[ctx.path];
  if (handler) return handler(ctx);
  return redirect(`${ctx.origin(ctx.host)}/?${new URLSearchParams({ ec: '302', startURL: ctx.path + ctx.search })}`);
}

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function myDomainHost(ctx) {
  if (ctx.path.startsWith('/services/Soap/')) return soapLogin(ctx);
  if (ctx.path.startsWith('/services/oauth2/')) return oauthToken(ctx);
  if (isVerifyPath(ctx.path)) return verify(ctx);
  const handler = MY_DOMAIN[ctx.path];
  if (handler) return handler(ctx);
  // Whoever is not signed in never learns whether a page exists.
  return loginOf(ctx) ? undefined : toLogin(ctx, ctx.path + ctx.search);
}

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function lightningHost(ctx) {
  return ctx.path === '/secur/frontdoor.jsp' ? frontdoor(ctx) : lightning(ctx);
}

/** @param {Ctx} ctx @returns {Reply | undefined} */
export function setupHost(ctx) {
  const handler = CLASSIC[ctx.path];
  return handler ? handler(ctx) : lightning(ctx);
}
