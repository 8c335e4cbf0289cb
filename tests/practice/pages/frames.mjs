// @ts-check
/** One page with log-in forms in every kind of frame, served under a foreign and under a genuine top. */

import { html } from '../html.mjs';
import { csp, htmlReply } from '../http.mjs';
import { documentOf } from '../layout.mjs';

/** @typedef {import('../http.mjs').Ctx} Ctx */
/** @typedef {import('../http.mjs').Reply} Reply */

/**
 * Frames of this host, of a host that does not want to be framed, and of no host at all. A script fills those that only
 * a script can fill.
 * @param {Ctx} ctx
 * @returns {Reply}
 */
export function framesPage(ctx) {
  const inner = documentOf({ title: 'Inner', body: loginForm() }).text;
  const body = html`<h1>Frames</h1>
<iframe title="own" src="/secur/forgotpassword.jsp"></iframe>
<iframe title="own-sandboxed" sandbox="allow-forms" src="/secur/forgotpassword.jsp"></iframe>
<iframe title="foreign" src="${ctx.origin('www.example.com')}/login"></iframe>
<iframe title="salesforce" src="${ctx.origin('login.salesforce.com')}/"></iframe>
<iframe title="blank" src="about:blank" data-practice="blank"></iframe>
<iframe title="srcdoc" srcdoc="${inner}"></iframe>
<iframe title="sandboxed" sandbox="allow-forms" srcdoc="${inner}"></iframe>
<iframe title="blob" data-practice="blob"></iframe>`;
  const markup = documentOf({ title: 'Frames', body, styles: ['plain.css'], scripts: ['frames.mjs'] });
  return htmlReply(markup, { csp: csp({ frames: ['https:', 'blob:'] }) });
}

/** An ordinary log-in form that has Salesforce's ids by chance. */
export function loginForm() {
  return html`<form name="login" id="login_form" method="post" action="/login"><label for="username">Username</label><input type="email" id="username" name="username">
<label for="password">Password</label><input type="password" id="password" name="password"><p><input type="submit" id="Login" name="Login" value="Log in"></p></form>`;
}
