// @ts-check
/** mail.google.com: an empty shell; its script draws the list and the message named by the hash. */

import { html } from '../html.mjs';
import { webmail } from './shell.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */

const OWN = /^\/mail\/u\/\d\/?$/;

/** @param {Ctx} ctx */
export function gmailHost(ctx) {
  return webmail(ctx, {
    home: `/mail/u/0/${ctx.search}#inbox`,
    owns: (path) => OWN.test(path),
    title: 'Inbox',
    script: 'gmail.mjs',
    style: 'gmail.css',
    body: (account) => html`<header class="gb_Ha"><span class="brand">Mail</span><input type="search" placeholder="Search mail" aria-label="Search mail">
<a class="gb_B" role="button" href="#inbox" aria-label="Google Account: ${account}"><span aria-hidden="true">${account[0]?.toUpperCase()}</span></a></header>
<div class="columns"><nav class="aeN"><a href="#inbox">Inbox</a></nav><div class="nH bkK" role="main"></div></div>`,
  });
}
