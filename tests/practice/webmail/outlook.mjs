// @ts-check
/** Outlook on the web: an empty shell; its script draws the list and the message named by the path. */

import { html } from '../html.mjs';
import { webmail } from './shell.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */

const OWN = /^\/mail(\/0)?(\/inbox)?(\/id\/[^/]+)?\/?$/;

/** @param {Ctx} ctx */
export function outlookHost(ctx) {
  return webmail(ctx, {
    home: `/mail/0/${ctx.search}`,
    owns: (path) => OWN.test(path),
    title: 'Mail - Outlook',
    script: 'outlook.mjs',
    style: 'outlook.css',
    body: (account) => html`<header id="o365header"><span class="brand">Outlook</span><input type="search" placeholder="Search" aria-label="Search"><span id="mectrl_headerPicture" title="${account}">${account[0]?.toUpperCase()}</span></header>
<div class="columns"><div id="MailList" data-app-section="MessageList" role="listbox"></div><div class="pane" data-app-section="MailReadCompose"></div></div>`,
  });
}
