// @ts-check
/** A message as Fastmail is said to draw it: the address is the title of the sender's name. */

import { start } from './hash-mail.mjs';
import { el, tamed, timeOf } from './mailbox.mjs';

start((mail) =>
  el('div', { class: 'v-Thread' },
    el('div', { class: 'v-Thread-title' }, el('h1', {}, mail.subject)),
    el('div', { class: 'v-MessageCard app-contentCard is-expanded' },
      el('h2', { class: 'v-MessageCard-from', title: mail.from }, mail.fromName),
      el('span', { class: 'v-MessageCard-time' }, timeOf(mail)),
      el('div', { class: 'v-Message' }, el('div', { class: 'v-Message-body' }, tamed(mail.html))))));
