// @ts-check
/** Draws the list, and the message whose id is in the path, in Outlook's structure. A click moves without a new page. */

import { el, loadMailbox, tamed, timeOf } from './mailbox.mjs';

/** @typedef {import('./mailbox.mjs').Mail} Mail */
/** @typedef {import('./mailbox.mjs').Mailbox} Mailbox */

const list = /** @type {HTMLElement} */ (document.getElementById('MailList'));
const pane = /** @type {HTMLElement} */ (document.querySelector('[data-app-section="MailReadCompose"]'));

window.addEventListener('popstate', draw);
draw();

async function draw() {
  const mailbox = await loadMailbox();
  const id = /\/id\/([^/]+)/.exec(location.pathname)?.[1] ?? '';
  const mail = mailbox.mails.find((one) => one.id === decodeURIComponent(id));
  list.replaceChildren(...mailbox.mails.map(entry));
  pane.replaceChildren(mail ? reading(mail, mailbox) : el('p', { class: 'empty' }, 'Select an item to read'));
}

/** @param {Mail} mail */
function entry(mail) {
  const link = el('a', { class: 'row', role: 'option', href: `/mail/0/id/${mail.id}`, 'data-convid': mail.id },
    el('span', { class: 'who' }, mail.fromName), el('span', { class: 'when' }, timeOf(mail)), el('span', { class: 'what' }, mail.subject));
  link.addEventListener('click', (event) => {
    event.preventDefault();
    history.pushState(null, '', link.getAttribute('href'));
    draw();
  });
  return link;
}

/** @param {Mail} mail @param {Mailbox} mailbox */
function reading(mail, { words }) {
  return el('div', { class: 'conversation' },
    el('div', { id: `CONV_${mail.id}_SUBJECT`, role: 'heading', 'aria-level': '2', title: mail.subject }, el('span', {}, mail.subject)),
    el('div', { id: `MSG_${mail.id}_FROM`, role: 'heading', 'aria-level': '3' },
      el('span', { 'aria-label': `${words.from}: ${mail.fromName}` }, `${mail.fromName}<${mail.from}>`)),
    el('div', { class: 'to' }, mail.to),
    el('div', { id: `UniqueMessageBody_${mail.id}`, role: 'document', 'aria-label': words.body }, tamed(mail.html)));
}
