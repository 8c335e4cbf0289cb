// @ts-check
/** Logging in, on one page or in two steps. */

import { checkPassword, userAt } from '../acts.mjs';
import { redirect } from '../http.mjs';
import { newId } from '../random.mjs';
import { goOn, loginOf, signIn } from '../sessions.mjs';
import { wordsOf } from '../words/index.mjs';
import { loginPage } from './login-view.mjs';
import { discoveryLogin, ssoLogin } from './rare.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/** @param {Ctx} ctx @returns {Reply} */
export function login(ctx) {
  return ctx.method === 'POST' ? attempt(ctx) : show(ctx);
}

/**
 * The state of the page before anybody typed anything, or between the two steps.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
function show(ctx) {
  const here = ctx.role.name === 'mydomain' ? loginOf(ctx) : undefined;
  if (here?.stages.length === 0) return goOn(ctx, here, here.to);
  const flow = ctx.query.get('lf') ?? '';
  const halfway = ctx.org.halfway.get(flow);
  if (halfway) return passwordStep(ctx, flow, '');
  if (ctx.role.name === 'mydomain' && ctx.org.options.loginShape !== 'form') return ctx.org.options.loginShape === 'sso' ? ssoLogin(ctx) : discoveryLogin(ctx);
  return firstStep(ctx, ctx.query.get('startURL') ?? '', '', '');
}

/** @param {Ctx} ctx @returns {Reply} */
function attempt(ctx) {
  const w = wordsOf(ctx.org.options.language);
  const username = (ctx.form.get('un') ?? '').trim();
  const password = ctx.form.get('pw') ?? '';
  const startURL = ctx.form.get('startURL') ?? '';
  const flow = ctx.form.get('lf') ?? '';
  const halfway = ctx.org.halfway.get(flow);
  if (!username) return refuse(ctx, startURL, (ctx.form.get('username') ?? '') === '' ? w.emptyUsername : w.brokenForm);

  if (isTwoStep(ctx) && !halfway) {
    const next = newId(9);
    ctx.org.halfway.set(next, { username, startURL });
    return redirect(`${ctx.origin(ctx.host)}/?lf=${next}`);
  }
  const user = checkPassword(ctx, username, password);
  if (user) {
    ctx.org.halfway.delete(flow);
    return signIn(ctx, user, 'password', halfway?.startURL ?? startURL);
  }
  const error = password ? w.badLogin : w.emptyPassword;
  return halfway ? passwordStep(ctx, flow, error) : firstStep(ctx, startURL, error, username);
}

/**
 * A submit without the hidden `un`: the page's own handler did not run.
 * @param {Ctx} ctx
 * @param {string} startURL
 * @param {string} error
 */
function refuse(ctx, startURL, error) {
  ctx.org.note('form-without-un', { username: ctx.form.get('username') ?? '' });
  return firstStep(ctx, startURL, error, ctx.form.get('username') ?? '');
}

/** @param {Ctx} ctx @param {string} startURL @param {string} error @param {string} username */
function firstStep(ctx, startURL, error, username) {
  const shape = isTwoStep(ctx) ? 'username' : 'whole';
  return loginPage(ctx, { shape, startURL, error, username, saved: savedAt(ctx), sandbox: isSandbox(ctx) });
}

/** @param {Ctx} ctx @param {string} flow @param {string} error */
function passwordStep(ctx, flow, error) {
  const { username = '', startURL = '' } = ctx.org.halfway.get(flow) ?? {};
  return loginPage(ctx, { shape: 'password', startURL, flow, error, username, saved: [], sandbox: isSandbox(ctx) });
}

/** A My Domain asks in two steps when its people do. @param {Ctx} ctx */
function isTwoStep(ctx) {
  if (ctx.role.name === 'test') return true;
  if (ctx.role.name !== 'mydomain') return false;
  return [...ctx.org.users.values()].some((user) => user.host === ctx.host && user.twoStep);
}

/** @param {Ctx} ctx */
function isSandbox(ctx) {
  return ctx.role.name === 'test' || Boolean(ctx.role.family?.sandbox);
}

/** The people who could have ticked "remember me" here. @param {Ctx} ctx */
export function savedAt(ctx) {
  if (!ctx.org.options.savedIdentity) return [];
  return [...ctx.org.users.values()].filter((user) => userAt(ctx, user.username)).map((user) => user.username);
}
