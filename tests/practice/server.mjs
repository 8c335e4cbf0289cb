// @ts-check
/**
 * The practice org: one TLS server on loopback that plays every host by the name it is asked for. It is a test double
 * with invented data, and has nothing to do with the live service.
 */

import { once } from 'node:events';
import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { assetAt } from './assets.mjs';
import { newCertificate } from './certificate.mjs';
import { HOSTS, roleOf } from './hosts.mjs';
import { html } from './html.mjs';
import { hostOf, readRequest, sendReply } from './http.mjs';
import { plainPage } from './layout.mjs';
import { Org } from './org.mjs';
import { exampleHost, lookalikeHost } from './pages/foreign.mjs';
import { genericHost, lightningHost, myDomainHost, setupHost } from './pages/salesforce.mjs';
import { siteHost } from './pages/site.mjs';
import { gmxHost, icloudHost, roundcubeHost } from './webmail/framed.mjs';
import { gmailHost } from './webmail/gmail.mjs';
import { outlookHost } from './webmail/outlook.mjs';
import { plainWebmail } from './webmail/plain.mjs';

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./http.mjs').Reply} Reply */
/** @typedef {import('./hosts.mjs').RoleName} RoleName */

/** @type {Record<RoleName, (ctx: Ctx) => Reply | undefined>} */
const PLAYERS = {
  login: genericHost,
  test: genericHost,
  mydomain: myDomainHost,
  lightning: lightningHost,
  setup: setupHost,
  site: siteHost,
  gmail: gmailHost,
  outlook: outlookHost,
  yahoo: plainWebmail('yahoo'),
  proton: plainWebmail('proton'),
  zoho: plainWebmail('zoho'),
  fastmail: plainWebmail('fastmail'),
  gmx: gmxHost,
  icloud: icloudHost,
  roundcube: roundcubeHost,
  lookalike: lookalikeHost,
  example: exampleHost,
};

/**
 * @param {{ port?: number, log?: boolean }} [settings]  port 0 lets the system choose
 * @returns {Promise<{ port: number, org: Org, stop: () => Promise<void> }>}
 */
export async function startPractice({ port = 0, log = false } = {}) {
  const org = new Org();
  const server = createServer(await newCertificate(HOSTS), (req, res) => {
    answer(org, req, res, log).catch((error) => {
      console.error('practice org:', error);
      if (!res.headersSent) sendReply(res, { status: 500, body: 'The practice org failed; its console says why.' });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port: address.port,
    org,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * @param {Org} org
 * @param {IncomingMessage} req
 * @param {ServerResponse} res
 * @param {boolean} log
 */
async function answer(org, req, res, log) {
  const { host } = hostOf(req);
  const { pathname, search } = new URL(req.url ?? '/', 'https://practice.invalid');
  // What a page brings along is no step of anybody's, so it is not listed.
  const asset = pathname === '/favicon.ico' ? { status: 204 } : assetAt(pathname);
  if (asset) return sendReply(res, asset);

  org.requests.push({ method: req.method ?? 'GET', host, path: pathname, query: search });
  if (log) console.log(req.method, host + pathname);
  const role = roleOf(host);
  if (!role) return sendReply(res, notFound());
  const ctx = await readRequest(req, org, role);
  if (org.options.latencyMs) await sleep(org.options.latencyMs);
  sendReply(res, PLAYERS[role.name](ctx) ?? notFound(), ctx.setCookies);
}

function notFound() {
  return plainPage({ status: 404, title: 'Not found', body: html`<h1>Not found</h1><p>There is nothing at this address.</p>` });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8443' }, quiet: { type: 'boolean', default: false } } });
  const { port } = await startPractice({ port: Number(values.port), log: !values.quiet });
  console.log(`The practice org plays these hosts on 127.0.0.1:${port} until Ctrl-C:\n`);
  for (const host of HOSTS) console.log(`  https://${host}/`);
  console.log(`\nchromium --user-data-dir="$(mktemp -d)" --ignore-certificate-errors --host-resolver-rules="MAP * 127.0.0.1:${port}"`);
}
