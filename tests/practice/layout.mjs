// @ts-check
/** The frames around the pages: the document itself, and the looks of log-in, Classic and Lightning. */

import { assetPath } from './assets.mjs';
import { html, raw } from './html.mjs';
import { csp, htmlReply } from './http.mjs';
import { wordsOf } from './words/index.mjs';

/** @typedef {import('./html.mjs').Raw} Raw */
/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./http.mjs').Reply} Reply */
/** @typedef {import('./words/index.mjs').Language} Language */

/**
 * @typedef {object} Page
 * @property {string} title
 * @property {Raw} body
 * @property {Language} [language]
 * @property {string} [bodyClass]
 * @property {string[]} [styles]   file names in `assets/`
 * @property {string[]} [scripts]  file names in `assets/`
 * @property {boolean} [shut]      the body is hidden until the page's own script has looked around
 */

/** @param {Page} page @returns {Raw} */
export function documentOf({ title, body, language = 'en', bodyClass = '', styles = [], scripts = [], shut = false }) {
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${styles.map((name) => html`<link rel="stylesheet" href="${assetPath(name)}">\n`)}${scripts.map((name) => html`<script type="module" src="${assetPath(name)}"></script>\n`)}</head>
<body class="${bodyClass}"${shut && raw(' style="display:none"')}>
${body}
</body>
</html>
`;
}

/**
 * A page in the look of the log-in: one card in the middle. Log-in, forgot, verification and new password share it.
 * @param {Ctx} ctx
 * @param {Page & { heading: string, status?: number }} page
 * @returns {Reply}
 */
export function cardPage(ctx, { heading, status, ...page }) {
  const language = page.language ?? ctx.org.options.language;
  const body = html`<div id="content" class="card">
<div id="logo_wrapper"><div id="logo" aria-hidden="true"></div><span class="brand">${brandOf(ctx)}</span></div>
<h1 id="header">${heading}</h1>
${page.body}
</div>
<div id="footer">Practice org: a test double with invented data.</div>`;
  const title = `${page.title} | ${brandOf(ctx)}`;
  return salesforceReply(ctx, documentOf({ ...page, language, title, body, styles: ['login.css'] }), status);
}

/**
 * A page in the Classic look. Framed in Lightning it leaves its header out and tells the top where it stands.
 * @param {Ctx} ctx
 * @param {Page & { heading: string, username?: string, setup?: string }} page
 * @returns {Reply}
 */
export function classicPage(ctx, { heading, username, setup = '', ...page }) {
  const framed = isFramed(ctx);
  const header = html`<div id="AppBodyHeader" class="bPageHeader"><span class="brand">${brandOf(ctx)}</span>
<nav><a href="/home/home.jsp">${wordsOf(page.language ?? 'en').homeTitle}</a></nav>
<span id="userNavLabel">${username}</span></div>`;
  const body = html`${!framed && header}
<div class="bodyDiv"><div class="bPageTitle"><h1 class="pageType">${heading}</h1></div>
${page.body}
</div>`;
  return salesforceReply(
    ctx,
    documentOf({
      ...page,
      title: `${page.title} ~ Salesforce`,
      body,
      bodyClass: `sfdcBody ${setup && `setupTab ${setup}`}`.trim(),
      styles: ['classic.css'],
      scripts: [...(page.scripts ?? []), ...(framed ? ['aloha-frame.mjs'] : [])],
    }),
  );
}

/**
 * A page in the Lightning look. Its links are followed without a new page, so each page may come to frame a Classic one.
 * @param {Ctx} ctx
 * @param {Page & { username?: string, frameHost: string }} page
 * @returns {Reply}
 */
export function lightningPage(ctx, { username, frameHost, ...page }) {
  const body = html`<div class="oneHeader slds-global-header" role="banner"><div class="waffle" aria-hidden="true"></div>
<span class="brand">${brandOf(ctx)}</span><input type="search" placeholder="Search..." aria-label="Search">
<span class="profile">${username}</span></div>
<div class="oneGlobalNav" role="navigation"><a href="/lightning/page/home">Home</a><a href="/lightning/r/Account/001000000000001AAA/view">Accounts</a>
<a href="/lightning/settings/personal/PersonalInformation/home">Settings</a></div>
<main class="desktop">${page.body}</main>`;
  const markup = documentOf({
    ...page,
    title: `${page.title} | Salesforce`,
    body,
    bodyClass: 'desktop slds',
    styles: ['lightning.css'],
    scripts: ['aloha.mjs', 'lightning-nav.mjs'],
  });
  return htmlReply(markup, { csp: csp({ ancestors: ancestorsOf(ctx), frames: [ctx.origin(frameHost)] }) });
}

/**
 * A page with nothing around it.
 * @param {Page & { status?: number }} page
 * @returns {Reply}
 */
export function plainPage({ status, ...page }) {
  return htmlReply(documentOf({ styles: ['plain.css'], ...page }), { status });
}

/** Asked for by Lightning, which puts Classic pages into a frame. @param {Ctx} ctx */
export function isFramed(ctx) {
  return (ctx.query.get('isdtp') ?? ctx.form.get('isdtp')) === 'p1';
}

/** @param {Ctx} ctx @param {Raw} markup @param {number} [status] */
function salesforceReply(ctx, markup, status) {
  return htmlReply(markup, { status, csp: csp({ ancestors: ancestorsOf(ctx) }) });
}

/** Only the hosts of the same family may frame a Salesforce page. @param {Ctx} ctx */
function ancestorsOf(ctx) {
  const { family } = ctx.role;
  return family ? [ctx.origin(family.lightning), ctx.origin(family.setup)] : [];
}

/** @param {Ctx} ctx */
function brandOf(ctx) {
  return ctx.role.family?.name ?? 'Salesforce';
}
