// @ts-check
/** Roundcube: the list, and the message in a frame of the same host. */

import { el } from './mailbox.mjs';
import { mailHere, show, showBody, showFrame } from './nested.mjs';

if (!new URLSearchParams(location.search).has('id')) {
  await showFrame(location.hostname, '/roundcube/', { id: 'messagecontframe' });
} else {
  const mail = await mailHere();
  if (mail) {
    const body = el('div', { id: 'messagebody' });
    show(
      el('div', { id: 'message-header' },
        el('h2', { class: 'subject' }, mail.subject),
        el('div', { class: 'header-summary' }, el('span', { class: 'adr' }, el('a', { class: 'rcmContactAddress', title: mail.from, href: `mailto:${mail.from}` }, mail.fromName)))),
      el('div', { id: 'message-content' }, body));
    await showBody(body);
  }
}
