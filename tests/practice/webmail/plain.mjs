// @ts-check
/** Yahoo and AOL, Proton, Zoho, Fastmail: each an empty shell; its script draws the list and the message named by the hash. */

import { html } from '../html.mjs';
import { webmail } from './shell.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */

/** Where each has its mail, and the script that knows its structure. */
const APPS = {
  yahoo: { home: '/d/folders/1', owns: /^\/d\//, title: 'Yahoo Mail' },
  proton: { home: '/u/0/inbox', owns: /^\/u\/\d\//, title: 'Proton Mail' },
  zoho: { home: '/zm/', owns: /^\/zm\//, title: 'Zoho Mail' },
  fastmail: { home: '/mail/Inbox/', owns: /^\/mail\//, title: 'Fastmail' },
};

/** @param {keyof APPS} name */
export function plainWebmail(name) {
  const { home, owns, title } = APPS[name];
  return (/** @type {Ctx} */ ctx) =>
    webmail(ctx, {
      home: home + ctx.search,
      owns: (path) => owns.test(path),
      title,
      script: `${name}.mjs`,
      style: 'webmail.css',
      body: (account) => html`<header><span class="brand">${title}</span><span>${account}</span></header><main></main>`,
    });
}
