// @ts-check
/** Does the agent do what it is told where a person could, and nothing anywhere else? */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isolate, pause, startBench } from './lib.mjs';

/** @type {import('./lib.mjs').Bench} */
let bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.close());

const fill = (/** @type {string} */ mark, value = 'ada@practice.example') => ({ verb: 'fill', mark, value });
const press = (/** @type {string} */ mark) => ({ verb: 'press', mark });
const FIELD = '<input id=username type=text style="width:200px;height:30px">';
const OVER = 'position:fixed;inset:0;background:#fff';

/** A page for each way of not being seen, as measured in the facts on security, appendix C. */
const SIGHTS = {
  'plain': [FIELD, true],
  'below the fold, where scrolling gets it': [`<div style="height:3000px"></div>${FIELD}`, true],
  'own opacity': [`<style>#username{opacity:.01}</style>${FIELD}`],
  'opacity of a parent': [`<div style="opacity:.01">${FIELD}</div>`],
  'opacity by a style sheet': [`<style>.a{opacity:.01}</style><div class=a>${FIELD}</div>`],
  'opacity of the body': [`<style>body{opacity:.01}</style>${FIELD}`],
  'opacity of the root': [`<style>html{opacity:.01}</style>${FIELD}`],
  'three parents of .4': [`<div style="opacity:.4"><div style="opacity:.4"><div style="opacity:.4">${FIELD}</div></div></div>`],
  'filter': [`<div style="filter:opacity(1%)">${FIELD}</div>`],
  'mask': [`<div style="mask-image:linear-gradient(transparent,transparent)">${FIELD}</div>`],
  'clip-path 49.9 %': [`<div style="clip-path:inset(49.9%)">${FIELD}</div>`],
  'clip-path 50 %': [`<div style="clip-path:inset(50%)">${FIELD}</div>`],
  'off-screen': [`<div style="position:absolute;left:-9999px">${FIELD}</div>`],
  'one pixel': [`<style>#username{width:1px!important;height:1px!important;padding:0;border:0}</style>${FIELD}`],
  'scaled away': [`<div style="transform:scale(.01)">${FIELD}</div>`],
  'text as its ground': [`<style>#username{color:#fff;background:#fff}</style>${FIELD}`],
  'display none': [`<div style="display:none">${FIELD}</div>`],
  'visibility hidden': [`<div style="visibility:hidden">${FIELD}</div>`],
  'content-visibility hidden': [`<div style="content-visibility:hidden">${FIELD}</div>`],
  'opaque cover': [`${FIELD}<div style="${OVER}"></div>`],
  'modal dialog': [`${FIELD}<dialog id=d style="width:100vw;height:100vh">x</dialog><script>d.showModal()</script>`],
  'transparent cover': [`${FIELD}<div style="position:fixed;inset:0"></div>`],
  'cover that lets the pointer through': [`${FIELD}<div style="${OVER};pointer-events:none"></div>`],
  'popover that lets the pointer through': [`${FIELD}<div id=p popover=manual style="${OVER};width:100vw;height:100vh;pointer-events:none"></div><script>p.showPopover()</script>`],
  'mix-blend-mode': [`<div style="mix-blend-mode:screen">${FIELD}</div>`],
  'parent without height': [`<div style="height:0;overflow:hidden">${FIELD}</div>`],
};

describe('only what a person can see is filled', () => {
  for (const [name, [html, expected = false]] of Object.entries(SIGHTS)) {
    test(name, async () => {
      const { page, act } = await bench.open(`<!DOCTYPE html>${html}`);
      const outcome = await act([fill('username')]);
      const value = await page.$eval('#username', (el) => /** @type {HTMLInputElement} */ (el).value);
      assert.deepEqual([outcome.refused, value], expected ? [null, 'ada@practice.example'] : ['hidden', '']);
      await page.close();
    });
  }

  test('the icon of a password manager is no cover', async () => {
    const { page, act } = await bench.open(`${FIELD}<div style="position:absolute;left:186px;top:14px;width:18px;height:18px;background:green"></div>`);
    assert.equal((await act([fill('username')])).refused, null);
    await page.close();
  });

  const HERE = 'https://acme.lightning.force.com';
  for (const [name, outer, style, refused, after = ''] of /** @type {[string, string, string, string | null, string?][]} */ ([
    ['visible', HERE, '', null],
    ['on the setup host', 'https://acme.my.salesforce-setup.com', '', null],
    ['the outer page hides it', HERE, 'opacity:.01', 'hidden'],
    ['the outer page covers it', HERE, '', 'hidden', `<div style="${OVER};pointer-events:none">`],
    ['the outer page is a look-alike', 'https://acme.lightning.force.com.evil.example', '', 'moved'],
    ['the outer page is a customer\'s', 'https://acme.my.site.com', '', 'moved'],
    ['the outer page is a customer\'s Visualforce', 'https://acme--c.vf.force.com', '', 'moved'],
  ])) {
    test(`in a frame: ${name}`, async () => {
      bench.pages.set('/inner', `<!DOCTYPE html>${FIELD}`);
      bench.pages.set('/outer', `<iframe src="https://acme.my.salesforce.com/inner" width=400 height=200 style="${style}"></iframe>${after}`);
      const page = await bench.browser.newPage();
      await bench.play(page);
      await page.goto(`${outer}/outer`);
      const frame = await page.waitForFrame((one) => one.url().includes('/inner'));
      const { inject, act, look } = await isolate(frame);
      await inject('facts', 'act', 'agent');
      assert.equal((await look()).framed, true);
      assert.equal((await act([fill('username')])).refused, refused);
      assert.equal(await frame.$eval('#username', (el) => /** @type {HTMLInputElement} */ (el).value), refused ? '' : 'ada@practice.example');
      await page.close();
    });
  }
});

test('a tab in the background can be worked in', async () => {
  const { page, act } = await bench.open(FIELD);
  const front = await bench.browser.newPage();
  await front.bringToFront();
  assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
  assert.deepEqual(await act([fill('username')]), { done: 1, refused: null });
  await front.close();
  await page.close();
});

describe('the page that the plan was made for', () => {
  const html = `${FIELD}<input type=password id=password><input type=submit id=Login>`;
  for (const [name, plan] of Object.entries({
    'another nonce': { nonce: 'x' },
    'another origin': { origin: 'https://login.salesforce.com' },
    'no origin': { origin: 'null' },
  })) {
    test(name, async () => {
      const { page, act } = await bench.open(html);
      assert.deepEqual(await act([fill('username')], plan), { done: 0, refused: 'moved' });
      await page.close();
    });
  }

  test('in a sandbox', async () => {
    bench.pages.set('/inner', `<!DOCTYPE html>${FIELD}`);
    bench.pages.set('/outer', '<iframe sandbox="allow-scripts" src="/inner" width=400 height=200></iframe>');
    const page = await bench.browser.newPage();
    await page.goto(`${bench.origin}/outer`);
    const frame = page.frames().find((one) => one.url().includes('/inner'));
    assert.ok(frame);
    const { inject, act } = await isolate(frame);
    await inject('facts', 'act', 'agent');
    assert.deepEqual(await act([fill('username')]), { done: 0, refused: 'moved' });
    assert.deepEqual(await act([fill('username')], { origin: 'null' }), { done: 0, refused: 'moved' });
    await page.close();
  });

  test('a plan ends in the middle when the view is renewed', async () => {
    const { page, run, act } = await bench.open(html);
    await page.$eval('#username', (el) => el.addEventListener('blur', () => window.dispatchEvent(new Event('renewed'))));
    await run(`addEventListener('renewed', () => (facts.view.nonce = '~'))`);
    assert.deepEqual(await act([fill('username'), fill('password')]), { done: 1, refused: 'moved' });
    await page.close();
  });

  test('an element exchanged while we looked at it is not written to', async () => {
    const { page, act } = await bench.open(`${FIELD}<div style="position:absolute;left:186px;top:14px;width:18px;height:18px;background:green"></div>`);
    const outcome = act([fill('username')]);
    await pause(100);
    await page.evaluate(() => {
      const old = /** @type {HTMLElement} */ (document.getElementById('username'));
      old.replaceWith(old.cloneNode());
    });
    const { done, refused } = await outcome;
    assert.deepEqual([done, ['moved', 'hidden'].includes(refused)], [0, true]);
    await page.close();
  });
});

describe('refusals', () => {
  for (const [name, html, step, refused] of /** @type {[string, string, object, string][]} */ ([
    ['no such element', '', fill('username'), 'missing'],
    ['no such mark', FIELD, fill('toString'), 'malformed'],
    ['two of them', FIELD + FIELD, fill('username'), 'ambiguous'],
    ['an empty value', FIELD, fill('username', ''), 'malformed'],
    ['no such verb', FIELD, { verb: 'submit', mark: 'username' }, 'malformed'],
    ['a field that drops what is written', `${FIELD}<script>username.oninput = () => { username.value = '' }</script>`, fill('username'), 'notKept'],
    ['a field that takes it back later', `${FIELD}<script>username.oninput = () => setTimeout(() => { username.value = '' }, 5)</script>`, fill('username'), 'notKept'],
  ])) {
    test(name, async () => {
      const { page, act } = await bench.open(html);
      assert.deepEqual(await act([step]), { done: 0, refused });
      await page.close();
    });
  }

  test('one hidden twin does not matter', async () => {
    const { page, act } = await bench.open(`<div style="display:none">${FIELD}</div>${FIELD}`);
    assert.deepEqual(await act([fill('username')]), { done: 1, refused: null });
    assert.deepEqual(await page.$$eval('input', (all) => all.map((el) => el.value)), ['', 'ada@practice.example']);
    await page.close();
  });

  test('what stays disabled', async () => {
    const { page, act } = await bench.open('<button id=Login disabled>go</button><input id=username readonly>');
    const start = performance.now();
    assert.deepEqual(await act([press('login')]), { done: 0, refused: 'disabled' });
    assert.ok(performance.now() - start < 4500);
    assert.deepEqual(await act([fill('username')]), { done: 0, refused: 'disabled' });
    await page.close();
  });
});

test('the events of a fill, in order, and nothing of the page in between', async () => {
  const { page, act } = await bench.open(`${FIELD}<script>
    window.heard = [];
    for (const kind of ['keydown', 'input', 'change', 'keyup', 'blur', 'focus', 'click'])
      document.addEventListener(kind, (event) => heard.push(kind + ':' + event.target.id + ':' + username.value), true);
    Object.defineProperty(username, 'value', { get: () => 'page', set() { heard.push('setter') }, configurable: true });
  </script>`);
  assert.deepEqual(await act([fill('username', 'x')]), { done: 1, refused: null });
  assert.deepEqual(await page.evaluate('heard'), ['input:username:page', 'change:username:page', 'keyup:username:page', 'blur:username:page']);
  await page.close();
});

test('a button that key events enable', async () => {
  const { page, act } = await bench.open(
    `<form onsubmit="document.title='sent';return false"><input type=password id=newpassword><input type=password id=confirmpassword><button id=password-button type=submit disabled>go</button></form><script>
    confirmpassword.onkeyup = () => setTimeout(() => { document.getElementById('password-button').disabled = newpassword.value !== confirmpassword.value }, 300)</script>`,
    { path: '/_ui/system/security/ChangePassword' },
  );
  assert.deepEqual(await act([fill('newpassword', 'Pw1'), fill('confirmpassword', 'Pw1'), press('passwordButton')]), { done: 3, refused: null });
  assert.equal(await page.title(), 'sent');
  await page.close();
});

test('one press in a page view; showing another part of the page does not count', async () => {
  const { page, act, run } = await bench.open(
    `<form onsubmit="return false"><a id=use_new_identity href=# onclick="c.hidden=false">another</a><div id=c hidden>${FIELD}</div><input type=submit id=Login onclick="document.title+='x'"></form>`,
  );
  assert.deepEqual(await act([press('newIdentity'), fill('username'), press('login')]), { done: 3, refused: null });
  assert.deepEqual(await act([press('login')]), { done: 0, refused: 'again' });
  assert.deepEqual(await act([press('newIdentity')]), { done: 0, refused: 'again' });
  // Injected once more, it still knows.
  await run(`delete globalThis.agent`);
  assert.equal(await page.title(), 'x');
  await page.close();
});

describe('a hostile page', () => {
  test('clobbered forms', async () => {
    const { page, act, look } = await bench.open(`<form id=login_form>${FIELD}<input type=password id=password><input type=submit id=Login></form><script>
      const form = document.getElementById('login_form'), append = Node.prototype.appendChild.bind(form), names = new Set(['chrome']);
      for (let proto = HTMLFormElement.prototype; proto; proto = Object.getPrototypeOf(proto)) Object.getOwnPropertyNames(proto).forEach((name) => names.add(name));
      addEventListener('submit', (event) => { event.preventDefault(); window.gone = true }, true);
      for (const name of names) { const input = document.createElement('input'); input.type = 'hidden'; input.name = name; append(input); }
      for (const id of ['facts', 'act', 'agent', 'browser', 'document', 'location', 'crypto', 'body', 'getElementById', 'querySelectorAll', 'createTreeWalker']) {
        const image = document.createElement('img'); image.id = id; image.setAttribute('name', id); document.documentElement.append(image); }
      </script>`);
    assert.deepEqual(Object.keys((await look()).marks).sort(), ['identifier', 'login', 'password', 'username']);
    assert.deepEqual(await act([fill('username'), fill('password', 'pw'), press('login')]), { done: 3, refused: null });
    assert.equal(await page.evaluate('gone'), true);
    await page.close();
  });

  test('poisoned prototypes', async () => {
    const { page, act, look } = await bench.open(`${FIELD}<a id=forgot_password_link href="/x">f</a><script>
      const boom = () => { document.title = 'called'; throw new Error('poison') };
      for (const proto of [Object, Array, String, RegExp, Element, HTMLElement, HTMLInputElement, Node, EventTarget, Document, Promise, JSON, Reflect])
        for (const name of Object.getOwnPropertyNames(proto.prototype ?? proto)) {
          if (['constructor', 'title', '__proto__'].includes(name)) continue;
          try { Object.defineProperty(proto.prototype ?? proto, name, { get: boom, set: boom, configurable: true }) } catch {}
        }
      window.getComputedStyle = window.setTimeout = boom;
      </script>`);
    assert.deepEqual(Object.keys((await look()).marks), ['username', 'identifier', 'forgot']);
    assert.deepEqual(await act([fill('username')]), { done: 1, refused: null });
    await page.close();
  });
});
