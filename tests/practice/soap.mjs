// @ts-check
/** The SOAP log-in, where the token is used: the proof that a captured token is the live one. */

import { checkPassword, userAt } from './acts.mjs';
import { familyOf } from './hosts.mjs';
import { escape } from './html.mjs';
import { newId } from './random.mjs';

/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./http.mjs').Reply} Reply */

const LAST_VERSION = 64;
const WRONG = 'Invalid username, password, security token; or user locked out.';

/** `/services/Soap/u/<version>`. Password and token arrive joined, and only the org can tell where one ends. @param {Ctx} ctx @returns {Reply | undefined} */
export function soapLogin(ctx) {
  const version = Number(/^\/services\/Soap\/[uc]\/(\d+\.\d)/.exec(ctx.path)?.[1]);
  if (ctx.method !== 'POST' || !version) return undefined;
  // A tool has no session of a browser to show.
  if (Object.keys(ctx.cookies).length > 0) ctx.org.note('soap-with-cookies');
  if (ctx.org.options.soapAnswer) return prepared(ctx, ctx.org.options.soapAnswer);
  if (version > LAST_VERSION) return fault('UNSUPPORTED_API_VERSION', 'login() is not available in this version');
  if (!ctx.org.options.soapLogin) return fault('INVALID_OPERATION', 'SOAP API login() is disabled by default in this org.');

  const username = element(ctx.body, 'username');
  const given = element(ctx.body, 'password');
  const user = userAt(ctx, username);
  const token = user?.token ?? '';
  const withToken = token !== '' && given.endsWith(token);
  const found = checkPassword(ctx, username, withToken ? given.slice(0, -token.length) : given);
  if (!found) return fault(startsWithPassword(ctx, username, given) ? 'LOGIN_MUST_USE_SECURITY_TOKEN' : 'INVALID_LOGIN', WRONG);
  if (!withToken && ctx.org.options.untrustedNetwork) return fault('LOGIN_MUST_USE_SECURITY_TOKEN', WRONG);
  ctx.org.note('soap-login', { username });
  return session(ctx, found.host, version);
}

/**
 * An open session. With an expired password there is one as well, of the kind that only changes the password.
 * @param {Ctx} ctx
 * @param {string} host
 * @param {number} version
 */
function session(ctx, host, version, expired = ctx.org.options.expiredPassword) {
  const { id, sandbox } = familyOf(host);
  const server = `${ctx.origin(host)}/services/Soap/u/${version.toFixed(1)}/${id.slice(0, 15)}`;
  return envelope(
    200,
    `<loginResponse xmlns="urn:partner.soap.sforce.com"><result><metadataServerUrl>${server.replace('/u/', '/m/')}</metadataServerUrl><passwordExpired>${expired}</passwordExpired><sandbox>${sandbox}</sandbox><serverUrl>${server}</serverUrl><sessionId>${newId(24)}</sessionId><userId>005000000000001AAA</userId><userInfo><organizationId>${id}</organizationId></userInfo></result></loginResponse>`,
  );
}

/** What Salesforce says with each of its codes, as far as the words are known; the code alone for the others. @type {Record<string, string>} */
const WORDS = {
  INVALID_LOGIN: WRONG,
  LOGIN_MUST_USE_SECURITY_TOKEN: `${WRONG} Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from outside of your company’s trusted networks, you must add a security token to your password to log in.`,
  INVALID_OPERATION: 'SOAP API login() is disabled by default in this org. Contact your admin.',
  REQUEST_LIMIT_EXCEEDED: 'TotalRequests Limit exceeded.',
};

/**
 * An answer that a test asks for: an exception code, or one of the answers that are none.
 * @param {Ctx} ctx
 * @param {string} wanted
 * @returns {Reply}
 */
function prepared(ctx, wanted) {
  const html = { 'Content-Type': 'text/html; charset=utf-8' };
  switch (wanted) {
    case 'html':
      return { headers: html, body: '<!DOCTYPE html><html><body>Log in</body></html>' };
    case 'redirect':
      return { status: 302, headers: { Location: `${ctx.origin('test.salesforce.com')}${ctx.path}` } };
    case 'json':
      return { headers: { 'Content-Type': 'application/json' }, body: '{}' };
    case 'long':
      return { headers: { 'Content-Type': 'text/xml' }, body: `<a>${'x'.repeat(200_000)}</a>` };
    case 'broken':
      return { headers: { 'Content-Type': 'text/xml' }, body: '<a><b></a>' };
    case 'down':
      return { status: 503, headers: html, body: '<html>down</html>' };
    case 'empty':
      return { headers: { 'Content-Type': 'text/xml' }, body: '' };
    default:
      return fault(wanted, WORDS[wanted] ?? wanted);
  }
}

/** The right password with a dead or mistyped token behind it. @param {Ctx} ctx @param {string} username @param {string} given */
function startsWithPassword(ctx, username, given) {
  const user = userAt(ctx, username);
  return user !== undefined && given.length > user.password.length && given.startsWith(user.password);
}

/** @param {string} body @param {string} name */
function element(body, name) {
  const text = new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';
  const named = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d+)|#x([0-9a-f]+));/gi, (_, which, decimal, hex) =>
    which ? named[/** @type {'lt'} */ (which)] : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)));
}

/** @param {string} code @param {string} message */
function fault(code, message) {
  return envelope(
    500,
    `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: ${escape(message)}</faultstring><detail><sf:LoginFault xmlns:sf="urn:fault.partner.soap.sforce.com"><sf:exceptionCode>${code}</sf:exceptionCode><sf:exceptionMessage>${escape(message)}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>`,
  );
}

/** @param {number} status @param {string} content @returns {Reply} */
function envelope(status, content) {
  return {
    status,
    headers: { 'Content-Type': 'text/xml; charset=utf-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body>${content}</soapenv:Body></soapenv:Envelope>`,
  };
}
