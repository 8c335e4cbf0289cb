// @ts-check
/** What the webmails with frames share: the next frame inwards, and the body in the innermost. */

import { el, loadMailbox, tamed } from './mailbox.mjs';

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const here = new URLSearchParams(location.search);

/** The frame of this mailbox, told whose it is and which mail to show. @param {string} host @param {string} path @param {Record<string, string>} [attributes] */
export async function showFrame(host, path, attributes = {}) {
  window.addEventListener('hashchange', () => location.reload());
  const { account } = await loadMailbox();
  const query = new URLSearchParams({ as: account, id: here.get('id') ?? location.hash.slice(1) });
  const port = location.port && `:${location.port}`;
  main.append(el('iframe', { ...attributes, src: `https://${host}${port}${path}?${query}` }));
}

/** The mail of this frame. */
export async function mailHere() {
  return (await loadMailbox()).mails.find(({ id }) => id === here.get('id'));
}

/** @param {Element} into */
export async function showBody(into) {
  const mail = await mailHere();
  if (mail) into.append(tamed(mail.html));
}

/** @param {...Node} nodes */
export function show(...nodes) {
  main.replaceChildren(...nodes);
}
