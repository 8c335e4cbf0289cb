// @ts-check
/** From a raw request to a `Ctx`, and from a `Reply` back to the wire. No page knowledge here. */

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./hosts.mjs').Role} Role */
/** @typedef {import('./org.mjs').Org} Org */
/** @typedef {import('./html.mjs').Raw} Raw */

/**
 * What every handler gets.
 * @typedef {object} Ctx
 * @property {Org} org
 * @property {'GET' | 'POST'} method
 * @property {string} host          without port
 * @property {Role} role
 * @property {string} path
 * @property {string} search        with its question mark, or empty
 * @property {URLSearchParams} query
 * @property {URLSearchParams} form  empty for GET
 * @property {string} body           the raw body, for the one endpoint that is not a form
 * @property {Record<string, string>} cookies
 * @property {string[]} setCookies   cookies to send along with whatever the reply turns out to be
 * @property {(host: string) => string} origin  the way this visitor addresses a host: with the port that he used, if any
 */

/**
 * @typedef {object} Reply
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {string | Buffer} [body]
 */

const MAX_BODY = 1_000_000;

/** Nobody may frame a page that says nothing else. */
const DEFAULT_CSP = csp({});

/**
 * The policy of every page: scripts only from files of the same host, so that a product which puts anything inline
 * into the page is caught.
 * @param {{ ancestors?: string[], frames?: string[] }} allowed
 */
export function csp({ ancestors = [], frames = [] }) {
  const parts = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `frame-ancestors ${["'self'", ...ancestors].join(' ')}`,
  ];
  if (frames.length) parts.push(`frame-src ${["'self'", ...frames].join(' ')}`);
  return parts.join('; ');
}

/**
 * @param {IncomingMessage} req
 * @param {Org} org
 * @param {Role} role
 * @returns {Promise<Ctx>}
 */
export async function readRequest(req, org, role) {
  const { host, port } = hostOf(req);
  const url = new URL(req.url ?? '/', `https://${host}`);
  const method = req.method === 'POST' ? 'POST' : 'GET';
  const body = method === 'POST' ? await readBody(req) : '';
  return {
    org,
    method,
    host,
    role,
    path: url.pathname,
    search: url.search,
    query: url.searchParams,
    form: new URLSearchParams(body),
    body,
    cookies: parseCookies(req.headers.cookie ?? ''),
    setCookies: [],
    origin: (other) => `https://${other}${port}`,
  };
}

/**
 * The host asked for, and the port as written behind it. A trailing dot means the same host to a server, though not to a
 * browser, so it is dropped. Browsers that are mapped onto the server send none; a person
 * at the command line sends one, and wants it kept in links.
 * @param {IncomingMessage} req
 */
export function hostOf(req) {
  const [host, port] = (req.headers.host ?? '').toLowerCase().split(':');
  return { host: host.replace(/\.$/, ''), port: port ? `:${port}` : '' };
}

/**
 * @param {ServerResponse} res
 * @param {Reply} reply
 * @param {string[]} [cookies]
 */
export function sendReply(res, reply, cookies = []) {
  res.statusCode = reply.status ?? 200;
  res.setHeader('Content-Security-Policy', DEFAULT_CSP);
  res.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Referrer-Policy', 'origin-when-cross-origin');
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (cookies.length) res.setHeader('Set-Cookie', cookies);
  res.end(reply.body ?? '');
}

/**
 * @param {string} url
 * @returns {Reply}
 */
export function redirect(url) {
  return { status: 302, headers: { Location: url } };
}

/**
 * @param {Raw} markup
 * @param {{ status?: number, csp?: string }} [more]
 * @returns {Reply}
 */
export function htmlReply(markup, { status = 200, csp: policy = DEFAULT_CSP } = {}) {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
    body: markup.text,
  };
}

/** @param {unknown} value @returns {Reply} */
export function jsonReply(value) {
  return { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

/** @param {IncomingMessage} req @returns {Promise<string>} */
async function readBody(req) {
  let size = 0;
  const chunks = [];
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @param {string} header @returns {Record<string, string>} */
function parseCookies(header) {
  /** @type {Record<string, string>} */
  const cookies = {};
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) cookies[pair.slice(0, at).trim()] = decode(pair.slice(at + 1).trim());
  }
  return cookies;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
