// @ts-check
/** A mailbox whose list is there without a hash, and the message `#<id>` with it. */

import { el, loadMailbox } from './mailbox.mjs';

/** @typedef {import('./mailbox.mjs').Mail} Mail */

/** @param {(mail: Mail, account: string) => Node} message draws one in the structure of its provider */
export function start(message) {
  const main = /** @type {HTMLElement} */ (document.querySelector('main'));
  window.addEventListener('hashchange', draw);
  draw();

  async function draw() {
    const { mails, account } = await loadMailbox();
    const mail = mails.find(({ id }) => id === location.hash.slice(1));
    const list = mails.map((one) => el('a', { class: 'row', href: `#${one.id}` }, `${one.fromName}: ${one.subject}`));
    main.replaceChildren(...(mail ? [message(mail, account)] : list));
  }
}
