// @ts-check
/** A message as Yahoo and AOL draw it: the address is in an attribute of the sender's pill. */

import { start } from './hash-mail.mjs';
import { el, tamed, timeOf } from './mailbox.mjs';

/** @param {string} address @param {string} name */
const pill = (address, name) => el('span', { 'data-test-id': 'email-pill', 'data-email': address }, el('span', {}, el('span', {}, name)));

start((mail, account) =>
  el('div', { 'data-test-id': 'message-group-view' },
    el('span', { 'data-test-id': 'message-group-subject-text' }, mail.subject),
    el('div', { 'data-test-id': 'message-view' },
      el('div', { 'data-test-id': 'message-header' },
        el('span', { 'data-test-id': 'message-from' }, pill(mail.from, mail.fromName)),
        el('span', { 'data-test-id': 'message-date' }, timeOf(mail)),
        el('div', { 'data-test-id': 'message-to' }, pill(account, 'me'))),
      el('div', { 'data-test-id': 'message-view-body' },
        el('div', { 'data-test-id': 'message-view-body-content' }, tamed(mail.html))))));
