// @ts-check
/** Does the agent speak when it should, to whom it should, and fall silent with its extension? */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isolate, pause, source, startBench } from './lib.mjs';

/** @type {import('./lib.mjs').Bench} */
let bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.close());

const LOGIN = `<form id=login_form onsubmit="return false"><input type=hidden name=un><input id=username type=email><input id=password type=password><input type=submit id=Login value="Log In"></form>`;

describe('who may ask', () => {
  for (const [name, sender] of Object.entries({
    'another extension': { id: 'other' },
    'a content script of ours': { id: 'keeper', tab: { id: 1 } },
    'nobody': {},
  })) {
    test(`not ${name}`, async () => {
      const { page, run } = await bench.open(LOGIN);
      await assert.rejects(run(`ask({ kind: 'look' }, ${JSON.stringify(sender)})`), /nobody answers/);
      await page.close();
    });
  }
});

describe('a form that leaves', () => {
  const submitted = async (/** @type {any} */ opened) => (await opened.sent()).filter((/** @type {any} */ one) => one.kind === 'submitted');

  test('by the key, by the button: the user name, once, and never a password', async () => {
    const opened = await bench.open(LOGIN);
    await opened.page.type('#username', 'ada@practice.example');
    await opened.page.type('#password', 'Secret-1');
    await opened.page.keyboard.press('Enter');
    await opened.page.click('#Login');
    const [{ nonce }] = await opened.sent();
    assert.deepEqual(await submitted(opened), [{ kind: 'submitted', nonce, username: 'ada@practice.example' }]);
    assert.ok(!JSON.stringify(await opened.sent()).includes('Secret-1'));
    await opened.page.close();
  });

  test('by a script, after a click', async () => {
    const opened = await bench.open(`<form id=f action=about:blank target=x><input id=un name=un value=bob@practice.example><button type=button>no</button><input type=submit id=continue name=continue onclick="event.preventDefault()"></form>`, { path: '/secur/forgotpassword.jsp' });
    await opened.page.click('button');
    await opened.page.click('#continue');
    assert.deepEqual((await submitted(opened)).map((/** @type {any} */ one) => one.username), ['bob@practice.example']);
    await opened.page.close();
  });

  test('not by the page alone, and not another form', async () => {
    const opened = await bench.open(`${LOGIN}<form onsubmit="return false"><input name=q><button id=other>search</button></form>`);
    await opened.page.type('#username', 'ada@practice.example');
    await opened.page.evaluate(() => {
      document.getElementById('login_form')?.dispatchEvent(new Event('submit', { bubbles: true }));
      document.getElementById('Login')?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }));
    });
    const before = await submitted(opened);
    await opened.page.click('#other');
    assert.deepEqual([(await submitted(opened)).length - before.length, (await submitted(opened)).length <= 1], [0, true]);
    await opened.page.close();
  });
});

describe('life', () => {
  test('injected twice, it speaks once', async () => {
    const { page, inject, sent, run } = await bench.open(LOGIN);
    const nonce = await run('facts.view.nonce');
    for (const name of ['facts', 'act', 'agent']) await run(await source(name));
    await pause(400);
    assert.deepEqual((await sent()).map((/** @type {any} */ one) => one.nonce), [nonce]);
    assert.equal(await run('chrome.runtime.onMessage.listeners.length'), 1);
    assert.ok(inject);
    await page.close();
  });

  test('an orphan falls silent, and its successor works beside it', async () => {
    const { page, run, sent } = await bench.open(LOGIN);
    await pause(50);
    await run('chrome.runtime.id = undefined');
    await page.type('#username', 'ada@practice.example');
    await page.click('#Login');
    await pause(800);
    assert.equal((await sent()).length, 1);
    const next = await isolate(page, undefined, 'successor');
    await next.inject('facts', 'act', 'agent');
    assert.deepEqual(await next.act([{ verb: 'fill', mark: 'username', value: 'bob@practice.example' }]), { done: 1, refused: null });
    await page.close();
  });

  test('back from the cache: a new view, told anew, and the old plan is void', async () => {
    bench.pages.set('/away', 'away');
    const { page, run, sent, act } = await bench.open(LOGIN);
    await pause(50);
    const nonce = await run('facts.view.nonce');
    assert.equal((await act([{ verb: 'press', mark: 'login' }])).refused, null);
    await page.goto(`${bench.origin}/away`);
    await page.goBack();
    await pause(300);
    const reports = await sent();
    assert.notEqual(reports.at(-1).nonce, nonce);
    assert.deepEqual(await act([{ verb: 'press', mark: 'login' }], { nonce }), { done: 0, refused: 'moved' });
    assert.deepEqual(await act([{ verb: 'press', mark: 'login' }]), { done: 1, refused: null });
    await page.close();
  });

  test('what nobody heard is said again', async () => {
    const { page, run, sent } = await bench.open('<p>', { scripts: [] });
    await page.setContent(LOGIN);
    const world = await isolate(page);
    await world.inject();
    await world.run(`{ const send = chrome.runtime.sendMessage; let failed = false;
      chrome.runtime.sendMessage = (message) => failed ? send(message) : (failed = true, Promise.reject(new Error('Receiving end does not exist'))); }`);
    for (const name of ['facts', 'act', 'agent']) await world.run(await source(name));
    await pause(400);
    assert.equal((await world.sent()).length, 1);
    assert.ok(run && sent);
    await page.close();
  });
});
