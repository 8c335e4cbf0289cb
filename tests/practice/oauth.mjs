// @ts-check
/** The token endpoint, for the JWT bearer flow of an External Client App and nothing else. */

import { verify } from 'node:crypto';

import { userAt } from './acts.mjs';
import { familyOf } from './hosts.mjs';
import { newId } from './random.mjs';

/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./http.mjs').Reply} Reply */

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Salesforce takes an assertion that ends within three minutes; clocks may differ a little. */
const LONGEST = 3 * 60 + 30;

/** `POST /services/oauth2/token`. @param {Ctx} ctx @returns {Reply | undefined} */
export function oauthToken(ctx) {
  if (ctx.method !== 'POST' || ctx.path !== '/services/oauth2/token') return undefined;
  const app = ctx.org.options.jwtApp;
  if (!app || ctx.form.get('grant_type') !== GRANT) return refused('unsupported_grant_type', 'grant type not supported');
  const [header = '', payload = '', signature = ''] = (ctx.form.get('assertion') ?? '').split('.');
  const claims = json(payload);
  const signed = verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), app.certificate, Buffer.from(signature, 'base64url'));
  if (json(header).alg !== 'RS256' || !signed) return refused('invalid_grant', 'invalid assertion');
  if (claims.iss !== app.clientId) return refused('invalid_client_id', 'client identifier invalid');
  const user = userAt(ctx, String(claims.sub));
  const left = Number(claims.exp) - Date.now() / 1000;
  const audience = user && `https://${familyOf(user.host).sandbox ? 'test' : 'login'}.salesforce.com`;
  if (!user || claims.aud !== audience || !(left > 0 && left < LONGEST)) return refused('invalid_grant', 'invalid assertion');
  ctx.org.note('jwt-login', { username: user.username });
  const origin = ctx.origin(user.host);
  return reply(200, { access_token: newId(24), instance_url: origin, id: `${origin}/id/${familyOf(user.host).id}/005000000000001AAA`, token_type: 'Bearer' });
}

/** @param {string} part @returns {Record<string, unknown>} */
function json(part) {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return {};
  }
}

/** @param {string} error @param {string} description */
const refused = (error, description) => reply(400, { error, error_description: description });

/** @param {number} status @param {unknown} body @returns {Reply} */
function reply(status, body) {
  return { status, headers: { 'Content-Type': 'application/json;charset=UTF-8' }, body: JSON.stringify(body) };
}
