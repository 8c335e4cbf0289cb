// @ts-check
/** What all webmails share on the server: whose mailbox is open, the mails as JSON, and the empty page around them. */

import { html } from '../html.mjs';
import { htmlReply, jsonReply, redirect } from '../http.mjs';
import { documentOf, plainPage } from '../layout.mjs';
import { wordsOf } from '../words/index.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */
/** @typedef {import('../html.mjs').Raw} Raw */

const COOKIE = 'practice_mailbox';

/**
 * @param {Ctx} ctx
 * @param {{ home: string, owns: (path: string) => boolean, title: string, body: (account: string) => Raw, script: string, style: string }} app
 * @returns {Reply | undefined}
 */
export function webmail(ctx, app) {
  const asked = ctx.query.get('as');
  const account = asked ?? ctx.cookies[COOKIE] ?? '';
  if (asked) ctx.setCookies.push(`${COOKIE}=${encodeURIComponent(asked)}; Path=/; Secure; SameSite=Lax`);
  if (ctx.path === '/practice/mails.json') return mails(ctx, account);
  if (ctx.path === '/') return redirect(ctx.origin(ctx.host) + app.home);
  if (!app.owns(ctx.path)) return undefined;
  if (!account) return chooser(ctx);
  return htmlReply(documentOf({ title: app.title, body: app.body(account), scripts: [app.script], styles: [app.style] }));
}

/** Newest first, as every mailbox lists them. @param {Ctx} ctx @param {string} account */
function mails(ctx, account) {
  const w = wordsOf(ctx.org.options.language);
  const own = ctx.org.mails.filter((mail) => mail.to === account).reverse();
  return jsonReply({
    account,
    words: { body: w.messageBody, from: w.mailFrom },
    mails: own.map(({ id, from, fromName, to, subject, html: body, at }) => ({ id, from, fromName, to, subject, html: body, at })),
  });
}

/** @param {Ctx} ctx */
function chooser(ctx) {
  const accounts = new Set([...ctx.org.users.values()].map((user) => user.email));
  return plainPage({
    title: 'Choose an account',
    body: html`<h1>Choose an account</h1><ul>${[...accounts].map((one) => html`<li><a href="?${new URLSearchParams({ as: one })}">${one}</a></li>`)}</ul>`,
  });
}
