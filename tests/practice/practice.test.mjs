// @ts-check
/** The practice org against its own contract, by plain HTTPS. What browsers add is tested where browsers are. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { PASSWORDS, SECURITY_ANSWER, SMS_CODE, TOTP_CODE } from './data.mjs';
import { HOSTILE } from './hostile.mjs';
import { startPractice } from './server.mjs';
import { Visitor } from './visitor.mjs';

const ADA = 'ada.byron@acme.example';
const GRACE = 'grace.hopper@globex.example';
const DEV = 'ada.byron@acme.example.dev';
const ACME = 'https://acme.my.salesforce.com';
const ACME_HOME = 'https://acme.lightning.force.com/lightning/page/home';
const EDIT = `${ACME}/_ui/system/security/ResetApiTokenEdit`;
const CONFIRM = `${ACME}/_ui/system/security/ResetApiTokenConfirm`;
const NEW_PASSWORD = 'Fresh4Password';

/** @type {Awaited<ReturnType<typeof startPractice>>} */
let practice;

before(async () => {
  practice = await startPractice();
});
after(() => practice.stop());
afterEach(() => practice.org.reset());

const visitor = () => new Visitor(practice.port);
const user = (name = ADA) => {
  const found = practice.org.users.get(name);
  assert.ok(found);
  return found;
};
const kinds = () => practice.org.events.map((event) => event.kind);
const lastMail = () => {
  const mail = practice.org.mails.at(-1);
  assert.ok(mail, 'a mail has come');
  return mail;
};

/** Logs in on one page and ends wherever that leads. */
async function loggedIn(host = 'https://login.salesforce.com', name = /** @type {keyof typeof PASSWORDS} */ (ADA)) {
  const person = visitor();
  await person.open(`${host}/`);
  await person.submit('login_form', { un: name, username: name, pw: PASSWORDS[name] });
  return person;
}

/** From "forgot" to the page behind the mailed link. */
async function throughTheLink(name = ADA, host = 'https://login.salesforce.com') {
  const person = visitor();
  await person.open(`${host}/secur/forgotpassword.jsp?locale=us`);
  await person.submit('forgotPassForm', { un: name, continue: 'Continue' });
  await person.open(lastMail().link ?? '');
  await person.submit('editPage', { save: 'Reset Password' });
  return person;
}

/** @param {Visitor} person */
const here = (person) => {
  assert.ok(person.page);
  return person.page;
};
/** @param {Visitor} person @param {RegExp} pattern */
const isAt = (person, pattern) => assert.match(here(person).url, pattern);
/** @param {Visitor} person @param {RegExp} pattern */
const shows = (person, pattern) => assert.match(here(person).body, pattern);
/** @param {Visitor} person @param {RegExp} pattern */
const hides = (person, pattern) => assert.doesNotMatch(here(person).body, pattern);

test('one page: user name and password together lead to Lightning', async () => {
  for (const host of ['https://login.salesforce.com', ACME]) {
    const person = visitor();
    await person.open(`${host}/`);
    shows(person, /id="username"/);
    shows(person, /<input[^>]*type="password" id="password" name="pw"/);
    await person.submit('login_form', { un: ADA, username: ADA, pw: PASSWORDS[ADA] });
    assert.equal(here(person).url, ACME_HOME);
    shows(person, /ada\.byron@acme\.example/);
  }
});

test('two steps: the first has no password field, the second no user name field', async () => {
  for (const [host, name, home] of /** @type {const} */ ([
    ['https://globex.my.salesforce.com', GRACE, /^https:\/\/globex\.lightning\.force\.com\/lightning\/page\/home$/],
    ['https://test.salesforce.com', DEV, /^https:\/\/acme--dev\.sandbox\.lightning\.force\.com\/lightning\/page\/home$/],
  ])) {
    const person = visitor();
    await person.open(`${host}/`);
    hides(person, /type="password"/);
    await person.submit('login_form', { un: name, username: name });
    hides(person, /id="username"/);
    shows(person, /id="password"/);
    shows(person, /id="Login"/);
    await person.submit('login_form', { un: name, pw: PASSWORDS[name] });
    isAt(person, home);
  }
});

test('the second step keeps standing after a wrong password', async () => {
  const person = visitor();
  await person.open('https://globex.my.salesforce.com/');
  await person.submit('login_form', { un: GRACE, username: GRACE });
  await person.submit('login_form', { un: GRACE, pw: 'wrong' });
  shows(person, /id="error" style="display: block"/);
  hides(person, /id="username"/);
  await person.submit('login_form', { un: GRACE, pw: PASSWORDS[GRACE] });
  isAt(person, /globex\.lightning/);
});

test('a form sent without its script is refused', async () => {
  const person = visitor();
  await person.open(`${ACME}/`);
  await person.submit('login_form', { username: ADA, pw: PASSWORDS[ADA] });
  shows(person, /id="login_form"/);
  assert.deepEqual(kinds(), ['form-without-un']);
});

test('wrong, empty and unknown log-ins look alike, and ten lock the user out', async () => {
  const person = visitor();
  await person.open(`${ACME}/`);
  await person.submit('login_form', { un: ADA, username: ADA, pw: '' });
  shows(person, /Please enter your password/);
  await person.submit('login_form', { un: 'nobody@acme.example', username: 'nobody@acme.example', pw: 'x' });
  const unknown = /id="error"[^<]*<\/div>/.exec(here(person).body)?.[0];
  for (let i = 0; i < 9; i += 1) await person.submit('login_form', { un: ADA, username: ADA, pw: 'x' });
  assert.equal(/id="error"[^<]*<\/div>/.exec(here(person).body)?.[0], unknown);
  assert.equal(user().lockedCount, 10);
  await person.submit('login_form', { un: ADA, username: ADA, pw: PASSWORDS[ADA] });
  shows(person, /id="login_form"/);
});

test('each host signs in its own people only', async () => {
  for (const [host, name] of [['https://login.salesforce.com', DEV], ['https://globex.my.salesforce.com', ADA]]) {
    const person = visitor();
    await person.open(`${host}/`);
    await person.submit('login_form', { un: name, username: name, pw: PASSWORDS[/** @type {keyof typeof PASSWORDS} */ (name)] });
    if (host.includes('globex')) await person.submit('login_form', { un: name, pw: PASSWORDS[/** @type {keyof typeof PASSWORDS} */ (name)] });
    shows(person, /id="error" style="display: block"/);
  }
});

test('a deep address asks for a log-in and is remembered, a foreign one is forgotten', async () => {
  const person = visitor();
  await person.open(EDIT);
  isAt(person, /\/\?ec=302&startURL=%2F_ui%2F/);
  await person.submit('login_form', { un: ADA, username: ADA, pw: PASSWORDS[ADA] });
  assert.equal(here(person).url, EDIT);

  for (const startURL of ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'https://globex.my.salesforce.com/']) {
    const other = visitor();
    await other.open(`${ACME}/?${new URLSearchParams({ startURL })}`);
    await other.submit('login_form', { un: ADA, username: ADA, pw: PASSWORDS[ADA] });
    assert.equal(here(other).url, ACME_HOME, startURL);
  }
});

test('the whole way of the article: forgot, link, code, new password, reset, mail', async () => {
  const person = await throughTheLink();
  isAt(person, /EmailVerificationFinishUi\/e\?/);
  shows(person, /ad\*@\*\*il\.example/);
  hides(person, /ada\.byron/);
  const code = lastMail().code ?? '';
  assert.match(code, /^\d{6}$/);
  await person.submit('editPage', { emc: code === '000000' ? '111111' : '000000', save: 'Verify' });
  shows(person, /class="errorMsg"/);
  await person.submit('editPage', { emc: code, save: 'Verify' });

  isAt(person, /ChangePassword\?fromFrontdoor=1&retURL=.*&display=page&setupid=ChangePassword$/);
  shows(person, /<span class="important">ada\.byron@acme\.example<\/span>/);
  shows(person, /id="password-button" name="save" type="submit"[^>]*disabled/);
  hides(person, /id="currentpassword"/);
  await person.submit('editPage', { newpassword: NEW_PASSWORD, confirmpassword: NEW_PASSWORD, save: '' });
  assert.equal(here(person).url, ACME_HOME);
  assert.equal(user().password, NEW_PASSWORD);
  assert.equal(practice.org.mails.filter((mail) => mail.kind === 'token').length, 0);

  await person.open(EDIT);
  assert.equal(user().resets, 0, 'looking at the page resets nothing');
  await person.submit('editPage', { save: 'Reset Security Token' });
  shows(person, /class="topMessageContent"/);
  hides(person, new RegExp(String(user().token)));
  assert.match(String(user().token), /^[A-Za-z0-9]{25}$/);
  assert.equal(lastMail().token, user().token);
  assert.deepEqual(kinds(), ['forgot', 'code-wrong', 'verified', 'password-changed', 'reset']);
});

test('the article shows the token on the page', async () => {
  const person = await loggedIn();
  for (const variant of /** @type {const} */ ([true, 'table'])) {
    practice.org.options.showTokenOnPage = variant;
    await person.open(EDIT);
    await person.submit('editPage', { save: 'x' });
    shows(person, new RegExp(`${user().token}<`));
  }
});

test('a mailed link works once, survives a scanner, and expires', async () => {
  const person = visitor();
  const ask = async () => {
    await person.open(`${ACME}/secur/forgotpassword.jsp`);
    await person.submit('forgotPassForm', { un: ADA, continue: 'Continue' });
    return lastMail().link ?? '';
  };
  const link = await ask();
  for (let i = 0; i < 3; i += 1) await visitor().open(link);
  await person.open(link);
  shows(person, /form id="editPage"/);
  await person.submit('editPage', { save: 'x' });
  isAt(person, /EmailVerification/);
  await person.open(link);
  isAt(person, /\/secur\/forgotpassword\.jsp\?r=/);
  shows(person, /already been used/);
  shows(person, /id="un"/);

  const late = await ask();
  practice.org.expireLinks();
  await person.open(late);
  shows(person, /already been used/);
  assert.equal(kinds().filter((kind) => kind === 'link-expired').length, 2);
});

test('unknown users get the same page and no mail', async () => {
  const bodies = [];
  for (const name of [ADA, 'nobody@acme.example', DEV]) {
    const person = visitor();
    await person.open('https://login.salesforce.com/secur/forgotpassword.jsp?locale=us');
    await person.submit('forgotPassForm', { un: name, continue: 'Continue' });
    assert.equal(here(person).url, 'https://login.salesforce.com/secur/forgotpassword.jsp');
    hides(person, /id="un"/);
    bodies.push(here(person).body);
  }
  assert.equal(new Set(bodies).size, 1);
  assert.equal(practice.org.mails.length, 1);
});

test('mail to an .invalid address does not arrive', async () => {
  const person = visitor();
  await person.open('https://test.salesforce.com/secur/forgotpassword.jsp');
  await person.submit('forgotPassForm', { un: DEV, continue: 'Continue' });
  assert.equal(practice.org.mails.length, 0);
  assert.deepEqual(kinds(), ['forgot', 'mail-undelivered']);
});

test('the other ways to verify, and the security question before them', async () => {
  const { options } = practice.org;
  options.securityQuestion = true;
  for (const [method, path, fields] of /** @type {const} */ ([
    ['totp', /TotpVerificationUi\/e/, { tc: TOTP_CODE }],
    ['sms', /SmsVerificationFinishUi\/e/, { smc: SMS_CODE }],
    ['push', /ToopherVerificationFinishUi\/e/, undefined],
    ['none', /ChangePassword/, undefined],
  ])) {
    options.verify = method;
    const person = await throughTheLink();
    shows(person, /id="answer"/);
    await person.submit('forgotPassForm', { answer: 'wrong', continue: 'x' });
    shows(person, /id="error" style="display: block"/);
    await person.submit('forgotPassForm', { answer: SECURITY_ANSWER, continue: 'x' });
    isAt(person, path);
    if (fields) await person.submit('editPage', fields);
    if (method === 'push') {
      practice.org.approvePush(ADA);
      await person.open(here(person).url);
    }
    isAt(person, /ChangePassword/);
  }
});

test('a code can be sent again, and only the last one counts', async () => {
  const person = await throughTheLink();
  const first = lastMail().code ?? '';
  const again = /href="([^"]*EmailVerificationStartUi[^"]*)"/.exec(here(person).body)?.[1] ?? '';
  await person.open(new URL(again.replaceAll('&#38;', '&'), here(person).url).href);
  isAt(person, /EmailVerificationFinishUi/);
  const second = lastMail().code ?? '';
  assert.equal(practice.org.mails.filter((mail) => mail.kind === 'code').length, 2);
  if (first !== second) await person.submit('editPage', { emc: first });
  isAt(person, /EmailVerificationFinishUi/);
  await person.submit('editPage', { emc: second });
  isAt(person, /ChangePassword/);
});

test('nothing behind the log-in opens before all stages are passed', async () => {
  const person = await throughTheLink();
  for (const path of ['/home/home.jsp', '/_ui/system/security/ResetApiTokenEdit', '/_ui/system/security/ResetApiTokenConfirm', '/_ui/system/security/ChangePassword?fromFrontdoor=1']) {
    await person.open(ACME + path);
    isAt(person, /EmailVerificationFinishUi/);
  }
  assert.equal(user().resets, 0);
});

test('a new password has to fit the rules', async () => {
  practice.org.options.verify = 'none';
  const person = await throughTheLink();
  for (const [first, second] of [['Short1', 'Short1'], ['lettersonly', 'lettersonly'], ['1234567890', '1234567890'], ['xAda.Byron1', 'xAda.Byron1'], [NEW_PASSWORD, 'Other4Password']]) {
    await person.submit('editPage', { newpassword: first, confirmpassword: second });
    shows(person, /id="error" style="display: block"/);
  }
  assert.equal(user().password, PASSWORDS[ADA]);
});

test('an org may demand a longer password, without any part of the user name', async () => {
  Object.assign(practice.org.options, { verify: 'none', passwordLength: 24, strictPassword: true });
  const person = await throughTheLink();
  shows(person, /<li id="charcount">.*24 /);
  const long = 'Longer-Password-4-somebody';
  for (const refused of [NEW_PASSWORD, 'Xy7-Acmetown-Reads-It-All', 'Longer-Password-4-BYRON-x']) {
    await person.submit('editPage', { newpassword: refused, confirmpassword: refused });
    shows(person, /id="error" style="display: block"/);
  }
  assert.equal(user().password, PASSWORDS[ADA]);
  await person.submit('editPage', { newpassword: long, confirmpassword: long });
  assert.equal(user().password, long);
});

test('pages without recorded ids: log-ins of other shapes, set-up, errors, a link that is gone', async () => {
  const person = visitor();
  const { options } = practice.org;
  for (const [shape, mark] of /** @type {const} */ ([['discovery', /type="text" id="whoever"/], ['sso', /id="idp_section_buttons"/]])) {
    options.loginShape = shape;
    await person.open(`${ACME}/`);
    shows(person, mark);
    hides(person, /id="username"|type="password"/);
  }
  for (const [url, mark] of /** @type {[string, RegExp][]} */ ([
    ['https://login.salesforce.com/welcome', /type="email"/],
    ['https://login.salesforce.com/welcome/environments', /<li>/],
    [`${ACME}/_nc_external/identity/saml/SamlError`, /id="error"/],
    [`${ACME}/_ui/identity/mfa/Register`, /<button/],
    [`${ACME}/practice/error`, /id="errorTitle"/],
  ])) {
    await person.open(url);
    shows(person, mark);
    assert.equal(here(person).url, url);
  }
  options.loginShape = 'form';
  options.linkGone = true;
  await person.open(`${ACME}/_nc_external/identity/ui/login/ForgotPasswordInterstitial?r=none`);
  isAt(person, /ForgotPasswordInterstitial/);
  hides(person, /<form/);
});

test('an expired password asks for the current one', async () => {
  practice.org.options.expiredPassword = true;
  const person = await loggedIn();
  shows(person, /id="currentpassword"/);
  await person.submit('editPage', { currentpassword: 'wrong', newpassword: NEW_PASSWORD, confirmpassword: NEW_PASSWORD });
  shows(person, /id="error" style="display: block"/);
  await person.submit('editPage', { currentpassword: PASSWORDS[ADA], newpassword: NEW_PASSWORD, confirmpassword: NEW_PASSWORD });
  assert.equal(here(person).url, ACME_HOME);
});

test('a password change kills the token, and mails a new one only after a first reset', async () => {
  const person = await loggedIn(ACME);
  const change = async (/** @type {string} */ from, /** @type {string} */ to) => {
    await person.open(`${ACME}/_ui/system/security/ChangePassword?setupid=ChangePassword`);
    shows(person, /class="usernameText">ada\.byron@acme\.example</);
    await person.submit('editPage', { p4: from, p5: to, p6: to, save: 'Save' });
  };
  await change(PASSWORDS[ADA], NEW_PASSWORD);
  assert.equal(user().token, null);
  assert.equal(practice.org.mails.length, 0);

  await person.open(EDIT);
  await person.submit('editPage', { save: 'x' });
  const old = user().token;
  await change(NEW_PASSWORD, 'Another5Password');
  assert.notEqual(user().token, old);
  assert.deepEqual(user().oldTokens, [old]);
  assert.equal(lastMail().token, user().token);

  await change('not the password', 'Another6Password');
  shows(person, /id="errorDiv_ep"[^>]*style="display: block"/);
});

test('opening the confirmation resets again, and the old token dies', async () => {
  const person = await loggedIn(ACME);
  await person.open(EDIT);
  await person.submit('editPage', { save: 'x' });
  const first = user().token;
  await person.open(CONFIRM);
  await person.open(CONFIRM);
  assert.equal(user().resets, 3);
  assert.deepEqual(practice.org.events.filter((event) => event.kind === 'reset').map((event) => event.method), ['POST', 'GET', 'GET']);
  assert.equal(user().oldTokens[0], first);
  assert.equal(practice.org.mails.length, 3);
  assert.equal(lastMail().token, user().token);
});

test('the SOAP log-in takes the live token and refuses the dead one', async () => {
  const person = await loggedIn(ACME);
  await person.open(CONFIRM);
  const old = user().token;
  await person.open(CONFIRM);
  const soap = async (/** @type {string} */ secret, version = '59.0') => {
    const body = `<env:Envelope><env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>${ADA}</n1:username><n1:password>${secret}</n1:password></n1:login></env:Body></env:Envelope>`;
    return (await person.send('POST', `https://login.salesforce.com/services/Soap/u/${version}`, body, 'text/xml')).body;
  };
  assert.match(await soap(PASSWORDS[ADA] + user().token), /<sessionId>/);
  assert.match(await soap(PASSWORDS[ADA] + old), /LOGIN_MUST_USE_SECURITY_TOKEN/);
  assert.match(await soap(PASSWORDS[ADA]), /LOGIN_MUST_USE_SECURITY_TOKEN/);
  assert.match(await soap(`wrong${user().token}`), /INVALID_LOGIN/);
  assert.match(await soap('x', '65.0'), /UNSUPPORTED_API_VERSION/);
  practice.org.options.untrustedNetwork = false;
  assert.match(await soap(PASSWORDS[ADA]), /<sessionId>/);
  practice.org.options.soapLogin = false;
  assert.match(await soap(PASSWORDS[ADA]), /INVALID_OPERATION/);
});

test('the button may be missing', async () => {
  practice.org.options.hideResetButton = true;
  const person = await loggedIn();
  await person.open(EDIT);
  hides(person, /<form/);
});

test('Lightning wraps the Classic page, and the frame needs no cookie', async () => {
  practice.org.options.lightning = true;
  const person = await loggedIn();
  await person.open(EDIT);
  assert.equal(here(person).url, 'https://acme.lightning.force.com/lightning/settings/personal/ResetApiToken/home');
  assert.match(String(here(person).headers['content-security-policy']), /frame-src 'self' https:\/\/acme\.my\.salesforce\.com/);
  const src = (/data-src="([^"]*)"/.exec(here(person).body)?.[1] ?? '').replaceAll('&#38;', '&');
  assert.match(src, /^https:\/\/acme\.my\.salesforce\.com\/_ui\/system\/security\/ResetApiTokenEdit\?.*isdtp=p1&sfdcIFrameOrigin=https%3A%2F%2Facme\.lightning/);

  const frame = visitor();
  await frame.open(src);
  shows(frame, /name="save"/);
  assert.match(String(here(frame).headers['content-security-policy']), /frame-ancestors 'self' https:\/\/acme\.lightning\.force\.com https:\/\/acme\.my\.salesforce-setup\.com/);
  await frame.submit('editPage', { save: 'x' });
  isAt(frame, /ResetApiTokenConfirm\?.*isdtp=p1/);
  assert.equal(user().resets, 1);

  const stranger = visitor();
  await stranger.open(src);
  isAt(stranger, /ec=302/);
});

test('the setup host frames itself', async () => {
  const person = await loggedIn();
  await person.open('https://acme.my.salesforce-setup.com/lightning/settings/personal/ResetApiToken/home');
  shows(person, /data-src="https:\/\/acme\.my\.salesforce-setup\.com\/_ui/);
});

test('log-in detours: verification, phone, maintenance', async () => {
  practice.org.options.verifyAtLogin = true;
  const checked = await loggedIn();
  isAt(checked, /EmailVerificationFinishUi/);
  await checked.submit('editPage', { emc: lastMail().code ?? '' });
  assert.equal(here(checked).url, ACME_HOME);
  practice.org.options.verifyAtLogin = false;

  practice.org.options.phoneNag = true;
  const nagged = await loggedIn();
  isAt(nagged, /\/_ui\/identity\/phone\/AddPhoneNumber\?d=m&retURL=/);
  const out = (/href="(\/_ui\/identity\/phone\/AddPhoneNumber[^"]*)"/.exec(here(nagged).body)?.[1] ?? '').replaceAll('&#38;', '&');
  await nagged.open(ACME + out);
  assert.equal(here(nagged).url, ACME_HOME);

  practice.org.options.maintenance = true;
  const waiting = await loggedIn();
  isAt(waiting, /\/msg\/maintenanceandavailable\.jsp$/);
});

test('saved identities come as a card or as a list', async () => {
  practice.org.options.savedIdentity = true;
  const person = visitor();
  await person.open(`${ACME}/`);
  shows(person, /id="idcard-identity">ada\.byron@acme\.example</);
  shows(person, /id="username"[^>]*style="display: none"/);
  shows(person, /id="clear_link"/);
  practice.org.options.savedIdentity = 'chooser';
  await person.open(`${ACME}/`);
  shows(person, /id="chooser" style="display: block"/);
  shows(person, /id="use_new_identity"/);
});

test('every kind of page has the strict policy, and no inline script', async () => {
  const person = await loggedIn(ACME);
  await person.open('https://mail.google.com/?as=ada@mail.example');
  await person.open('https://outlook.office.com/?as=ada@mail.example');
  const pages = [
    'https://login.salesforce.com/',
    'https://test.salesforce.com/',
    'https://globex.my.salesforce.com/',
    'https://login.salesforce.com/?practice=hidden-username',
    'https://login.salesforce.com/?practice=clobbered',
    'https://login.salesforce.com/?practice=offscreen',
    'https://login.salesforce.com/secur/forgotpassword.jsp',
    `${ACME}/secur/forgotpassword.jsp?r=dead`,
    `${ACME}/home/home.jsp`,
    `${ACME}/_ui/system/security/ChangePassword?setupid=ChangePassword`,
    EDIT,
    CONFIRM,
    `${ACME}/_ui/identity/phone/AddPhoneNumber`,
    `${ACME}/msg/maintenanceandavailable.jsp`,
    `${ACME}/001000000000001`,
    `${ACME}/practice/frames`,
    `${ACME}/no/such/page`,
    ACME_HOME,
    'https://acme.lightning.force.com/lightning/r/Account/001000000000001AAA/view',
    'https://acme.lightning.force.com/lightning/settings/personal/ResetApiToken/home',
    'https://acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home',
    'https://acme.my.site.com/login',
    'https://acme.my.site.com/s/login',
    'https://acme.my.site.com/fake-reset',
    'https://mail.google.com/mail/u/0/',
    'https://outlook.office.com/mail/0/',
    'https://outlook.live.com/mail/0/id/1',
    'https://login.salesforce.com-secure.example/',
    'https://www.example.com/',
    'https://www.example.com/login',
    'https://www.example.com/clobber',
    'https://www.example.com/frames',
    'https://www.example.com/_ui/system/security/ResetApiTokenConfirm',
    'https://unknown.example/',
  ];
  const check = () => {
    const { url, headers, body } = here(person);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'/, url);
    assert.doesNotMatch(body, /<script(?![^>]* src=)|\son[a-z]+="|javascript:/, url);
  };
  for (const page of pages) {
    await person.open(page);
    assert.equal(new URL(here(person).url).host, new URL(page).host, page);
    check();
  }
  const stages = await throughTheLink();
  person.page = here(stages);
  check();
  await stages.submit('editPage', { emc: lastMail().code ?? '' });
  person.page = here(stages);
  check();
});

test('all variants of the log-in page can be told apart', async () => {
  const person = visitor();
  await person.open(`${ACME}/?practice=clobbered`);
  for (const name of ['submit', 'action', 'elements', 'getAttribute', 'parentNode']) shows(person, new RegExp(`<input type="hidden" name="${name}"`));
  for (const variant of ['hidden-username', 'offscreen']) {
    await person.open(`${ACME}/?practice=${variant}`);
    shows(person, new RegExp(`<body class="practice-${variant}"`));
  }
});

test('the mails are laid out as the real ones, in every language', async () => {
  const person = await loggedIn(ACME);
  for (const language of /** @type {const} */ (['en', 'ja', 'de', 'fr', 'es'])) {
    practice.org.options.language = language;
    await person.open(EDIT);
    shows(person, new RegExp(`<html lang="${language}"`));
    shows(person, /<input type="submit" name="save"/);
    await person.submit('editPage', { save: 'x' });
    const mail = lastMail();
    const lines = mail.text.split('\n');
    const at = lines.findIndex((line) => line.endsWith(`: ${ADA}`));
    assert.ok(at > 0, language);
    assert.ok(lines[at + 1].endsWith(`: ${mail.token}`), language);
    assert.deepEqual([lines[at - 1], lines[at + 2]], ['', '']);
    assert.match(lines[at + 3], /help\.salesforce\.com.*user_security_token/);
    assert.ok(mail.html.includes(`${ADA}<br>`) && mail.html.includes(`${mail.token}</p>`), language);
    assert.equal(mail.from, 'support@salesforce.com');
  }
  assert.match(practice.org.mails[0].text, /^Username: ada.*\nSecurity token \(case-sensitive\): \w{25}$/m);
  assert.match(practice.org.mails[1].text, /^ユーザ名: ada.*\nセキュリティトークン \(大文字と小文字を区別\): \w{25}$/m);
  assert.equal(practice.org.mails[0].subject, 'Your new Salesforce security token');
});

test('mails of a user follow his own language, and the sender is an option', async () => {
  user().language = 'ja';
  practice.org.options.mailSender = 'support@emea.salesforce.com';
  practice.org.options.tokenLength = 24;
  const person = await loggedIn(ACME);
  await person.open(CONFIRM);
  assert.match(lastMail().text, /ユーザ名/);
  assert.equal(lastMail().from, 'support@emea.salesforce.com');
  assert.equal(lastMail().token?.length, 24);
});

test('a webmail shows the mails of one address only, newest first', async () => {
  practice.org.deliver({ to: 'ada@mail.example', subject: 'one' });
  practice.org.deliver({ to: 'grace@mail.example', subject: 'two' });
  practice.org.deliver({ to: 'ada@mail.example', subject: 'three' });
  for (const host of ['https://mail.google.com', 'https://outlook.office.com', 'https://outlook.live.com']) {
    const person = visitor();
    await person.open(`${host}/`);
    shows(person, /Choose an account/);
    await person.open(`${host}/?as=ada@mail.example`);
    const { mails } = JSON.parse((await person.open(`${host}/practice/mails.json`)).body);
    assert.deepEqual(mails.map((/** @type {{ subject: string }} */ mail) => mail.subject), ['three', 'one']);
    assert.ok(!('token' in mails[0]), 'what the org knows is not told to the page');
  }
});

test('hostile mails arrive in the mailbox of the victim', () => {
  const { org } = practice;
  const made = Object.keys(HOSTILE).filter((key) => !['TOKEN', 'SECOND_TOKEN'].includes(key));
  for (const preset of made) {
    const mail = org.forgeMail({ preset: /** @type {import('./hostile.mjs').Preset} */ (preset), username: ADA });
    assert.equal(mail.to, 'ada@mail.example', preset);
    assert.ok(mail.text && mail.html && mail.subject, preset);
  }
  assert.equal(org.mails.length, made.length);
  assert.equal(org.forgeMail({ token: HOSTILE.SECOND_TOKEN, from: 'x@evil.example' }).from, 'x@evil.example');
  assert.ok(org.forgeMail({ preset: 'over-long' }).text.length > 2_000_000);
  for (const token of [HOSTILE.TOKEN, HOSTILE.SECOND_TOKEN]) assert.match(token, /^[A-Za-z0-9]{24,25}$/);
});

test('what is typed into foreign hosts is noted', async () => {
  for (const url of ['https://login.salesforce.com-secure.example/', 'https://www.example.com/login', 'https://acme.my.site.com/login']) {
    const person = visitor();
    await person.open(url);
    await person.submit('login_form', { un: ADA, username: ADA, pw: 'typed' });
  }
  assert.deepEqual(practice.org.events.map(({ kind, host }) => [kind, host]), [
    ['caught', 'login.salesforce.com-secure.example'],
    ['caught', 'www.example.com'],
    ['caught', 'acme.my.site.com'],
  ]);
});

test('requests are listed without bodies; unknown hosts are not found', async () => {
  const person = visitor();
  await person.open('https://unknown.example/x?y=1');
  assert.equal(here(person).status, 404);
  assert.deepEqual(practice.org.requests, [{ method: 'GET', host: 'unknown.example', path: '/x', query: '?y=1' }]);
});

test('reset() brings everything back and keeps the objects', async () => {
  const { org } = practice;
  const { users, mails, events, options } = org;
  const person = await loggedIn(ACME);
  await person.open(CONFIRM);
  options.language = 'ja';
  org.reset();
  assert.equal(org.users, users);
  assert.equal(org.mails, mails);
  assert.equal(org.events, events);
  assert.equal(org.options, options);
  assert.equal(options.language, 'en');
  assert.deepEqual([user().resets, user().token, mails.length, events.length, org.requests.length], [0, null, 0, 0, 0]);
  await person.open(EDIT);
  isAt(person, /ec=302/);
});

test('a trailing dot or a port asks for the same host, and links keep the port', async () => {
  for (const host of ['acme.my.salesforce.com.', 'acme.my.salesforce.com:8443']) {
    const answer = await visitor().send('GET', `https://${host}/home/home.jsp`);
    assert.match(String(answer.headers.location), /^https:\/\/acme\.my\.salesforce\.com(:8443)?\/\?ec=302/);
    assert.equal(String(answer.headers.location).includes(':8443'), host.includes(':8443'));
  }
});

test('what a visitor types comes back as text', async () => {
  const person = visitor();
  const typed = '"><script src=x></script>';
  await person.open(`${ACME}/?${new URLSearchParams({ startURL: typed })}`);
  await person.submit('login_form', { un: typed, username: typed, pw: 'x' });
  hides(person, /<script src=x>/);
  shows(person, /value="&#34;&#62;&#60;script src=x/);
});

test('an unfinished log-in does not block a new one', async () => {
  const person = await throughTheLink();
  await person.open(`${ACME}/`);
  await person.submit('login_form', { un: ADA, username: ADA, pw: PASSWORDS[ADA] });
  assert.equal(here(person).url, ACME_HOME);
});

test('logging out ends the session of that host', async () => {
  const person = await loggedIn(ACME);
  await person.open(`${ACME}/secur/logout.jsp`);
  shows(person, /id="login_form"/);
  await person.open(EDIT);
  isAt(person, /ec=302/);
});

test('answers can be slow', async () => {
  practice.org.options.latencyMs = 120;
  const start = Date.now();
  await visitor().open('https://www.example.com/');
  assert.ok(Date.now() - start >= 115);
});
