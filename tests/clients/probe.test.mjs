// @ts-check
// The probe as it is shipped: the tools program makes the request, the practice org answers, the tools program reads the
// answer. One row for every fault and every other kind of answer.
//
//   ./build.sh && node --test tests/clients/probe.test.mjs

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request as send } from 'node:https';
import { after, before, beforeEach, test } from 'node:test';

import { startPractice } from '../practice/server.mjs';
import { PASSWORDS } from '../practice/data.mjs';

const ADA = 'ada.byron@acme.example';
const TOKEN = 'InventedTokenNumber00001A';

/** @type {Awaited<ReturnType<typeof startPractice>>} */
let practice;
/** @type {(name: string, input: unknown) => any} */
let tool;

before(async () => {
  practice = await startPractice();
  const core = new URL('../../target/core/', import.meta.url);
  const program = await import(new URL('tools.js', core).href);
  program.initSync({ module: await readFile(new URL('tools_bg.wasm', core)) });
  tool = (name, input) => JSON.parse(program.run(name, JSON.stringify(input)) ?? assert.fail(`${name} refuses its input`));
});

after(() => practice?.stop());

beforeEach(() => {
  practice.org.reset();
  Object.assign(practice.org.users.get(ADA) ?? {}, { token: TOKEN, everReset: true });
});

/** Code, next, token verdict, state of SOAP login(), counts toward the lock-out. */
const FAULTS = /** @type {const} */ ([
  ['INVALID_LOGIN', 'invalid_login', 'check_login', 'unknown', 'alive', true],
  ['LOGIN_MUST_USE_SECURITY_TOKEN', 'token_required', 'reset_token', 'refused', 'alive', true],
  ['LOGIN_CHALLENGE_PENDING', 'challenge_pending', 'reset_token', 'refused', 'alive', true],
  ['LOGIN_CHALLENGE_ISSUED', 'challenge_issued', 'find_mail', 'refused', 'alive', true],
  ['LOGIN_DURING_RESTRICTED_DOMAIN', 'restricted_network', 'ask_admin', 'unknown', 'alive', false],
  ['LOGIN_DURING_RESTRICTED_TIME', 'restricted_time', 'wait', 'unknown', 'alive', false],
  ['PASSWORD_LOCKOUT', 'locked_out', 'wait', 'unknown', 'alive', true],
  ['INVALID_OPERATION', 'soap_disabled', 'enable_soap', 'unknown', 'disabled', false],
  ['INSUFFICIENT_ACCESS', 'needs_permission', 'get_permission', 'unknown', 'needs_permission', false],
  ['INVALID_OPERATION_WITH_EXPIRED_PASSWORD', 'password_expired', 'change_password', 'unknown', 'alive', false],
  ['API_DISABLED_FOR_ORG', 'api_disabled_for_org', 'ask_admin', 'unknown', 'unknown', false],
  ['API_CURRENTLY_DISABLED', 'api_disabled_now', 'ask_admin', 'unknown', 'unknown', false],
  ['REQUEST_LIMIT_EXCEEDED', 'request_limit', 'wait', 'unknown', 'alive', false],
  ['LOGIN_RATE_EXCEEDED', 'login_rate', 'wait', 'unknown', 'alive', false],
  ['ORG_LOCKED', 'org_locked', 'ask_admin', 'unknown', 'alive', false],
  ['TRIAL_EXPIRED', 'trial_expired', 'ask_admin', 'unknown', 'alive', false],
  ['SSO_SERVICE_DOWN', 'sso_down', 'wait', 'unknown', 'alive', false],
  ['INVALID_SSO_GATEWAY_URL', 'sso_gateway', 'ask_admin', 'unknown', 'alive', false],
  ['UNSUPPORTED_API_VERSION', 'version_refused', 'move_to_jwt', 'unknown', 'version_refused', false],
  ['NEVER_SEEN_BEFORE', 'unknown_fault', 'check_login', 'unknown', 'unknown', true],
]);

for (const [exception, code, next, token, soap, counts] of FAULTS) {
  test(`${exception} is ${code}`, async () => {
    practice.org.options.soapAnswer = exception;
    assert.deepEqual(await probe(), { code, next, token, soap, counts, exception, otherEnvironment: false });
  });
}

const OTHERS = /** @type {const} */ ([
  ['html', 'html', 'fix_host'],
  ['redirect', 'redirected', 'fix_host'],
  ['json', 'wrong_type', 'fix_host'],
  ['long', 'too_long', 'fix_host'],
  ['broken', 'malformed', 'fix_host'],
  ['down', 'server_error', 'wait'],
  ['empty', 'empty', 'wait'],
]);

for (const [answer, code, next] of OTHERS) {
  test(`an answer that is no answer: ${answer}`, async () => {
    practice.org.options.soapAnswer = answer;
    assert.deepEqual(await probe(), { code, next, token: 'unknown', soap: 'unknown', counts: false, otherEnvironment: false });
  });
}

test('what the org itself says', async () => {
  const told = { serverHost: 'acme.my.salesforce.com', userId: '005000000000001AAA', orgId: '00D000000000001EAA', sandbox: false };
  const fine = { next: 'nothing', soap: 'alive', counts: false, otherEnvironment: false, ...told };
  assert.deepEqual(await probe(), { code: 'works', token: 'accepted_or_unchecked', ...fine });
  assert.equal((await probe({ token: 'InventedOtherToken000001A' })).code, 'token_required');
  assert.equal((await probe({ password: 'wrong' })).code, 'invalid_login');
  practice.org.options.untrustedNetwork = false;
  assert.deepEqual(await probe({ token: '' }), { code: 'works_without_token', token: 'not_needed', ...fine });
  practice.org.options.expiredPassword = true;
  assert.equal((await probe()).code, 'works_restricted');
  practice.org.options.soapLogin = false;
  assert.equal((await probe()).code, 'soap_disabled');
});

test('no answer in time', async () => {
  practice.org.options.latencyMs = 500;
  assert.equal((await probe({}, 50)).code, 'timeout');
});

test('a probe teaches the clock', async () => {
  const now = Date.UTC(2026, 10, 25);
  let known = tool('clock_learn', { soap: (await probe()).soap, version: 640, now });
  assert.deepEqual(known, { s: 1, a: now, v: 640 });
  practice.org.options.soapLogin = false;
  known = tool('clock_learn', { known, soap: (await probe()).soap, version: 640, now: now + 1 });
  const { state, daysLeft, stage } = tool('clock', { known, now });
  assert.deepEqual({ state, daysLeft, stage }, { state: 'disabled', daysLeft: 188, stage: 'plan' });
});

test('a key is made in the shipped program within its time', () => {
  const started = performance.now();
  const made = tool('jwt_key', { random: Buffer.alloc(48, 7).toString('base64url'), name: ADA, now: Date.now(), days: 365 });
  assert.match(made.certificatePem, /^-----BEGIN CERTIFICATE-----\n/);
  const took = performance.now() - started;
  console.log(`key and certificate: ${Math.round(took)} ms`);
  assert.ok(took < 60_000, `${took} ms`);
});

/**
 * One probe, as the background sends it.
 * @param {{ password?: string, token?: string }} [changed]
 * @param {number} [patience]
 */
async function probe(changed = {}, patience = 20_000) {
  const account = { username: ADA, password: PASSWORDS[ADA], token: TOKEN, host: 'acme.my.salesforce.com', ...changed };
  const { url, headers, body, maxAnswer } = tool('probe_request', { account });
  const before = practice.org.requests.length;
  const { hostname, pathname } = new URL(url);
  const got = await new Promise((resolve, reject) => {
    const sent = send(
      { host: '127.0.0.1', port: practice.port, servername: hostname, method: 'POST', path: pathname, headers: { Host: hostname, ...Object.fromEntries(headers) }, rejectUnauthorized: false, agent: false },
      async (answer) => {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        const status = answer.statusCode ?? 0;
        resolve({ status, contentType: answer.headers['content-type'] ?? '', body: text.slice(0, maxAnswer + 1), redirected: status >= 300 && status < 400 });
      },
    );
    sent.setTimeout(patience, () => {
      sent.destroy();
      resolve({ timedOut: true });
    });
    sent.on('error', (error) => reject(error));
    sent.end(body);
  });
  assert.equal(practice.org.requests.length, before + 1, 'one request, and no more');
  return tool('probe_answer', { ...got, withToken: account.token !== '', sandbox: false });
}
