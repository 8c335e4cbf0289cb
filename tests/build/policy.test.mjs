// @ts-check
// What the stores and our own design forbid, checked on what is really shipped. `build.sh` builds before it runs this.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { forbidden } from './forbidden.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Every permission is a promise to the user: a new one is added here by a person, not by accident. */
const PERMISSIONS = {
  chromium: ['activeTab', 'alarms', 'contextMenus', 'idle', 'offscreen', 'sidePanel', 'storage'],
  firefox: ['activeTab', 'alarms', 'contextMenus', 'idle', 'storage'],
};
const OPTIONAL_PERMISSIONS = ['clipboardRead', 'clipboardWrite', 'cookies', 'notifications', 'scripting'];

/** Salesforce's own families; the extension works there without asking. */
const SALESFORCE = [
  'salesforce.com', 'salesforce-setup.com', 'force.com', 'visualforce.com', 'cloudforce.com', 'database.com',
  'salesforce.mil', 'crmforce.mil', 'sfcrmproducts.cn', 'sfcrmapps.cn', 'my-salesforce.com', 'my-lightning.com',
];
/** Webmail, only after the person has switched its provider on. */
const WEBMAIL = [
  'mail.google.com', 'outlook.live.com', 'outlook.office.com', 'outlook.office365.com', 'outlook.cloud.microsoft',
  'mail.yahoo.com', 'mail.aol.com', 'mail.proton.me', 'mail.zoho.com', 'mail.zoho.eu', 'mail.zoho.in', 'app.fastmail.com',
  // The frames in which GMX, WEB.DE, mail.com and iCloud show a mail's body.
  'mailbody-ui.de', 'www-mail.icloud-sandbox.com',
];

/** Script may come from the package only, wasm may be compiled, and our pages cannot be framed or made to send forms. */
const CSP = {
  'script-src': "'self' 'wasm-unsafe-eval'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};
/** What a stricter policy may add: a closed default, and the package itself for what pages load. */
const CSP_MAY_ADD = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", "'self' data:"],
  'font-src': ["'self'", "'none'"],
  // The cores are fetched from the package. The background sends one log-in to an account's own host, on a press
  // (src/browser/handover.rs): the families that log in, and app.html takes that back for itself.
  'connect-src': [["'self'", ...['salesforce.com', 'cloudforce.com', 'database.com', 'my-salesforce.com', 'salesforce.mil', 'sfcrmproducts.cn']
    .map((family) => `https://*.${family}`)].join(' ')],
  'frame-src': ["'none'"],
  'worker-src': ["'none'", "'self'"],
};

for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
  const dist = join(ROOT, 'dist', browser);
  /** @type {any} */
  const manifest = JSON.parse(await readFile(join(dist, 'manifest.json'), 'utf8').catch(() => {
    throw new Error(`dist/${browser} is not there: run ./build.sh first`);
  }));
  const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((e) => e.isFile())
    .map((e) => join(e.parentPath ?? e.path, e.name).slice(dist.length + 1));
  const scripts = await Promise.all(files.filter((f) => f.endsWith('.js'))
    .map(async (name) => ({ name, source: await readFile(join(dist, name), 'utf8') })));

  test(`${browser}: nothing of ours can be reached from a page or another extension`, () => {
    assert.equal(manifest.manifest_version, 3);
    for (const key of ['web_accessible_resources', 'externally_connectable', 'sandbox', 'update_url']) {
      assert.equal(key in manifest, false, key);
    }
    assert(manifest.content_scripts.length > 0);
    for (const script of manifest.content_scripts) assert.notEqual(script.world, 'MAIN');
    for (const { name, source } of scripts) assert.equal(/world["']?\s*:\s*["']MAIN/.test(source), false, name);
  });

  test(`${browser}: the permissions are exactly the promised ones`, () => {
    assert.deepEqual([...manifest.permissions].sort(), PERMISSIONS[browser]);
    assert.deepEqual([...(manifest.optional_permissions ?? [])].sort(), OPTIONAL_PERMISSIONS);
  });

  test(`${browser}: hosts are Salesforce's, and webmail only on request`, () => {
    const standing = [...(manifest.host_permissions ?? []),
      ...manifest.content_scripts.flatMap((/** @type {any} */ s) => [...s.matches, ...(s.include_globs ?? [])])];
    assert(standing.length > 0);
    for (const pattern of standing) assertHost(pattern, SALESFORCE);
    for (const pattern of manifest.optional_host_permissions ?? []) assertHost(pattern, WEBMAIL);
  });

  test(`${browser}: the content security policy is the strict one`, () => {
    assert.deepEqual(Object.keys(manifest.content_security_policy), ['extension_pages']);
    const policy = parsePolicy(manifest.content_security_policy.extension_pages);
    for (const [directive, value] of Object.entries(CSP)) assert.equal(policy.get(directive), value, directive);
    for (const [directive, value] of policy) {
      if (directive in CSP) continue;
      const allowed = /** @type {Record<string, string[]>} */ (CSP_MAY_ADD)[directive];
      assert(allowed?.includes(value), `${directive} ${value} is not foreseen`);
    }
  });

  test(`${browser}: the background is what this browser runs`, () => {
    assert.equal(manifest.background.type, 'module');
    if (browser === 'chromium') {
      assert.equal(manifest.background.service_worker, 'background.js');
      assert.equal('scripts' in manifest.background, false);
    } else {
      assert.deepEqual(manifest.background.scripts, ['background.js']);
      assert.equal('service_worker' in manifest.background, false);
      assert.ok(manifest.browser_specific_settings.gecko.id);
      assert.ok(manifest.browser_specific_settings.gecko.data_collection_permissions);
    }
  });

  test(`${browser}: every file that the manifest names is shipped`, () => {
    const named = [
      ...manifest.content_scripts.flatMap((/** @type {any} */ s) => [...(s.js ?? []), ...(s.css ?? [])]),
      ...Object.values(manifest.icons ?? {}),
      ...[manifest.action?.default_popup, manifest.side_panel?.default_path, manifest.options_ui?.page, manifest.sidebar_action?.default_panel,
        manifest.storage?.managed_schema].filter(Boolean),
      'background.js',
    ].map((name) => String(name).replace(/^\//, '').replace(/[?#].*/, ''));
    for (const name of named) assert(files.includes(name), `${name} is not in dist/${browser}`);
    if (manifest.default_locale) assert(files.includes(`_locales/${manifest.default_locale}/messages.json`));
  });

  test(`${browser}: no script makes code from text, loads it from elsewhere or writes markup`, async () => {
    assert(scripts.length > 0);
    for (const { name, source } of scripts) {
      // Leptos clones its compiled templates from markup; that is in its generated glue, and nowhere else.
      assert.deepEqual(await forbidden(source, { markup: name === 'ui.js' }), [], name);
    }
  });

  test(`${browser}: the pages load nothing from elsewhere and hold no script of their own`, async () => {
    for (const name of files.filter((f) => f.endsWith('.html'))) {
      const html = await readFile(join(dist, name), 'utf8');
      if (name === 'app.html') assert.match(html, /<meta http-equiv="Content-Security-Policy" content="connect-src 'self'">/);
      assert.doesNotMatch(html, /\b(src|href)\s*=\s*["']?\s*(?:[a-z]+:|\/\/)/i, name);
      assert.doesNotMatch(html, /<script(?![^>]*\bsrc\s*=)[^>]*>|\son[a-z]+\s*=/i, name);
    }
  });

  test(`${browser}: nothing shipped tells where it was built`, async () => {
    const places = [ROOT.replace(/\/$/, ''), homedir()].filter((place) => place.length > 1);
    for (const name of files) {
      const bytes = await readFile(join(dist, name));
      for (const place of places) assert.equal(bytes.includes(`${place}/`), false, `${name} holds a path of this machine`);
    }
  });
}

/** @param {string} policy @returns {Map<string, string>} */
function parsePolicy(policy) {
  return new Map(policy.split(';').map((part) => part.trim()).filter(Boolean).map((part) => {
    const [directive = '', ...value] = part.split(/\s+/);
    return [directive, value.join(' ')];
  }));
}

/** @param {string} pattern @param {string[]} families */
function assertHost(pattern, families) {
  const host = /^https:\/\/(?:\*\.)?([a-z0-9.-]+)\/[^*]*\*?$/.exec(pattern)?.[1];
  assert(host, `${pattern} is no https pattern of one host or family`);
  assert(families.some((family) => host === family || host.endsWith(`.${family}`)), `${pattern} is not one of ${families.join(', ')}`);
}

test('no two rules of the style sheet are for the same class: two screens that chose one name would wear each other\'s looks', async () => {
  const sheet = (await readFile(join(ROOT, 'extension/app.css'), 'utf8')).replace(/\/\*[^]*?\*\//g, '');
  /** @type {string[]} */
  const classes = [];
  let depth = 0;
  for (const [, before = '', brace] of sheet.matchAll(/([^{}]*)([{}])/g)) {
    if (brace === '{' && depth === 0 && /^\s*\.[\w-]+\s*$/.test(before)) classes.push(before.trim());
    depth += brace === '{' ? 1 : -1;
  }
  assert.ok(classes.length > 20);
  assert.deepEqual(classes.filter((one, at) => classes.indexOf(one) !== at), []);
});
