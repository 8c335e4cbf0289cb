// @ts-check
/** GMX: navigator, the mailer with list and sender in it, and in that the body, each of another host. */

import { el } from './mailbox.mjs';
import { mailHere, show, showBody, showFrame } from './nested.mjs';

if (location.hostname === 'navigator.gmx.net') {
  await showFrame('webmailer.gmx.net', '/mail', { id: 'thirdPartyFrame_mail' });
} else if (location.hostname === 'webmailer.gmx.net') {
  const mail = await mailHere();
  if (mail) {
    show(el('h1', {}, mail.subject), el('div', { title: mail.from }, mail.fromName));
    await showFrame('gmxnet.mailbody-ui.de', `/Mail/${mail.id}/Body/html`);
  }
} else {
  await showBody(document.body);
}
