// @ts-check
/** Is the opened message read, the right one, with its sender from the header alone, and does no other leave the page? */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { pause, source, startBench } from './lib.mjs';
import { LARGE, stalls } from './stalls.mjs';

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
    assert.deepEqual(head, { provider: 'gmail', sender: SF, subject: 'Your new Salesforce security token', id: '17a', links: [] });
    assert.deepEqual(lines(text.visible), ['A new token.', 'Username: ada@practice.example', `Security token (case-sensitive): ${TOKEN}`, 'For more information']);
    assert.deepEqual([text.full, text.cut], [text.visible, false]);
  });

  for (const [name, html, id, sender] of /** @type {[string, string, string?, string?][]} */ ([
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
    ['a missing header is not borrowed', gmail(gmailCollapsed('1', SF), gmailMessage('2', 'x', BODY).replace('class="gF gK"', '').replace('class=gD', '')), '2', undefined],
    ['two senders are none', gmail(gmailMessage('1', SF, BODY, '<table><tr><td class=gF><span email="a@evil.example">a</span></td></tr></table>')), '1', undefined],
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
    assert.deepEqual(head, { provider: 'outlook', sender: SF, subject: 'Sandbox: Your new token', id: 'MSG_A_FROM', links: [] });
    assert.ok(lines(text.visible).includes(`Security token (case-sensitive): ${TOKEN}`));
  });

  for (const [name, html, id, sender] of /** @type {[string, string, string?, string?][]} */ ([
    ['the last of Salesforce', outlook(outlookMessage('A', `S&lt;${SF}&gt;`, BODY), outlookMessage('B', 'Bob&lt;bob@practice.example&gt;', 'hi')), 'MSG_A_FROM', SF],
    ['the name is not the address', outlook(outlookMessage('A', `Salesforce &lt;${SF}&gt;&lt;mallory@evil.example&gt;`, BODY)), 'MSG_A_FROM', 'mallory@evil.example'],
    ['a name alone is no address', outlook(outlookMessage('A', SF, BODY)), 'MSG_A_FROM', undefined],
    ['a header inside the body is none', outlook(outlookMessage('A', 'M&lt;m@evil.example&gt;', `<div id=MSG_0_FROM>S&lt;${SF}&gt;</div>${BODY}`)), 'MSG_A_FROM', 'm@evil.example'],
    ['an editor is no message', outlook(`<div id=MSG_A_FROM>S&lt;${SF}&gt;</div><div id=UniqueMessageBody_1 contenteditable=true>${BODY}</div>`), undefined, undefined],
  ])) {
    test(name, async () => {
      const reading = await scan(html, OUTLOOK);
      assert.deepEqual([reading.id, reading.sender], [id, sender]);
    });
  }
});

/**
 * The rest of the table, by the least that is known of each page. `from` is drawn as the page draws a sender.
 * @typedef {{ host: string, path?: string, message: (from: string, body: string) => string, page?: (messages: string) => string,
 *   fake: string, cell: RegExp, unseen?: string }} Drawn
 *   fake: a header as a body would imitate it; cell: what to take away, so that there is no sender's cell
 * @type {Record<string, Drawn>}
 */
const DRAWN = {
  yahoo: {
    host: 'mail.yahoo.com',
    message: (from, body) => `<div data-test-id=message-view><div data-test-id=message-view-header><span data-test-id=message-from>
      <span data-test-id=email-pill data-email="${from}"><span><span>Salesforce</span></span></span></span> <time datetime="2026-11-25T08:30:00Z">wann auch immer</time>
      <div data-test-id=message-to><span data-test-id=email-pill data-email="ada@practice.example">me</span></div></div>
      <div data-test-id=message-view-body><div data-test-id=message-view-body-content>${body}</div></div></div>`,
    fake: `<span data-test-id=message-from><span data-email="${SF}">S</span></span>`,
    cell: /data-test-id=message-from/g,
  },
  'yahoo, the address in the text': {
    host: 'mail.aol.com',
    message: (from, body) => `<div data-test-id=message-view><span data-test-id=message-from><span>Salesforce</span> <span>&lt;${from}&gt;</span></span>
      <div data-test-id=message-view-body-content>${body}</div></div>`,
    fake: `<span data-test-id=message-from>S &lt;${SF}&gt;</span>`,
    cell: /data-test-id=message-from/g,
  },
  proton: {
    host: 'mail.proton.me',
    path: '/u/0/inbox/1',
    message: (from, body) => `<article data-testid="message-view-0"><div class=message-header><span data-testid="recipients:sender" title="${from}">Salesforce</span>
      <time data-testid=item-date-simple datetime="2026-11-25T09:30:00.000+01:00">heute</time></div>
      <div data-testid="message-content:body"><iframe data-testid=content-iframe sandbox="allow-same-origin allow-popups" srcdoc='${body}'></iframe></div></article>`,
    fake: `<span data-testid="recipients:sender" title="${SF}">S</span>`,
    cell: /data-testid="recipients:sender"/g,
  },
  zoho: {
    host: 'mail.zoho.eu',
    message: (from, body) => `<div class=zmPVMailWrapper><span class=zmFromAddress>Salesforce &lt;${from}&gt;</span><div class=zmMailContent>${body}</div></div>`,
    fake: `<span class=zmFromAddress>S &lt;${SF}&gt;</span>`,
    cell: /zmFromAddress/g,
  },
  'zoho, in a frame': {
    host: 'mail.zoho.com',
    message: (from, body) => `<div class=zmPVMailWrapper><span class=zmFromAddress>Salesforce &lt;${from}&gt;</span><iframe class=zmMailContent srcdoc='${body}'></iframe></div>`,
    fake: `<span class=zmFromAddress>S &lt;${SF}&gt;</span>`,
    cell: /zmFromAddress/g,
  },
  fastmail: {
    host: 'app.fastmail.com',
    message: (from, body) => `<div class="v-MessageCard is-expanded"><h2 class=v-MessageCard-from title="${from}">Salesforce</h2><div class=v-Message><div class=v-Message-body>${body}</div></div></div>`,
    page: (messages) => `<div class=v-Thread><div class=v-Thread-title><h1>Token</h1></div>${messages}</div>`,
    fake: `<h2 class=v-MessageCard-from title="${SF}">S</h2>`,
    cell: /v-MessageCard-from/g,
  },
};

for (const [name, { host, path, message, page = (html) => html, fake, cell }] of Object.entries(DRAWN)) {
  describe(name, () => {
    const place = { host, path };
    const read = (/** @type {string[]} */ ...messages) => scan(page(messages.join('')), place);

    test('the opened message', async () => {
      const { provider, sender, text } = await read(message(SF, BODY));
      assert.deepEqual([provider, sender], [name.split(',')[0], SF]);
      assert.deepEqual(lines(text.visible), ['A new token.', 'Username: ada@practice.example', `Security token (case-sensitive): ${TOKEN}`, 'For more information']);
    });

    for (const [what, html, sender, said] of /** @type {[string, string[], string | undefined, string][]} */ ([
      ['a foreign sender is told as he is', [message('mallory@evil.example', 'mine')], 'mallory@evil.example', 'mine'],
      ['of two, the last of Salesforce', [message(SF, 'token'), message('bob@practice.example', 'thanks')], SF, 'token'],
      ['a header inside the body is none', [message('mallory@evil.example', `${fake}<p>mine`)], 'mallory@evil.example', 'mine'],
      ['nor is it one where the page has none', [message('x@evil.example', '@@').replace(cell, 'gone').replace('@@', `${fake}<p>mine`)], undefined, 'mine'],
      ['without a cell no sender is proven', [message(SF, 'mine').replace(cell, 'gone')], undefined, 'mine'],
      ['two cells are none', [message(SF, 'mine').replace(RegExp(`<\\w+ [^>]*${cell.source}`), `${fake}$&`)], undefined, 'mine'],
      ['what is quoted is left out', [message(SF, 'new<blockquote>old</blockquote><div class=gmail_quote>older</div>')], SF, 'new'],
    ])) {
      test(what, async () => {
        const reading = await read(...html);
        assert.equal(reading.sender, sender);
        assert.equal(lines(reading.text.visible).at(-1), said);
      });
    }

    test('the watcher hands over what Salesforce sent, and of nobody else', async () => {
      const others = ['bob@practice.example', 'support@salesforce.com.evil.example', 'support@evilsalesforce.com'].map((from) => message(from, `${BODY}${fake}`));
      const none = await bench.open(page([...others, message(SF, BODY).replace(cell, 'gone')].join('')), { ...place, scripts: ['mail', 'watch'] });
      const one = await bench.open(page([...others, message(SF, BODY)].join('')), { ...place, scripts: ['mail', 'watch'] });
      await pause(900);
      assert.deepEqual(await none.sent(), []);
      assert.deepEqual((await one.sent()).map((/** @type {any} */ { kind, sender }) => [kind, sender]), [['mail', SF]]);
      await Promise.all([none.page.close(), one.page.close()]);
    });
  });
}

describe('where no sender can be proven', () => {
  for (const [name, host, html] of /** @type {[string, string, string][]} */ ([
    ['gmx', 'gmxnet.mailbody-ui.de', BODY],
    ['gmx', 'mailcom.mailbody-ui.de', BODY],
    ['icloud', 'www-mail.icloud-sandbox.com', `<nav>list</nav><div class=mail-message-defaults>${BODY}</div>`],
    ['roundcube', 'webmail.practice.example', `<div id=message-header><h2 class=subject>Token</h2><span class=rcmContactAddress title="${SF}">S</span></div><div id=messagebody>${BODY}</div>`],
  ])) {
    test(`${name}: ${host}`, async () => {
      const { provider, sender, text } = await scan(html, { host });
      assert.deepEqual([provider, sender, lines(text.visible).length], [name, undefined, 4]);
      const { sent, page } = await bench.open(html, { host, scripts: ['mail', 'watch'] });
      await pause(500);
      assert.deepEqual(await sent(), []);
      await page.close();
    });
  }
});

describe('when it was sent', () => {
  const id = (/** @type {string} */ when) => `${Date.parse(when).toString(16)}abcde`;
  const at = (/** @type {string} */ datetime) => DRAWN.yahoo?.message(SF, 'x').replace(/datetime="[^"]*"/, `datetime="${datetime}"`) ?? '';
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString();
  for (const [name, html, place, expected] of /** @type {[string, string, { host: string }, string?][]} */ ([
    ['Gmail: in its id', gmail(gmailMessage(id('2026-11-25T08:30:00.123Z'), SF, 'x')), GMAIL, '2026-11-25T08:30:00.123Z'],
    ['Gmail: in an old id', gmail(gmailMessage(id('2004-06-01T00:00:00Z'), SF, 'x')), GMAIL, '2004-06-01T00:00:00Z'],
    ['not in a day to come', gmail(gmailMessage(id(tomorrow), SF, 'x')), GMAIL],
    ['not in an id of another kind', gmail(gmailMessage('17a', SF, 'x')), GMAIL],
    ['not in an id that is longer', gmail(gmailMessage(`f${id('2026-11-25T08:30:00Z')}f`, SF, 'x')), GMAIL],
    ['an attribute', at('2026-11-25T08:30:00Z'), { host: 'mail.yahoo.com' }, '2026-11-25T08:30:00Z'],
    ['with its zone', at('2026-11-25T08:30:00+05:30'), { host: 'mail.yahoo.com' }, '2026-11-25T03:00:00Z'],
    ['not without a zone', at('2026-11-25T08:30:00'), { host: 'mail.yahoo.com' }],
    ['not a day alone', at('2026-11-25'), { host: 'mail.yahoo.com' }],
    ['not in words', at('25 Nov 2026 08:30:00 GMT'), { host: 'mail.yahoo.com' }],
    ['not what the body says', DRAWN.zoho?.message(SF, '<time datetime="2026-11-25T08:30:00Z">x</time>') ?? '', { host: 'mail.zoho.com' }],
  ])) {
    test(name, async () => {
      assert.equal((await scan(html, place)).sentAt, expected && Date.parse(expected));
    });
  }
});

describe('links that can be of a password-reset mail', () => {
  const reset = 'https://acme.my.salesforce.com/secur/forgotpassword.jsp?r=1&display=page';
  const safe = (/** @type {string} */ url) => `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(url)}&amp;data=05`;
  const link = (/** @type {string} */ href) => `<a href="${href}">x</a>`;
  for (const [name, body, expected] of /** @type {[string, string, string[]][]} */ ([
    ['each form', link('https://login.salesforce.com/?c=abc') + link('https://a.my.salesforce.com/_ui/system/security/ForgotPasswordInterstitial?c=1') + link(reset), [
      'https://login.salesforce.com/?c=abc', 'https://a.my.salesforce.com/_ui/system/security/ForgotPasswordInterstitial?c=1', reset]],
    ['wrapped by Outlook', link(safe(reset)), [reset]],
    ['wrapped, of another kind', link(safe('https://evil.example/')), []],
    ['others', link('https://help.salesforce.com/s/articleView?id=xcloud.user_security_token.htm') + link('https://login.salesforce.com/secur/forgotpassword.jsp?locale=de') + link('x:'), []],
    ['one twice', link(reset) + link(reset), [reset]],
    ['no more than five', [1, 2, 3, 4, 5, 6].map((n) => link(`https://login.salesforce.com/?c=${n}`)).join(''), [1, 2, 3, 4, 5].map((n) => `https://login.salesforce.com/?c=${n}`)],
    ['not in what is quoted', `<blockquote>${link(reset)}</blockquote>`, []],
    ['no address at all', '<a>x</a><a href="https://[x.safelinks.protection.outlook.com/?url=1">x</a>', []],
  ])) {
    test(name, async () => {
      assert.deepEqual((await scan(outlook(outlookMessage('A', `S&lt;${SF}&gt;`, body)), OUTLOOK)).links, expected);
    });
  }
});

test('the table of the reader, the core and the manifest name the same hosts', async () => {
  const core = [...(await readFile(new URL('../../src/recognise/mail.rs', import.meta.url), 'utf8')).matchAll(/\(\s*"([a-z]+)",\s*&\[([^\]]*)\]/g)]
    .map(([, name = '', hosts = '']) => ({ name, hosts: [...hosts.matchAll(/"([^"]+)"/g)].map(([, host = '']) => host) }));
  assert.equal(core.length, 8);
  const text = (await source('mail')).replace('return { read,', 'return { PROVIDERS, read,');
  const { page, run } = await bench.open('', { scripts: [] });
  await run(text);
  /** Which providers does the reader see at a host? */
  const seen = async (/** @type {string} */ host) => run(`mail.PROVIDERS.filter(({ name, host }) => name !== 'roundcube' && host.test(${JSON.stringify(host)})).map(({ name }) => name)`);
  for (const { name, hosts } of core) {
    for (const host of hosts) {
      const plain = host.replace('*', 'some');
      assert.deepEqual(await seen(plain), [name], host);
      for (const near of [`x${plain}`.replace('xsome', 'x.y-some').replace('some.', ''), `${plain}.evil.example`, plain.replaceAll('.', '-')]) assert.deepEqual(await seen(near), [], near);
    }
  }
  const names = await run('mail.PROVIDERS.map(({ name }) => name)');
  assert.deepEqual(names, [...core.map(({ name }) => name), 'roundcube']);
  const manifest = JSON.parse(await readFile(new URL('../../extension/manifest.json', import.meta.url), 'utf8'));
  assert.deepEqual(manifest.optional_host_permissions, core.flatMap(({ hosts }) => hosts.map((host) => `https://${host}/*`)));
  await page.close();
});

describe('any page', () => {
  test('its text', async () => {
    const { text, ...head } = await scan(`<form><input name=parentElement><p>Token: ${TOKEN}</p></form><script>1</script><textarea>mine</textarea>`, {});
    assert.deepEqual(head, { links: [] });
    assert.deepEqual(lines(text.visible), [`Token: ${TOKEN}`]);
  });

  test('the selection, if there is one', async () => {
    const { page, inject } = await bench.open(`<p>before</p><p id=s>Token: ${TOKEN}</p>`, { scripts: [] });
    await page.evaluate(() => getSelection()?.selectAllChildren(/** @type {Node} */ (document.getElementById('s'))));
    const { text } = await inject('mail');
    assert.deepEqual(text, { visible: `Token: ${TOKEN}`, full: `Token: ${TOKEN}`, cut: false });
    await page.close();
  });

  test('a long page is read as far as it goes, and said to be cut', async () => {
    const { page, inject } = await bench.open('<div id=big></div>', { scripts: [] });
    await page.evaluate(() => {
      const big = /** @type {HTMLElement} */ (document.getElementById('big'));
      big.innerHTML = '<p>twenty characters ok</p>'.repeat(20_000);
    });
    const { text } = await inject('mail');
    assert.deepEqual([text.full.length, text.cut], [200_000, true]);
    await page.close();
  });

  // The bench says 9 ms and less. Here is room for a machine that is slow, not for work that is not sliced: at once it
  // takes some 600 ms.
  for (const large of LARGE.filter(({ name }) => !/without|blanks/.test(name))) {
    test(`never holds up the page: ${large.name}`, async () => {
      const { longest } = await stalls(bench, large, ['mail']);
      assert.ok(longest < 60, `${longest} ms`);
    });
  }

  test('a page that changes while it is read: what is gone is said to be missing', async () => {
    const { page, run } = await bench.open('<div id=big></div>', { scripts: [] });
    await page.evaluate(() => {
      const big = /** @type {HTMLElement} */ (document.getElementById('big'));
      big.innerHTML = '<p><b>x</b></p>'.repeat(20_000);
    });
    await run(await source('mail'));
    const { text } = await run(`setTimeout(() => document.getElementById('big').remove(), 10); mail.readAnything()`);
    assert.equal(text.cut, true);
    await page.close();
  });

  test('a message that is exchanged while it is read is none', async () => {
    const long = '<p><b>x</b></p>'.repeat(20_000);
    const { page, run } = await bench.open(gmail(gmailMessage('1', SF, long)), { ...GMAIL, scripts: [] });
    await run(await source('mail'));
    const read = 'mail.read(mail.fromSalesforce)';
    assert.equal((await run(read)).sender, SF);
    const exchange = `setTimeout(() => document.querySelector('[role=main] .gD').setAttribute('email', 'mallory@evil.example'), 10)`;
    assert.equal(await run(`${exchange}; ${read}`), undefined);
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
