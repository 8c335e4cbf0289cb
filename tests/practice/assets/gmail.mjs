// @ts-check
/** Draws `#inbox` as the list and `#inbox/<id>` as one message, in Gmail's structure. */

import { el, loadMailbox, tamed, timeOf } from './mailbox.mjs';

/** @typedef {import('./mailbox.mjs').Mail} Mail */

const main = /** @type {HTMLElement} */ (document.querySelector('[role="main"]'));

window.addEventListener('hashchange', draw);
draw();

async function draw() {
  const { mails, account } = await loadMailbox();
  const id = location.hash.split('/')[1] ?? '';
  const mail = mails.find((one) => one.id === id);
  document.title = mail ? `${mail.subject} - ${account}` : `Inbox - ${account}`;
  main.replaceChildren(mail ? conversation(mail) : list(mails));
}

/** @param {Mail[]} mails */
function list(mails) {
  if (!mails.length) return el('p', { class: 'empty' }, 'No mail yet.');
  const rows = mails.map((mail) =>
    el('tr', { class: 'zA', role: 'row' },
      el('td', { class: 'yX' }, el('span', { class: 'zF', email: mail.from, name: mail.fromName }, mail.fromName)),
      el('td', { class: 'xY' }, el('a', { class: 'bog', href: `#inbox/${mail.id}` }, mail.subject)),
      el('td', { class: 'xW' }, timeOf(mail))),
  );
  return el('table', { class: 'F cf zt', role: 'grid' }, el('tbody', {}, ...rows));
}

/** @param {Mail} mail */
function conversation(mail) {
  return el('div', { class: 'nH if' },
    el('h2', { class: 'hP', 'data-thread-perm-id': `thread-f:${mail.id}`, 'data-legacy-thread-id': mail.id }, mail.subject),
    el('div', { class: 'adn ads', 'data-message-id': `#msg-f:${BigInt(`0x${mail.id}`)}`, 'data-legacy-message-id': mail.id },
      el('div', { class: 'gs' },
        header(mail),
        el('div', { class: 'hb' }, 'to ', el('span', { class: 'g2', email: mail.to, name: 'me' }, 'me')),
        el('div', { class: 'ii gt' }, el('div', { class: 'a3s aiL' }, tamed(mail.html))))));
}

/** @param {Mail} mail */
function header(mail) {
  const sender = el('span', { email: mail.from, name: mail.fromName, class: 'gD' }, mail.fromName);
  return el('table', { class: 'cf gJ' }, el('tbody', {}, el('tr', { class: 'acZ' },
    el('td', { class: 'gF gK' }, el('h3', { class: 'iw' }, sender, ' ', el('span', { class: 'go' }, `<${mail.from}>`))),
    el('td', { class: 'gH' }, el('span', { class: 'g3' }, timeOf(mail))))));
}
