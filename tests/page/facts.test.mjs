// @ts-check
/** Does the agent report what is there, all of it and nothing else? */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pause, startBench } from './lib.mjs';

/** @type {import('./lib.mjs').Bench} */
let bench;
before(async () => {
  bench = await startBench();
});
after(() => bench.close());

const VERIFY = '/_ui/identity/verification/method';
const SECURITY = '/_ui/system/security';

/** Each known page: its address, its markup, and the marks that it must yield; `!` means present but not seen. */
const PAGES = [
  {
    name: 'log-in, one page',
    html: `<form name=login id=login_form method=post><input type=hidden name=un><input id=username name=username type=email value=ada@practice.example>
      <input id=password name=pw type=password><div class=loginError id=error style="display:none">no</div><input type=submit id=Login name=Login value="Log In">
      <input type=checkbox id=rememberUn name=rememberUn></form><a id=forgot_password_link href="/secur/forgotpassword.jsp?locale=us">Forgot?</a>
      <div id=idp_section_buttons><button>SSO one</button><button>SSO two</button></div><div class=error role=alert style="display:none">custom domain</div>`,
    marks: 'username password login rememberUn forgot sso error!',
    also: { username: { n: 1, seen: true, on: true, full: true }, password: { n: 1, seen: true, on: true, full: false }, sso: { n: 2, seen: true, on: true, full: false } },
  },
  {
    name: 'log-in of 2014: a button, a link without an id',
    html: `<form name=login><input id=username type=email><input id=password type=password name=pw><button id=Login name=Login>登录</button></form><a href="/secur/forgotpassword.jsp?locale=cn">忘记</a>`,
    marks: 'username password login forgot',
  },
  {
    name: 'saved identities',
    html: `<div id=chooser>choose<ul id=idlist><li><a href=#>ada@practice.example</a></ul><a id=use_new_identity href=#>another user</a></div>
      <div id=idcard-container style="display:none"><div id=idcard><span id=idcard-identity>ada@practice.example</span><a id=clear_link href=#>x</a></div></div>`,
    marks: 'chooser newIdentity identity! clearIdentity!',
    person: null,
  },
  {
    name: 'identity card',
    html: `<div id=idcard-container><div id=idcard><span id=idcard-identity> ada@practice.example </span><a id=clear_link href=#>&#215; clear</a></div></div>
      <input id=username type=email value=ada@practice.example style="display:none"><input id=password type=password name=pw><input type=submit id=Login>`,
    marks: 'identity clearIdentity username! password login',
    person: 'ada@practice.example',
  },
  {
    name: 'forgot',
    path: '/secur/forgotpassword.jsp?locale=us',
    html: `<form id=forgotPassForm><input id=un name=un><input type=submit id=continue name=continue value=Continue><input type=submit name=cancel value=Cancel></form>`,
    marks: 'un continue',
  },
  { name: 'check your mail', path: '/secur/forgotpassword.jsp', html: `<form id=forgotPassForm><p>sent</p></form>`, marks: '' },
  {
    name: 'security question',
    path: '/secur/forgotpassword.jsp',
    html: `<form><input id=answer name=answer><input type=submit name=continue value=Continue></form>`,
    marks: 'answer continue',
  },
  {
    name: 'interstitial',
    path: '/site/_nc_external/identity/ui/login/ForgotPasswordInterstitial?r=1',
    html: `<form id=editPage><input type=hidden name=cancelURL><input type=submit name=save value="Reset Password"></form>`,
    marks: 'interstitialSave',
  },
  ...['emc', 'smc', 'tc'].map((id) => ({
    name: `verify by ${id}`,
    path: `${VERIFY}/EmailVerificationFinishUi/e`,
    html: `<form id=editPage><input type=text id=${id} name=${id} maxlength=6 autocomplete=off><div class=errorMsg>wrong</div><input type=submit id=save name=save value=Verify></form>`,
    marks: `${id} codeBox save error`,
  })),
  {
    name: 'a code box without a known id',
    path: `${VERIFY}/Unknown/e`,
    html: `<form id=editPage><input type=text name=other maxlength=80><input type=text name=code maxlength=10><input type=text maxlength=3><input type=submit id=save name=save></form>`,
    marks: 'codeBox save',
    also: { codeBox: { n: 1, seen: true, on: true, full: false } },
  },
  {
    name: 'new password',
    path: `${SECURITY}/ChangePassword?fromFrontdoor=1`,
    html: `<div class=change-password><form id=editPage><p>for <span class=important>ada@practice.example</span></p><input type=password id=currentpassword><input type=password id=newpassword>
      <input type=password id=confirmpassword><button id=password-button name=save type=submit disabled>Change</button></form></div>`,
    marks: 'currentpassword newpassword confirmpassword passwordButton',
    also: { passwordButton: { n: 1, seen: true, on: false, full: false } },
    person: 'ada@practice.example',
  },
  {
    name: 'change my password',
    path: `${SECURITY}/ChangePassword?setupid=ChangePassword`,
    html: `<form id=editPage><div id=errorDiv_ep style="display:none"></div><span class=usernameText>ada@practice.example</span><input type=password id=p4><input type=password id=p5><input type=password id=p6>
      <input type=submit name=save value=Save><input type=submit name=cancel value=Cancel></form>`,
    marks: 'p4 p5 p6 settingsSave error!',
    person: 'ada@practice.example',
  },
  {
    name: 'reset',
    path: `${SECURITY}/ResetApiTokenEdit?setupid=ResetApiToken`,
    html: `<form id=phSearchForm><input type=submit name=search value=Search></form><form id=editPage><div class=messageText>it will break</div>
      <input type=submit name=save value=Reset><input type=submit name=cancel value=Cancel></form>`,
    marks: 'resetButton message',
    also: { resetButton: { n: 1, seen: true, on: true, full: true } },
  },
  { name: 'reset, without a button', path: `${SECURITY}/ResetApiTokenEdit`, html: `<div class=messageText>not for you</div>`, marks: 'message' },
  { name: 'reset done', path: `${SECURITY}/ResetApiTokenConfirm`, html: `<span class=topMessageContent>mailed</span>`, marks: 'message' },
  { name: 'no reset button elsewhere', path: `${SECURITY}/ResetApiTokenEdit/x`, html: `<form id=editPage><input type=submit name=other></form>`, marks: '' },
  { name: 'phone nag', path: '/_ui/identity/phone/AddPhoneNumber?d=m', html: `<a href="/_ui/identity/phone/AddPhoneNumber?skip=1">not now</a>`, marks: '' },
  { name: 'maintenance', path: '/msg/maintenanceandavailable.jsp', html: `<p>later</p>`, marks: '' },
  {
    name: 'one field, of another type than that of user names',
    html: `<form><label for=username>Mobile</label><input id=username type=text><input type=submit id=Login></form>`,
    marks: 'username identifier login',
  },
  {
    name: 'one field without an id',
    path: '/login/',
    html: `<form><input type=tel name=identifier><input type=checkbox><input type=hidden name=x><button>Next</button></form>`,
    marks: 'identifier',
    quiet: true,
  },
  { name: 'no such field elsewhere', path: '/home/home.jsp', html: `<input id=save><input type=search>`, marks: 'save', quiet: true },
  { name: 'log-in by e-mail address', path: '/welcome', html: `<form><input type=email name=email><button>Continue</button></form>`, marks: 'identifier' },
  { name: 'choice of an org', path: '/discovery/orgs', html: `<ul><li><a href=#>Acme</a></ul>`, marks: '' },
  { name: 'identity providers only', html: `<div id=idp_section_buttons><button>Acme log-in</button></div>`, marks: 'sso' },
  { name: 'an identity page of no known kind', path: '/_ui/identity/mfa/Register', html: `<h1>Connect</h1>`, marks: '' },
  { name: 'an identity provider failed', path: '/_nc_external/identity/saml/SamlError', html: `<div id=error>no</div>`, marks: 'error' },
  { name: 'a link that is gone', path: '/_nc_external/identity/ui/login/ForgotPasswordInterstitial', html: `<h1>URL No Longer Exists</h1>`, marks: '' },
  { name: 'an error in place of a page', path: '/001', html: `<span id=errorTitle>Insufficient Privileges</span>`, marks: 'errorTitle' },
  {
    name: 'Experience site',
    path: '/s/login/',
    html: `<div id=sfdc_username_container><input></div><div id=sfdc_password_container><input type=password></div><iframe src="about:blank?recaptcha" width=300 height=80></iframe>`,
    marks: 'sitesUser sitesPassword captcha',
  },
];

describe('what each page yields', () => {
  for (const { name, path = '/', html, marks, also = {}, person = null, quiet = false } of PAGES) {
    test(name, async () => {
      const { page, look, sent, run } = await bench.open(html, { path });
      const before = await page.evaluate(() => document.documentElement.outerHTML);
      const facts = await look();
      const listed = Object.entries(facts.marks).map(([mark, { seen }]) => (seen ? mark : `${mark}!`));
      assert.deepEqual(listed.sort(), marks.split(' ').filter(Boolean).sort());
      for (const [mark, value] of Object.entries(also)) assert.deepEqual(facts.marks[mark], value, mark);
      assert.equal(facts.person, person);
      assert.equal(facts.path, new URL(path, bench.origin).pathname);
      assert.equal(facts.framed, false);
      assert.equal(facts.settled, false);
      assert.match(facts.nonce, /^[\da-f-]{32,}$/);
      await pause(60);
      const [first] = await sent();
      assert.equal(first?.kind, quiet ? undefined : 'facts');
      if (!quiet) assert.deepEqual({ ...first, kind: undefined }, { ...facts, kind: undefined });
      assert.equal(await page.evaluate(() => document.documentElement.outerHTML), before);
      assert.deepEqual(await page.evaluate(() => ['facts', 'act', 'agent'].filter((name) => name in window)), []);
      assert.equal(await run('"facts" in globalThis'), true);
      await page.close();
    });
  }
});

describe('silence', () => {
  const QUIET = {
    'a record': '<h1>Analytical Society</h1><input type=text id=note><button>Save</button>',
    'plain marks alone': '<form id=editPage><input name=save type=submit id=save><div class=errorMsg>x</div><div class=messageText>y</div></form>',
    'a code box elsewhere': '<input type=text maxlength=6>',
  };
  for (const [name, html] of Object.entries(QUIET)) {
    test(name, async () => {
      const { page, sent } = await bench.open(html, { path: '/lightning/r/Account/1/view' });
      await page.mouse.click(40, 40);
      await pause(900);
      assert.deepEqual(await sent(), []);
      await page.close();
    });
  }
});

test('what comes late is reported, once; absence settles after 2.7 s', async () => {
  const { page, sent } = await bench.open('<input id=username type=email><input type=submit id=Login>');
  await page.evaluate(() => setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<input type=password id=password>'), 100));
  await pause(3300);
  const reports = await sent();
  assert.deepEqual(
    reports.map((/** @type {any} */ { settled, marks }) => [settled, 'password' in marks]),
    [[false, false], [false, true], [true, true]],
  );
  await page.close();
});

describe('the words of a page that can show a token', () => {
  test('seen and held, line by line', async () => {
    const { page, look } = await bench.open(
      `<div id=userNavLabel>somebody@else.example</div><div class=bodyDiv><div class=message><span class=topMessageContent>Here it is</span></div>
       <p>Username: ada@practice.example<br>Token:
         AbCd<span style="display:none">XX</span>Ef<wbr>Gh</p><script>var secret</script></div>`,
      { path: `${SECURITY}/ResetApiTokenConfirm` },
    );
    const { shown } = await look();
    const lines = (/** @type {string} */ text) => text.split('\n').map((line) => line.trim()).filter(Boolean);
    assert.deepEqual(lines(shown.visible), ['Here it is', 'Username: ada@practice.example', 'Token: AbCdEfGh']);
    assert.deepEqual(lines(shown.full), ['Here it is', 'Username: ada@practice.example', 'Token: AbCdXXEfGh']);
    assert.equal(shown.cut, false);
    await page.close();
  });

  test('cut at 20,000', async () => {
    const { page, look } = await bench.open(`<p>${'word '.repeat(10_000)}</p>`, { path: `${SECURITY}/ResetApiTokenEdit` });
    const { shown } = await look();
    assert.deepEqual([shown.visible.length, shown.full.length, shown.cut], [20_000, 20_000, true]);
    await page.close();
  });

  for (const [path, html] of Object.entries({
    '/lightning/settings/personal/ResetApiToken/home': '<p>a</p>',
    '/': '<input id=username>',
    [`${SECURITY}/ChangePassword`]: '<input type=password id=p5>',
  })) {
    test(`not on ${path}`, async () => {
      const { page, look } = await bench.open(html, { path });
      assert.equal((await look()).shown, null);
      await page.close();
    });
  }
});

test('names that are no user names are nobody', async () => {
  for (const text of ['Ada Lovelace', 'a@b@c', `${'a'.repeat(250)}@b.example`, 'ada @practice.example']) {
    const { page, look } = await bench.open(`<span id=idcard-identity>${text}</span>`);
    assert.equal((await look()).person, null, text);
    await page.close();
  }
});

describe('what a form for a new password demands', () => {
  const demands = async (/** @type {string} */ html) => {
    const { page, look } = await bench.open(html, { path: `${SECURITY}/ChangePassword` });
    const { rules } = await look();
    await page.close();
    return rules;
  };
  const FIELDS = '<input type=password id=newpassword><input type=password id=confirmpassword>';

  test('the ids of its list and the numbers in it, never a word, in any language', async () => {
    const list = (/** @type {string} */ words) => `<ul class=passwordul><li id=charcount><span id=charcounticon>o</span>${words}</li><li id=letters><span id=lettersicon>o</span>Buchstabe</li></ul>${FIELDS}`;
    for (const words of ['at least 12 characters', 'mindestens 12 Zeichen', '12 文字以上', 'au moins 12&nbsp;caractères']) {
      assert.deepEqual(await demands(list(words)), ['charcount 12', 'charcounticon null', 'letters null', 'lettersicon null', ' -1 -1'], words);
    }
  });

  test('the limits of its fields', async () => {
    assert.deepEqual(await demands('<input type=password id=newpassword minlength=10 maxlength=64>'), [' 10 64']);
    assert.deepEqual(await demands('<input type=password id=p4 maxlength=9><input type=password id=p5 minlength=8>'), [' 8 -1']);
  });

  test('a number that nobody means as a length stays small', async () => {
    assert.deepEqual(await demands(`<ul class=passwordul><li id=charcount>123456789</ul>`), ['charcount 1234']);
  });

  test('nothing on other pages', async () => {
    const { page, look } = await bench.open('<input id=username type=email>');
    assert.deepEqual((await look()).rules, []);
    await page.close();
  });
});

describe('a page bigger than any that we know', () => {
  const BIG = `<input id=username>${'<p><a href=x>y</a></p>'.repeat(100_000)}`;

  test('is left alone', async () => {
    const { page, sent, look } = await bench.open(BIG);
    await pause(800);
    assert.deepEqual(await sent(), []);
    assert.deepEqual((await look()).marks, {});
    await page.close();
  });

  for (const [name, html] of Object.entries({
    '200,000 elements': BIG,
    '10,000 elements, the most that are looked at': `<form id=login_form><input id=username type=email><input id=password type=password><input type=submit id=Login></form>${'<p><a href=x>y</a></p>'.repeat(4_980)}`,
  })) {
    test(`${name}: no more than 20 ms in one go`, async () => {
      const { page, run } = await bench.open(html);
      await pause(7000);
      // In time of the page's main thread: the machine may be busy with other things.
      const client = await page.createCDPSession();
      await client.send('Performance.enable', { timeDomain: 'threadTicks' });
      const spent = async () => {
        const { metrics } = await client.send('Performance.getMetrics');
        return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
      };
      const times = [];
      for (let round = 0; round < 9; round++) {
        await run(`document.body.append(document.createElement('i'))`);
        await page.evaluate('document.body.offsetHeight');
        const before = await spent();
        await run('void facts.look()');
        times.push((await spent()) - before);
      }
      times.sort((a, b) => a - b);
      console.log(`    a look at ${name}: median ${times[4]?.toFixed(1)} ms, worst ${times[8]?.toFixed(1)} ms`);
      assert.ok(Number(times[8]) > 0 && Number(times[4]) <= 20, `${times}`);
      await page.close();
    });
  }
});

test('a storm of changes costs nothing', async () => {
  const { page, sent } = await bench.open('<input id=username><div id=box></div>');
  await page.evaluate(() => {
    const box = /** @type {HTMLElement} */ (document.getElementById('box'));
    const storm = setInterval(() => {
      for (let i = 0; i < 20; i += 1) box.append(document.createElement('i'));
    }, 10);
    setTimeout(clearInterval, 1500, storm);
  });
  await pause(1700);
  assert.equal((await sent()).length, 1);
  await page.close();
});
