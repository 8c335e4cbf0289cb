// @ts-check
/**
 * Mails that try to plant a wrong token. Each preset is one trick, and otherwise looks as genuine as it can. They go to
 * the victim's own mailbox through `org.forgeMail({ preset, username, token })`.
 */

import { initialOptions } from './data.mjs';
import { bodies, tokenMail } from './mails.mjs';

/** @typedef {import('./org.mjs').User} User */
/** @typedef {import('./org.mjs').Mail} Mail */
/** @typedef {Exclude<keyof typeof HOSTILE, 'TOKEN' | 'SECOND_TOKEN'>} Preset */

const TOKEN = 'Ev1lTw1nOfAT0kenQwErTy7Zx';
const SECOND_TOKEN = 'S3condCand1dateHGfdSaPlM';

export const HOSTILE = {
  /** What the forgeries carry unless a test names another token. */
  TOKEN,
  SECOND_TOKEN,

  /** The address only begins like Salesforce's. @param {User} victim */
  'look-alike-sender': (victim, token = TOKEN) => ({ ...genuine(victim, token), from: 'support@salesforce.com.evil.example' }),

  /** The real address is in the display name alone. @param {User} victim */
  'display-name': (victim, token = TOKEN) => ({
    ...genuine(victim, token),
    from: 'mallory@evil.example',
    fromName: 'Salesforce <support@salesforce.com>',
  }),

  /** Two candidates, so that none can be believed. @param {User} victim */
  'two-tokens': (victim, token = TOKEN) =>
    rewritten(genuine(victim, token), (lines) => [...lines, '', ...tokenLines(victim.username, SECOND_TOKEN)]),

  /** A proper mail about somebody else. @param {User} victim */
  'other-user': (victim, token = TOKEN) => ({
    ...genuine({ ...victim, username: 'mallory@evil.example' }, token),
    username: 'mallory@evil.example',
  }),

  /** A reply with an old token mail quoted under it. @param {User} victim */
  'quoted-old': (victim, token = TOKEN) => {
    const old = genuine(victim, token);
    const remark = 'Is this the one that the nightly job uses?';
    const quoted = String(old.text).split('\n').map((line) => `> ${line}`);
    return {
      ...old,
      subject: `Re: ${old.subject}`,
      text: [remark, '', ...quoted].join('\n'),
      html: `<p>${remark}</p><div class="gmail_quote"><blockquote>${old.html}</blockquote></div>`,
    };
  },

  /** Invisible characters inside the token: soft hyphen, zero-width space and joiner. @param {User} victim */
  'zero-width': (victim, token = TOKEN) => {
    const split = `${token.slice(0, 6)}\u00ad${token.slice(6, 12)}\u200b${token.slice(12, 18)}\u200d${token.slice(18)}`;
    return { ...genuine(victim, split), token };
  },

  /** What is seen and what is read differ: the second half is there twice, once hidden. @param {User} victim */
  'hidden-text': (victim, token = TOKEN) => {
    const mail = genuine(victim, token);
    const shown = `${token.slice(0, 12)}<span style="display:none">${SECOND_TOKEN.slice(12)}</span>${token.slice(12)}`;
    return { ...mail, html: String(mail.html).replace(token, shown) };
  },

  /** The body brings a header of its own, in the provider's markup. @param {User} victim */
  'fake-header': (victim, token = TOKEN) => {
    const mail = genuine(victim, token);
    const header =
      '<table><tr><td class="gF"><span class="gD" email="support@salesforce.com" name="Salesforce">Salesforce</span></td></tr></table>' +
      '<div id="MSG_0_FROM">Salesforce&lt;support@salesforce.com&gt;</div>';
    return { ...mail, from: 'mallory@evil.example', fromName: 'Mallory', html: header + mail.html };
  },

  /** Two megabytes of text with the token at the very end. @param {User} victim */
  'over-long': (victim, token = TOKEN) =>
    rewritten(genuine(victim, token), (lines) => [...Array(Math.ceil(2_000_000 / FILLER.length)).fill(FILLER), '', ...lines]),
};

const FILLER = 'This line means nothing, and there are very many of it, so that a careless reader never comes to an end.';

/** @param {User} victim @param {string} token */
function genuine(victim, token) {
  return tokenMail(victim, token, initialOptions());
}

/**
 * @param {Partial<Mail>} mail
 * @param {(lines: string[]) => string[]} change
 * @returns {Partial<Mail>}
 */
function rewritten(mail, change) {
  return { ...mail, ...bodies(change(String(mail.text).split('\n'))) };
}

/** @param {string} username @param {string} token */
function tokenLines(username, token) {
  return [`Username: ${username}`, `Security token (case-sensitive): ${token}`];
}
