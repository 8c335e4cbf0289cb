// @ts-check
/**
 * GMX, iCloud and a Roundcube: the mail stands in frames within frames. Those of GMX and iCloud are of other sites, so
 * that no script of one sees both the sender and the body; Roundcube's is of its own.
 */

import { html } from '../html.mjs';
import { csp } from '../http.mjs';
import { webmail } from './shell.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */

const GMX = ['navigator.gmx.net', 'webmailer.gmx.net', 'gmxnet.mailbody-ui.de'];
const ICLOUD = ['www.icloud.com', 'www-mail.icloud-sandbox.com'];
const ROUNDCUBE = ['webmail.practice.example'];

export const gmxHost = framed({ hosts: GMX, home: '/mail', owns: /^\/(mail$|Mail\/)/, script: 'gmx.mjs' });
export const icloudHost = framed({ hosts: ICLOUD, home: '/mail/', owns: /^\/(mail\/|applications\/)/, script: 'icloud.mjs' });
export const roundcubeHost = framed({ hosts: ROUNDCUBE, home: '/roundcube/', owns: /^\/roundcube\/$/, script: 'roundcube.mjs' });

/** @param {{ hosts: string[], home: string, owns: RegExp, script: string }} app */
function framed({ hosts, home, owns, script }) {
  return (/** @type {Ctx} */ ctx) => {
    const reply = webmail(ctx, {
      home: home + ctx.search,
      owns: (path) => owns.test(path),
      title: 'Mail',
      script,
      style: 'webmail.css',
      body: () => html`<main></main>`,
    });
    const own = hosts.map(ctx.origin);
    if (reply?.headers) reply.headers['Content-Security-Policy'] = csp({ ancestors: own, frames: own });
    return reply;
  };
}
