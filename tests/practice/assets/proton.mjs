// @ts-check
/** A message as Proton draws it: the body is put by the page into an empty frame without script. */

import { start } from './hash-mail.mjs';
import { el, tamed, timeOf } from './mailbox.mjs';

start((mail) => {
  const frame = /** @type {HTMLIFrameElement} */ (
    el('iframe', { 'data-testid': 'content-iframe', title: 'Email content', sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox' }));
  frame.addEventListener('load', () => frame.contentDocument?.body.replaceChildren(tamed(mail.html)), { once: true });
  return el('div', {},
    el('h1', { 'data-testid': 'conversation-header:subject' }, mail.subject),
    el('article', { 'data-testid': 'message-view-0' },
      el('div', { 'data-testid': 'message-header-expanded:0' },
        el('span', { 'data-testid': 'recipients:sender', title: mail.from }, el('span', { 'data-testid': 'recipient-label' }, mail.fromName)),
        el('time', { 'data-testid': 'item-date-simple', datetime: new Date(mail.at).toISOString() }, timeOf(mail))),
      el('div', { 'data-testid': 'message-content:body' }, frame)));
});
