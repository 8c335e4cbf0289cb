// @ts-check
/**
 * The state of the practice org, and the handle by which a test looks at it and moves it. It is all in memory and all
 * synchronous; what the pages do to it stands in `acts.mjs` and `sessions.mjs`.
 */

import { initialOptions, initialUsers } from './data.mjs';
import { HOSTILE } from './hostile.mjs';
import { tokenMail } from './mails.mjs';
import { newMailId } from './random.mjs';

/** @typedef {import('./words/index.mjs').Language} Language */
/** @typedef {import('./sessions.mjs').Login} Login */

/**
 * @typedef {object} User
 * @property {string} username
 * @property {string} email      where mail goes; an address that ends in `.invalid` gets none
 * @property {string} password
 * @property {string | null} token  the live one; null before the first reset and after a password change without one
 * @property {boolean} everReset a password change mails a new token only after a first reset
 * @property {string} host       My Domain host
 * @property {boolean} twoStep   whether that host asks for the password on a second page
 * @property {number} resets
 * @property {number} lockedCount failed log-ins since the last good one; ten lock the user out
 * @property {string[]} oldTokens
 * @property {Language | null} language  null follows the options
 */

/**
 * @typedef {object} Options
 * @property {boolean | 'table'} showTokenOnPage  the article's variant, in label lines or in a table
 * @property {'email' | 'totp' | 'sms' | 'push' | 'passkey' | 'none'} verify  identity check after the mailed link
 * @property {boolean} securityQuestion
 * @property {boolean} hideResetButton
 * @property {boolean} lightning        a Classic reset page opened on top is wrapped into Lightning
 * @property {boolean | 'chooser'} savedIdentity  identity card, or the list of saved users
 * @property {boolean} loginHint        the log-in form stays hidden for a moment
 * @property {number} latencyMs
 * @property {number} tokenLength
 * @property {Language} language
 * @property {string} mailSender
 * @property {boolean} verifyAtLogin    identity check after a plain log-in as well
 * @property {boolean} expiredPassword  a log-in leads to the change form that asks for the current password
 * @property {boolean} phoneNag         a log-in leads to the page that wants a phone number
 * @property {boolean} maintenance      a log-in leads to the maintenance page
 * @property {number} passwordLength   fewest characters of a new password
 * @property {boolean} strictPassword   a new password may hold no part of the user name either
 * @property {'form' | 'discovery' | 'sso'} loginShape  what a My Domain shows to people who log in
 * @property {boolean} linkGone         a dead link leads to a page that says no more than that
 * @property {boolean} untrustedNetwork the SOAP log-in needs the token
 * @property {boolean} soapLogin        off as in new orgs
 * @property {string | null} soapAnswer  what every SOAP log-in is answered: an exception code, or a word of `soap.mjs`
 * @property {{ clientId: string, certificate: string } | null} jwtApp  an External Client App that takes assertions
 */

/**
 * @typedef {object} Mail
 * @property {string} id
 * @property {string} to
 * @property {string} from
 * @property {string} fromName
 * @property {string} subject
 * @property {'token' | 'code' | 'reset' | 'other'} kind
 * @property {string} text
 * @property {string} html
 * @property {number} at
 * @property {string} username
 * @property {string} [token]
 * @property {string} [code]
 * @property {string} [link]
 */

/** @typedef {Partial<Mail> & { preset?: import('./hostile.mjs').Preset }} Forgery */
/** @typedef {{ kind: string, username?: string, at: number, method?: 'GET' | 'POST', reason?: string, host?: string }} OrgEvent */
/** @typedef {{ username: string, at: number, used: boolean }} ResetLink */

export class Org {
  constructor() {
    /** @type {Map<string, User>} */
    this.users = new Map();
    /** @type {Mail[]} newest last */
    this.mails = [];
    /** @type {OrgEvent[]} */
    this.events = [];
    /** @type {{ method: string, host: string, path: string, query: string }[]} */
    this.requests = [];
    /** @type {Options} */
    this.options = initialOptions();
    /** @type {Map<string, { host: string, login: Login }>} sessions, by cookie value */
    this.sessions = new Map();
    /** @type {Map<string, { host: string, login: Login, to: string }>} one-time hand-overs between hosts */
    this.handovers = new Map();
    /** @type {Map<string, ResetLink>} mailed links, by their `r` */
    this.links = new Map();
    /** @type {Map<string, { username: string, startURL: string }>} people between the two steps of a log-in */
    this.halfway = new Map();
    this.reset();
  }

  /** Back to the start. The collections stay the same objects, so that a test may hold on to them. */
  reset() {
    for (const map of [this.users, this.sessions, this.handovers, this.links, this.halfway]) map.clear();
    for (const list of [this.mails, this.events, this.requests]) list.length = 0;
    for (const user of initialUsers()) this.users.set(user.username, user);
    Object.assign(this.options, initialOptions());
  }

  /**
   * Puts a mail into its mailbox. What the test leaves out is filled in.
   * @param {Partial<Mail>} mail
   * @returns {Mail}
   */
  deliver(mail) {
    /** @type {Mail} */
    const whole = {
      id: newMailId(mail.at),
      to: '',
      from: this.options.mailSender,
      fromName: 'Salesforce',
      subject: '',
      kind: 'other',
      text: '',
      html: '',
      at: Date.now(),
      username: '',
      ...mail,
    };
    this.mails.push(whole);
    return whole;
  }

  /**
   * Delivers a hostile mail: a preset of `hostile.mjs`, or a genuine-looking token mail in which the given fields are
   * replaced.
   * @param {Forgery} [forgery]
   * @returns {Mail}
   */
  forgeMail({ preset, ...fields } = {}) {
    const victim = this.users.get(fields.username ?? 'ada.byron@acme.example') ?? initialUsers()[0];
    const made = preset ? HOSTILE[preset](victim, fields.token) : tokenMail(victim, fields.token ?? HOSTILE.TOKEN, this.options);
    return this.deliver({ ...made, ...fields });
  }

  /** What a day does to every mailed link. */
  expireLinks() {
    for (const link of this.links.values()) link.at = 0;
  }

  /** The person taps "approve" on a phone (`verify: 'push'`). @param {string} username */
  approvePush(username) {
    for (const { login } of this.sessions.values()) if (login.username === username) login.approved = true;
  }

  /** Ends every session, as an administrator or a cleared cookie would. */
  endSessions() {
    this.sessions.clear();
    this.handovers.clear();
  }

  /**
   * @param {string} kind
   * @param {Omit<OrgEvent, 'kind' | 'at'>} [more]
   */
  note(kind, more = {}) {
    this.events.push({ kind, ...more, at: Date.now() });
  }

  /** @param {User} user @returns {Language} */
  languageOf(user) {
    return user.language ?? this.options.language;
  }
}
