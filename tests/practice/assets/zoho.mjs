// @ts-check
/** A message as Zoho is said to draw it. */

import { start } from './hash-mail.mjs';
import { el, tamed } from './mailbox.mjs';

start((mail) =>
  el('div', { class: 'zmPVContent' },
    el('div', { class: 'zmSubject' }, mail.subject),
    el('div', { class: 'zmPVMailWrapper' },
      el('span', { class: 'zmFromAddress' }, `${mail.fromName} <${mail.from}>`),
      el('div', { class: 'zmMailContent' }, tamed(mail.html)))));
