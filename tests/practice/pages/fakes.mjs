// @ts-check
/** Pages that claim to be what they are not. Whoever can put text on a host can write all of this. */

import { html } from '../html.mjs';
import { plainPage } from '../layout.mjs';

/** @typedef {import('../http.mjs').Reply} Reply */

const TOKEN = 'Planted0nAF0reignH0stQwEr';

/** A confirmation of a reset, with the marks of the real one. @returns {Reply} */
export function fakeConfirmation() {
  return plainPage({
    title: 'Reset Security Token ~ Salesforce',
    body: html`<h1>Reset My Security Token</h1>
<div class="message confirmM"><div class="messageText"><span class="topMessageContent">Your security token has been reset.</span></div></div>
<p>Username: ada.byron@acme.example<br>Security token (case-sensitive): ${TOKEN}</p>`,
  });
}

/** A new-password form, with the ids of the real one. @returns {Reply} */
export function fakeNewPassword() {
  return plainPage({
    title: 'Change Your Password | Salesforce',
    body: html`<h1 id="header">Change Your Password</h1>
<div class="change-password"><form id="editPage" method="post" action="/practice/caught"><p>Enter a new password for <span class="important">ada.byron@acme.example</span>.</p>
<label for="newpassword">New Password</label><input type="password" id="newpassword" name="newpassword">
<label for="confirmpassword">Confirm New Password</label><input type="password" id="confirmpassword" name="confirmpassword">
<button id="password-button" name="save" type="submit">Change Password</button></form></div>`,
  });
}
