// @ts-check
/**
 * The invented people and orgs of the practice org. Everything a test may want to type stands here, so that no test
 * has to repeat a password.
 */

/** @typedef {import('./org.mjs').User} User */
/** @typedef {import('./org.mjs').Options} Options */

/**
 * One invented customer of Salesforce with its family of hosts. A person signs in on `myDomain`, and the other hosts
 * get their session handed over from there.
 * @typedef {object} Family
 * @property {string} id        org id, 18 characters
 * @property {string} name
 * @property {boolean} sandbox
 * @property {string} myDomain
 * @property {string} lightning
 * @property {string} setup
 */

/** @type {readonly Family[]} */
export const FAMILIES = [
  {
    id: '00D000000000001EAA',
    name: 'Acme Instruments',
    sandbox: false,
    myDomain: 'acme.my.salesforce.com',
    lightning: 'acme.lightning.force.com',
    setup: 'acme.my.salesforce-setup.com',
  },
  {
    id: '00D000000000002EAA',
    name: 'Globex Shipping',
    sandbox: false,
    myDomain: 'globex.my.salesforce.com',
    lightning: 'globex.lightning.force.com',
    setup: 'globex.my.salesforce-setup.com',
  },
  {
    id: '00D000000000003EAA',
    name: 'Acme Instruments (dev)',
    sandbox: true,
    myDomain: 'acme--dev.sandbox.my.salesforce.com',
    lightning: 'acme--dev.sandbox.lightning.force.com',
    setup: 'acme--dev.sandbox.my.salesforce-setup.com',
  },
];

/** The passwords with which the practice org starts, by user name. */
export const PASSWORDS = Object.freeze({
  'ada.byron@acme.example': 'Difference3Engine',
  'grace.hopper@globex.example': 'Compiler7Nanosecond',
  'ada.byron@acme.example.dev': 'Bernoulli9Numbers',
});

/** What an authenticator app and a text message would show: fixed, as a test double has no clock to share with a phone. */
export const TOTP_CODE = '246802';
export const SMS_CODE = '135791';

/** The answer to everybody's security question. */
export const SECURITY_ANSWER = 'Ockham';

/**
 * Fresh copies on every call, as tests change them freely.
 * @returns {User[]}
 */
export function initialUsers() {
  return [
    newUser('ada.byron@acme.example', 'ada@mail.example', 'acme.my.salesforce.com', false),
    newUser('grace.hopper@globex.example', 'grace@mail.example', 'globex.my.salesforce.com', true),
    // A sandbox refresh makes addresses undeliverable in just this way.
    newUser('ada.byron@acme.example.dev', 'ada@mail.example.invalid', 'acme--dev.sandbox.my.salesforce.com', false),
  ];
}

/** @returns {Options} */
export function initialOptions() {
  return {
    showTokenOnPage: false,
    verify: 'email',
    securityQuestion: false,
    hideResetButton: false,
    lightning: false,
    savedIdentity: false,
    loginHint: true,
    latencyMs: 0,
    tokenLength: 25,
    language: 'en',
    mailSender: 'support@salesforce.com',
    verifyAtLogin: false,
    expiredPassword: false,
    phoneNag: false,
    maintenance: false,
    passwordLength: 8,
    strictPassword: false,
    loginShape: 'form',
    linkGone: false,
    untrustedNetwork: true,
    soapLogin: true,
    soapAnswer: null,
    jwtApp: null,
  };
}

/**
 * @param {keyof typeof PASSWORDS} username
 * @param {string} email
 * @param {string} host
 * @param {boolean} twoStep
 * @returns {User}
 */
function newUser(username, email, host, twoStep) {
  return {
    username,
    email,
    password: PASSWORDS[username],
    token: null,
    everReset: false,
    host,
    twoStep,
    resets: 0,
    lockedCount: 0,
    oldTokens: [],
    language: null,
  };
}
