// @ts-check
// Real clients take what the extension exports, byte for byte, and log in to the practice org with it.
//
//   cargo test --test handover && node --test tests/clients/
//
// The Rust test writes target/handover; build.sh sets CLIENTS_PYTHON to a Python with tests/clients/requirements.txt.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';

import { parse } from 'dotenv';
import { decodeJwt, importX509, jwtVerify } from 'jose';

import { connectProxy } from '../e2e/lib/connect-proxy.mjs';
import { startPractice } from '../practice/server.mjs';

/** @typedef {{ name: string, username: string, password: string, token: string, host: string, unfit: string[], random: boolean }} Account */

const run = promisify(execFile);
const here = new URL('.', import.meta.url).pathname;
const folder = new URL('../../target/handover/', import.meta.url).pathname;
const python = process.env.CLIENTS_PYTHON ?? 'python3';
const CLIENT_ID = '3MVG9Invented';

/** @type {Awaited<ReturnType<typeof startPractice>>} */
let practice;
/** @type {Awaited<ReturnType<typeof connectProxy>>} */
let tunnel;
/** Those that log in. @type {Account[]} */
let accounts;
/** These, and those that are only read back. @type {Account[]} */
let all;
/** @type {string} */
let scratch;
/** @type {NodeJS.ProcessEnv} */
let env;

before(async () => {
  all = JSON.parse(await readFile(join(folder, 'accounts.json'), 'utf8').catch(() => assert.fail('first run: cargo test --test handover')));
  accounts = all.filter(({ random }) => !random);
  practice = await startPractice();
  tunnel = await connectProxy(practice.port);
  scratch = await mkdtemp(join(tmpdir(), 'token-keeper-'));
  const trusted = join(scratch, 'practice.pem');
  await writeFile(trusted, await certificateOf(practice.port));
  // The exported Node programs find their library as they would in a project of their own.
  await rm(join(folder, 'node_modules'), { force: true });
  await symlink(new URL('../node_modules', import.meta.url).pathname, join(folder, 'node_modules'));
  env = {
    PATH: process.env.PATH, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', AIRFLOW_HOME: scratch,
    HTTPS_PROXY: `http://127.0.0.1:${tunnel.port}`, REQUESTS_CA_BUNDLE: trusted, NODE_EXTRA_CA_CERTS: trusted, PRACTICE_PORT: String(practice.port),
  };
});

after(async () => {
  await tunnel?.close();
  await practice?.stop();
  if (scratch) await rm(scratch, { recursive: true });
});

beforeEach(() => {
  practice.org.reset();
  const [template] = practice.org.users.values();
  assert.ok(template);
  for (const { username, password, token } of accounts) {
    practice.org.users.set(username, { ...template, username, password, token, everReset: true, oldTokens: [] });
  }
});

test('Python readers give back what was kept', async () => {
  const { stdout } = await run(python, [join(here, 'read.py'), folder], { env, maxBuffer: 10_000_000 });
  /** @type {Record<string, string[] | string>} */
  const read = JSON.parse(stdout);
  let compared = 0;
  for (const { name, username, password, token } of all) {
    for (const [id, got] of Object.entries(read)) {
      if (!id.startsWith(`${name}/`)) continue;
      const joined = Array.isArray(got) && got.length === 2;
      const expected = joined ? [username, password + token] : [username, password, token];
      assert.deepEqual(Array.isArray(got) ? got.slice(0, 3) : got, expected, id);
      if (id.includes('/airflow')) assert.equal(got[3], 'salesforce', id);
      compared += 1;
    }
  }
  assert.ok(compared > all.length * 18, `only ${compared} files were read`);
});

test('Node readers give back what was kept', async () => {
  for (const { name, username, password, token, unfit } of all) {
    for (const [format, front] of [['env', 'SALESFORCE_'], ['env_sf', 'SF_'], ['env_node', 'SALESFORCE_'], ['env_node_sf', 'SF_']]) {
      if (unfit.includes(format)) continue;
      const got = parse(await readFile(join(folder, name, format), 'utf8'));
      assert.deepEqual([got[`${front}USERNAME`], got[`${front}PASSWORD`], got[`${front}SECURITY_TOKEN`]], [username, password, token], `${name}/${format}`);
    }
    assert.equal(await readFile(join(folder, name, 'token'), 'utf8'), token);
    assert.equal(await readFile(join(folder, name, 'password_token'), 'utf8'), password + token);
  }
});

test('simple-salesforce logs in with every exported program', async () => {
  const results = await python_runs(accounts.map(({ name }) => join(folder, name, 'simple_salesforce')));
  for (const [path, result] of Object.entries(results)) {
    assert.deepEqual(result, { instance: 'acme.my.salesforce.com', session: true }, path);
  }
  assert.deepEqual(loggedIn('soap-login'), accounts.map(({ username }) => username));
  assert.deepEqual(asked(), accounts.map(({ host }) => host));
});

test('jsforce logs in with every exported program', async () => {
  const results = await node_runs(accounts.map(({ name }) => join(folder, name, 'jsforce')));
  for (const [path, result] of Object.entries(results)) assert.deepEqual(result, { session: true }, path);
  assert.deepEqual(loggedIn('soap-login'), accounts.map(({ username }) => username));
  assert.deepEqual(asked(), accounts.map(({ host }) => host));
});

test('a dead token and a fault reach both clients under their codes', async () => {
  const [first] = accounts;
  assert.ok(first);
  const user = practice.org.users.get(first.username);
  assert.ok(user);
  user.token = 'InventedOtherToken00000A';
  const file = (/** @type {string} */ format) => [join(folder, first.name, format)];
  assert.deepEqual(Object.values(await python_runs(file('simple_salesforce'))), [{ refused: 'LOGIN_MUST_USE_SECURITY_TOKEN' }]);
  const [refused] = Object.values(await node_runs(file('jsforce')));
  assert.match(refused?.refused ?? '', /^LOGIN_MUST_USE_SECURITY_TOKEN/);
  practice.org.options.soapAnswer = 'INVALID_OPERATION';
  assert.deepEqual(Object.values(await python_runs(file('simple_salesforce'))), [{ refused: 'INVALID_OPERATION' }]);
});

test('a public verifier accepts the assertion, and not a changed one', async () => {
  const assertion = await readFile(join(folder, 'jwt/assertion'), 'utf8');
  const key = await importX509(await readFile(join(folder, 'jwt/server.crt'), 'utf8'), 'RS256');
  const options = {
    issuer: CLIENT_ID, subject: 'ada.byron@acme.example', audience: 'https://login.salesforce.com',
    // It lives three minutes, and the file may be older.
    currentDate: new Date(((decodeJwt(assertion).exp ?? 0) - 60) * 1000),
  };
  assert.equal((await jwtVerify(assertion, key, options)).protectedHeader.alg, 'RS256');
  const at = assertion.indexOf('.') + 5;
  const changed = assertion.slice(0, at) + (assertion[at] === 'A' ? 'B' : 'A') + assertion.slice(at + 1);
  await assert.rejects(jwtVerify(changed, key, options));
});

test('simple-salesforce and jsforce log in with the key, in the exported configuration', async () => {
  const certificate = await readFile(join(folder, 'jwt/server.crt'), 'utf8');
  assert.equal(new X509Certificate(certificate).subject, 'CN=ada.byron@acme.example');
  practice.org.options.jwtApp = { clientId: CLIENT_ID, certificate };
  const cwd = join(folder, 'jwt');
  assert.deepEqual(Object.values(await python_runs([join(cwd, 'simple_salesforce')], cwd)), [{ instance: 'acme.my.salesforce.com', session: true }]);
  assert.deepEqual(Object.values(await node_runs([join(cwd, 'jsforce')], cwd)), [{ session: true }]);
  assert.deepEqual(loggedIn('jwt-login'), ['ada.byron@acme.example', 'ada.byron@acme.example']);
  practice.org.options.jwtApp.clientId = 'another';
  assert.deepEqual(Object.values(await python_runs([join(cwd, 'simple_salesforce')], cwd)), [{ refused: 'invalid_client_id' }]);
});

/** @param {string} kind */
const loggedIn = (kind) => practice.org.events.filter((event) => event.kind === kind).map(({ username }) => username);

const asked = () => practice.org.requests.map(({ host }) => host);

/** @param {string[]} programs @param {string} [cwd] @returns {Promise<Record<string, { refused?: string }>>} */
async function python_runs(programs, cwd = scratch) {
  const { stdout } = await run(python, [join(here, 'login.py'), ...programs], { env, cwd });
  return JSON.parse(stdout);
}

/** @param {string[]} programs @param {string} [cwd] @returns {Promise<Record<string, { refused?: string }>>} */
async function node_runs(programs, cwd = scratch) {
  // A program is a module by its name; what was exported is copied, not changed.
  const named = programs.map((path) => `${path}.mjs`);
  await Promise.all(programs.map(async (path) => writeFile(`${path}.mjs`, await readFile(path))));
  const { stdout } = await run(process.execPath, [join(here, 'login.mjs'), ...named], { env, cwd });
  return JSON.parse(stdout);
}

/** The practice org makes its certificate at start and keeps it in memory; its door shows it. @param {number} port */
async function certificateOf(port) {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'login.salesforce.com', rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw).toString();
}
