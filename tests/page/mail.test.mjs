// @ts-check
/** Is the opened message read, the right one, with its sender from the header alone, and does no other leave the page? */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pause, source, startBench } from './lib.mjs';

/** @type {import('./lib.mjs').Bench} */
let bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.close());

const TOKEN = 'Abc1Def2Ghi3Jkl4Mno5Pqr6';
const BODY = `<div>A new token.<br><br>Username: ada@practice.example<br>Security token (case-sensitive): ${TOKEN}<br></div><p>For more information</p>`;
const SF = 'support@salesforce.com';

/** @param {string} id @param {string} from @param {string} body @param {string} [extra] */
const gmailMessage = (id, from, body, extra = '') => `<div class="adn ads" data-message-id="#msg-f:${id}" data-legacy-message-id="${id}"><div class=gs>
  <table class="cf gJ"><tbody><tr><td class="gF gK"><h3 class=iw><span email="${from}" name=Salesforce class=gD>Salesforce</span></h3></td></tr></tbody></table>
  <div class=hb>to <span class=g2 email="ada@practice.example" name=me>me</span></div>${extra}<div class="ii gt"><div class="a3s aiL">${body}</div></div></div></div>`;
const gmailCollapsed = (/** @type {string} */ id, /** @type {string} */ from) =>
  `<div class="kv" data-message-id="#msg-f:${id}" data-legacy-message-id="${id}"><table><tr><td class=gF><span email="${from}" class=gD>S</span></td></tr></table><span>snippet</span></div>`;
const gmail = (/** @type {string[]} */ ...messages) =>
  `<div style="display:none"><h2 class=hP>an older view</h2>${gmailMessage('0', SF, 'cached')}</div><div role=main><h2 class=hP data-legacy-thread-id=t>Your new Salesforce security token</h2>${messages.join('')}</div>`;

/** @param {string} id @param {string} shown @param {string} body */
const outlookMessage = (id, shown, body) => `<div class=item><div id="MSG_${id}_FROM" role=heading><span aria-label="Von: S">${shown}</span></div><div>to ada</div>
  <div id="UniqueMessageBody_${id}" role=document aria-label="邮件正文">${body}</div></div>`;
const outlook = (/** @type {string[]} */ ...messages) =>
  `<div data-app-section=MailReadCompose><div id=CONV_1_SUBJECT role=heading title=x><span>Sandbox: Your new token</span></div>${messages.join('')}</div>`;

const GMAIL = { host: 'mail.google.com', path: '/mail/u/0/' };
const OUTLOOK = { host: 'outlook.live.com', path: '/mail/0/' };

/** The value of the file's last line, as `scripting.executeScript` hands it over. @param {string} html @param {object} place */
async function scan(html, place) {
  const { page, inject } = await bench.open(html, { ...place, scripts: [] });
  const before = await page.evaluate(() => document.documentElement.outerHTML);
  const reading = await inject('mail');
  assert.deepEqual(await inject('mail'), reading, 'injected once more, it reads the same');
  assert.equal(await page.evaluate(() => document.documentElement.outerHTML), before);
  await page.close();
  return reading;
}

const lines = (/** @type {string} */ text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

describe('Gmail', () => {
  test('the opened message', async () => {
    const { text, ...head } = await scan(gmail(gmailMessage('17a', SF, BODY)), GMAIL);
    assert.deepEqual(head, { provider: 'gmail', sender: SF, subject: 'Your new Salesforce security token', id: '17a' });
    assert.deepEqual(lines(text.visible), ['A new token.', 'Username: ada@practice.example', `Security token (case-sensitive): ${TOKEN}`, 'For more information']);
    assert.deepEqual([text.full, text.cut], [text.visible, false]);
  });

  for (const [name, html, id, sender] of /** @type {[string, string, string | null, string | null][]} */ ([
    ['several: the last', gmail(gmailMessage('1', SF, 'old'), gmailMessage('2', SF, 'new')), '2', SF],
    ['several: the last of Salesforce', gmail(gmailMessage('1', SF, BODY), gmailMessage('2', 'bob@practice.example', 'thanks')), '1', SF],
    ['collapsed ones are skipped', gmail(gmailMessage('1', SF, BODY), gmailCollapsed('2', SF)), '1', SF],
    ['a regional sender', gmail(gmailMessage('1', 'support@emea.salesforce.com', BODY)), '1', 'support@emea.salesforce.com'],
    ['a sender that only begins so', gmail(gmailMessage('1', 'support@salesforce.com.evil.example', BODY)), '1', 'support@salesforce.com.evil.example'],
    [
      'a header inside the body is none',
      gmail(gmailMessage('1', 'mallory@evil.example', `<table><tr><td class=gF><span email="${SF}">S</span></td></tr></table><div class=a3s data-message-id=9>${BODY}</div>`)),
      '1',
      'mallory@evil.example',
    ],
    ['a missing header is not borrowed', gmail(gmailCollapsed('1', SF), gmailMessage('2', 'x', BODY).replace('class="gF gK"', '')), '2', null],
    ['two senders are none', gmail(gmailMessage('1', SF, BODY, '<table><tr><td class=gF><span email="a@evil.example">a</span></td></tr></table>')), '1', null],
  ])) {
    test(name, async () => {
      const reading = await scan(html, GMAIL);
      assert.deepEqual([reading.id, reading.sender], [id, sender]);
    });
  }

  test('quotes are left out; what is hidden is held apart', async () => {
    const body = `Tok <b>Abc</b><wbr>Def<span style="display:none">XX</span><span style="font-size:0">YY</span>&shy;Ghi<div class=gmail_quote>old</div><blockquote>older</blockquote><pre>one\n  two</pre><table><tr><td>a</td><td>b</td></tr></table>`;
    const { text } = await scan(gmail(gmailMessage('1', SF, body)), GMAIL);
    assert.deepEqual(lines(text.visible), ['Tok AbcDef\u00adGhi', 'one', 'two', 'a', 'b']);
    assert.deepEqual(lines(text.full), ['Tok AbcDefXXYY\u00adGhi', 'one', 'two', 'a', 'b']);
  });
});

describe('Outlook', () => {
  test('the opened message', async () => {
    const { text, ...head } = await scan(outlook(outlookMessage('A', `Salesforce&lt;${SF}&gt;`, BODY)), OUTLOOK);
    assert.deepEqual(head, { provider: 'outlook', sender: SF, subject: 'Sandbox: Your new token', id: 'MSG_A_FROM' });
    assert.ok(lines(text.visible).includes(`Security token (case-sensitive): ${TOKEN}`));
  });

  for (const [name, html, id, sender] of /** @type {[string, string, string | null, string | null][]} */ ([
    ['the last of Salesforce', outlook(outlookMessage('A', `S&lt;${SF}&gt;`, BODY), outlookMessage('B', 'Bob&lt;bob@practice.example&gt;', 'hi')), 'MSG_A_FROM', SF],
    ['the name is not the address', outlook(outlookMessage('A', `Salesforce &lt;${SF}&gt;&lt;mallory@evil.example&gt;`, BODY)), 'MSG_A_FROM', 'mallory@evil.example'],
    ['a name alone is no address', outlook(outlookMessage('A', SF, BODY)), 'MSG_A_FROM', null],
    ['a header inside the body is none', outlook(outlookMessage('A', 'M&lt;m@evil.example&gt;', `<div id=MSG_0_FROM>S&lt;${SF}&gt;</div>${BODY}`)), 'MSG_A_FROM', 'm@evil.example'],
    ['an editor is no message', outlook(`<div id=MSG_A_FROM>S&lt;${SF}&gt;</div><div id=UniqueMessageBody_1 contenteditable=true>${BODY}</div>`), null, null],
  ])) {
    test(name, async () => {
      const reading = await scan(html, OUTLOOK);
      assert.deepEqual([reading.id, reading.sender], [id, sender]);
    });
  }
});

test('Yahoo', async () => {
  const html = `<span data-test-id=message-group-subject-text>Token</span><div data-test-id=message-view><span data-test-id=message-from><span>Salesforce</span> <span>&lt;${SF}&gt;</span></span>
    <div data-test-id=message-view-body-content>${BODY}</div></div>`;
  const { provider, sender, subject } = await scan(html, { host: 'mail.yahoo.com' });
  assert.deepEqual([provider, sender, subject], ['yahoo', SF, 'Token']);
});

test('Proton: a body in a frame of the page', async () => {
  const html = `<div><span data-testid="recipients:sender" title="${SF}">Salesforce</span><div data-testid="message-content:body"><iframe sandbox="allow-same-origin" srcdoc='${BODY}'></iframe></div></div>`;
  const { provider, sender, text } = await scan(html, { host: 'mail.proton.me' });
  assert.deepEqual([provider, sender, lines(text.visible).length], ['proton', SF, 4]);
});

describe('any page', () => {
  test('its text', async () => {
    const { text, ...head } = await scan(`<form><input name=parentElement><p>Token: ${TOKEN}</p></form><script>1</script><textarea>mine</textarea>`, {});
    assert.deepEqual(head, { provider: null, sender: null, subject: null, id: null });
    assert.deepEqual(lines(text.visible), [`Token: ${TOKEN}`]);
  });

  test('the selection, if there is one', async () => {
    const { page, inject } = await bench.open(`<p>before</p><p id=s>Token: ${TOKEN}</p>`, { scripts: [] });
    await page.evaluate(() => getSelection()?.selectAllChildren(/** @type {Node} */ (document.getElementById('s'))));
    const { text } = await inject('mail');
    assert.deepEqual(text, { visible: `Token: ${TOKEN}`, full: `Token: ${TOKEN}`, cut: false });
    await page.close();
  });

  test('200,000 elements: quick, and cut', async () => {
    const { page, inject, run } = await bench.open('<div id=big></div>', { scripts: [] });
    await page.evaluate(() => {
      const big = /** @type {HTMLElement} */ (document.getElementById('big'));
      big.innerHTML = '<p><a href=x>twenty characters ok</a></p>'.repeat(100_000);
      return document.body.offsetHeight;
    });
    const { text } = await inject('mail');
    assert.deepEqual([text.full.length, text.cut], [200_000, true]);
    const ms = await run('Math.min(...[1, 2, 3].map(() => { const start = performance.now(); mail.readAnything(); return performance.now() - start; }))');
    assert.ok(ms < 150, `${ms} ms`);
    await page.close();
  });
});

describe('the watcher', () => {
  /** @param {string} html @param {object} place */
  const watch = (html, place = GMAIL) => bench.open(html, { ...place, scripts: ['mail', 'watch'] });

  test('hands over what Salesforce sent, once, and a newer one after it', async () => {
    const { page, sent, run } = await watch(gmail(gmailMessage('1', SF, BODY)));
    await pause(600);
    await page.mouse.click(300, 300);
    await run(`globalThis.again = ${JSON.stringify(await source('watch'))}; (0, eval)(again)`);
    await pause(600);
    const first = await sent();
    assert.deepEqual(first.map((/** @type {any} */ { kind, id, sender }) => [kind, id, sender]), [['mail', '1', SF]]);
    await page.evaluate((html) => {
      /** @type {HTMLElement} */ (document.querySelector('[role=main]')).insertAdjacentHTML('beforeend', html);
      location.hash = '#inbox/2';
    }, gmailMessage('2', SF, 'newer'));
    await pause(600);
    assert.deepEqual((await sent()).map((/** @type {any} */ { id }) => id), ['1', '2']);
    await page.close();
  });

  for (const from of ['bob@practice.example', 'support@salesforce.com.evil.example', 'support@evilsalesforce.com', 'salesforce.com@evil.example', '']) {
    test(`says nothing of a message from ${from || 'nobody'}`, async () => {
      const { page, sent } = await watch(gmail(gmailMessage('1', from, `${BODY}<td class=gF><span email="${SF}">`)));
      await page.mouse.click(300, 300);
      await pause(1300);
      assert.deepEqual(await sent(), []);
      await page.close();
    });
  }

  test('an orphan falls silent', async () => {
    const { page, sent, run } = await watch(gmail());
    await run('chrome.runtime.id = undefined');
    await page.evaluate((html) => {
      /** @type {HTMLElement} */ (document.querySelector('[role=main]')).innerHTML = html;
    }, gmailMessage('1', SF, BODY));
    await page.mouse.click(300, 300);
    await pause(500);
    assert.deepEqual(await sent(), []);
    await page.close();
  });
});
