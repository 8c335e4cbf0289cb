// @ts-check
/**
 * Who is signed in where. A log-in may have stages to pass (security question, identity check, new password) before
 * it counts; its session is a cookie for each host, handed from host to host by a one-time id in the address.
 */

import { familyHere, homeUrl, safeReturn } from './addresses.mjs';
import { familyOf } from './hosts.mjs';
import { redirect } from './http.mjs';
import { newId } from './random.mjs';
import { stagePath } from './stages.mjs';

/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./http.mjs').Reply} Reply */
/** @typedef {import('./org.mjs').User} User */
/** @typedef {import('./stages.mjs').Stage} Stage */

/**
 * @typedef {object} Login
 * @property {string} username
 * @property {'link' | 'password'} via
 * @property {Stage[]} stages    what is still to pass, the present one first
 * @property {string} to         where it goes in the end
 * @property {string} code       the verification code mailed last
 * @property {number} codeAt
 * @property {boolean} approved  a push request was answered
 * @property {string} flowId     runs through the queries of the identity pages
 */

const FRONTDOOR = '/secur/frontdoor.jsp';

/**
 * Starts a log-in and sends the browser to the user's My Domain, whichever host it began on.
 * @param {Ctx} ctx
 * @param {User} user
 * @param {'link' | 'password'} via
 * @param {string} wanted  a start address from outside, not yet trusted
 */
export function signIn(ctx, user, via, wanted) {
  const { options } = ctx.org;
  const family = familyOf(user.host);
  /** @type {Stage[]} */
  const stages = [];
  if (via === 'link' && options.securityQuestion) stages.push('question');
  if (options.verify !== 'none' && (via === 'link' || options.verifyAtLogin)) stages.push('verify');
  if (via === 'link' || options.expiredPassword) stages.push('change');
  /** @type {Login} */
  const login = {
    username: user.username,
    via,
    stages,
    to: safeReturn(ctx, family, wanted) ?? homeUrl(ctx, family),
    code: '',
    codeAt: 0,
    approved: false,
    flowId: newId(9),
  };
  if (via === 'password') ctx.org.note('login', { username: user.username, host: ctx.host });
  return redirect(handOver(ctx, login, user.host, login.to));
}

/** The log-in whose cookie came with this request. @param {Ctx} ctx @returns {Login | undefined} */
export function loginOf(ctx) {
  const session = ctx.org.sessions.get(ctx.cookies.sid ?? '');
  if (session?.host === ctx.host) return session.login;
  return loginByNonce(ctx);
}

/**
 * The one gate of every page behind the log-in. Without a `stage` the log-in must be complete; with one it must stand at
 * just that stage. Otherwise the reply says where to go instead.
 * @param {Ctx} ctx
 * @param {Stage} [stage]
 * @returns {{ login: Login, user: User } | { reply: Reply }}
 */
export function enter(ctx, stage) {
  const login = loginOf(ctx);
  if (!login) return { reply: askForSession(ctx) };
  if (login.stages[0] !== stage) return { reply: goOn(ctx, login, login.to) };
  return { login, user: userOf(ctx, login) };
}

/** The user of a log-in. @param {Ctx} ctx @param {Login} login @returns {User} */
export function userOf(ctx, login) {
  const user = ctx.org.users.get(login.username);
  if (!user) throw new Error(`no user ${login.username}`);
  return user;
}

/**
 * Takes a session over from another host of the family.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function frontdoor(ctx) {
  const id = ctx.query.get('otp') ?? '';
  const handover = ctx.org.handovers.get(id);
  ctx.org.handovers.delete(id);
  if (!handover || handover.host !== ctx.host) return redirect(`${ctx.origin(ctx.host)}/`);
  setSession(ctx, handover.login);
  return goOn(ctx, handover.login, handover.to);
}

/**
 * The other hosts of a family ask here for a session that the My Domain may have.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function contentDoor(ctx) {
  const login = loginOf(ctx);
  const family = familyHere(ctx);
  const to = safeReturn(ctx, family, ctx.query.get('startURL') ?? '') ?? homeUrl(ctx, family);
  if (!login) return toLogin(ctx, to);
  return goOn(ctx, login, to);
}

/**
 * The next address of a log-in: its present stage, or `to` when all is passed.
 * @param {Ctx} ctx
 * @param {Login} login
 * @param {string} to  absolute
 * @returns {Reply}
 */
export function goOn(ctx, login, to) {
  const user = userOf(ctx, login);
  if (login.stages.length) {
    login.to = to;
    return redirect(ctx.origin(user.host) + stagePath(ctx, login));
  }
  const host = new URL(to).hostname;
  return redirect(host === ctx.host ? to : handOver(ctx, login, host, to));
}

/** The present stage is passed. @param {Ctx} ctx @param {Login} login */
export function passStage(ctx, login) {
  login.stages.shift();
  return goOn(ctx, login, login.to);
}

/** Back to the log-in page, remembering what was asked for. @param {Ctx} ctx @param {string} startURL */
export function toLogin(ctx, startURL) {
  return redirect(`${ctx.origin(familyHere(ctx).myDomain)}/?${new URLSearchParams({ ec: '302', startURL })}`);
}

/** @param {Ctx} ctx */
export function logOut(ctx) {
  ctx.org.sessions.delete(ctx.cookies.sid ?? '');
  ctx.setCookies.push('sid=; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=0');
  return redirect(`${ctx.origin(ctx.host)}/`);
}

/**
 * A one-time id with which a framed page finds its session where the browser withholds the cookie.
 * @param {Ctx} ctx
 * @param {Login} login
 * @param {string} host
 */
export function newNonce(ctx, login, host) {
  const id = newId();
  ctx.org.handovers.set(id, { host, login, to: '' });
  return id;
}

/** A My Domain asks the person, the other hosts ask the My Domain. @param {Ctx} ctx */
function askForSession(ctx) {
  if (ctx.role.name === 'mydomain') return toLogin(ctx, ctx.path + ctx.search);
  const startURL = ctx.origin(ctx.host) + ctx.path + ctx.search;
  return redirect(`${ctx.origin(familyHere(ctx).myDomain)}/secur/contentDoor?${new URLSearchParams({ startURL })}`);
}

/** @param {Ctx} ctx @param {Login} login @param {string} host @param {string} to */
function handOver(ctx, login, host, to) {
  const otp = newId();
  ctx.org.handovers.set(otp, { host, login, to });
  return `${ctx.origin(host)}${FRONTDOOR}?otp=${otp}`;
}

/** @param {Ctx} ctx @param {Login} login */
function setSession(ctx, login, attributes = '') {
  const { id } = familyOf(userOf(ctx, login).host);
  const sid = `${id.slice(0, 15)}!${newId(48)}`;
  ctx.org.sessions.set(sid, { host: ctx.host, login });
  // SameSite=None, as the Classic pages are framed by another site of the family.
  ctx.setCookies.push(`sid=${sid}; Path=/; Secure; HttpOnly; SameSite=None${attributes}`);
  ctx.setCookies.push(`oid=${id.slice(0, 15)}; Path=/; Secure; SameSite=None${attributes}`);
}

/** @param {Ctx} ctx @returns {Login | undefined} */
function loginByNonce(ctx) {
  const id = ctx.query.get('nonce') ?? '';
  const handover = ctx.org.handovers.get(id);
  if (!handover || handover.host !== ctx.host) return undefined;
  ctx.org.handovers.delete(id);
  setSession(ctx, handover.login, '; Partitioned');
  return handover.login;
}
