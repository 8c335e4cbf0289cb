// @ts-check
/** The change-password page's own script: ticks the rules off and frees the button, on key events alone. */

import { checkPolicy } from './policy.mjs';

const byId = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
const first = byId('newpassword');
const second = byId('confirmpassword');
const current = document.querySelector('#currentpassword');
const button = byId('password-button');
const form = byId('editPage');
const username = document.querySelector('span.important')?.textContent ?? '';

for (const input of [first, second, current]) {
  for (const kind of ['input', 'keyup', 'blur']) input?.addEventListener(kind, update);
}

function update() {
  const rules = checkPolicy(first.value, username, { least: Number(form.dataset.least), strict: form.dataset.strict === 'true' });
  tick('charcount', rules.charcount);
  tick('letters', rules.letters);
  tick('numbers', rules.numbers);
  const same = first.value === second.value;
  byId('newpassword-message').textContent = rules.noUser || !first.value ? '' : form.dataset.hasUser ?? '';
  byId('confirmpassword-message').textContent = same || !second.value ? '' : form.dataset.mismatch ?? '';
  const currentGiven = !(current instanceof HTMLInputElement) || current.value !== '';
  button.disabled = !(rules.fits && same && currentGiven);
}

/** @param {string} id @param {boolean} met */
function tick(id, met) {
  byId(id).classList.toggle('met', met);
  byId(`${id}icon`).textContent = met ? '\u2713' : '\u25cb';
}
