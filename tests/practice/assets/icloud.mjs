// @ts-check
/** iCloud: the page, the mail application in it, and in that the message, of a site of its own. */

import { el } from './mailbox.mjs';
import { mailHere, show, showBody, showFrame } from './nested.mjs';

if (location.pathname.startsWith('/mail/')) {
  await showFrame('www.icloud.com', '/applications/mail2/current/en-us/index.html');
} else if (location.hostname === 'www.icloud.com') {
  const mail = await mailHere();
  if (mail) {
    show(el('div', { class: 'thread-participants' }, mail.fromName), el('h1', {}, mail.subject));
    await showFrame('www-mail.icloud-sandbox.com', '/applications/mail2-message/current/en-us/index.html');
  }
} else {
  const body = el('div', { class: 'mail-message-defaults' });
  show(body);
  await showBody(body);
}
