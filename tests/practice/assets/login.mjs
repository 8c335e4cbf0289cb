// @ts-check
/**
 * The log-in page's own script: the frame guard, the saved identities, and the copy of the user name without which
 * the server refuses the form.
 */

const byId = (/** @type {string} */ id) => document.getElementById(id);
const username = /** @type {HTMLInputElement | null} */ (byId('username'));
const loginForm = byId('theloginform');
const chooser = byId('chooser');
const card = byId('idcard-container');

if (window.top === window) document.body.style.display = '';
// Through the document: a clobbered form cannot be asked for anything.
document.addEventListener('submit', handleLogin, true);
byId('clear_link')?.addEventListener('click', useNewIdentity);
byId('use_new_identity')?.addEventListener('click', useNewIdentity);
byId('hint_back_chooser')?.addEventListener('click', showChooser);
for (const entry of document.querySelectorAll('#idlist a[id^="hint_00"]')) entry.addEventListener('click', useHint);
byId('mydomainLink')?.addEventListener('click', toggleDomain);

const wait = Number(loginForm?.dataset.hintMs ?? 0);
if (wait) setTimeout(showForm, wait);

function handleLogin() {
  const un = /** @type {HTMLInputElement} */ (document.querySelector('#login_form input[name="un"]'));
  un.value = username ? username.value : (byId('idcard-identity')?.textContent ?? '').trim();
}

function showForm() {
  if (loginForm) loginForm.style.display = 'block';
}

/** @param {Event} [event] */
function useNewIdentity(event) {
  event?.preventDefault();
  if (chooser) chooser.style.display = 'none';
  if (card) card.style.display = 'none';
  if (username) {
    username.value = '';
    username.style.display = '';
  }
  showForm();
}

/** @param {Event} event */
function useHint(event) {
  event.preventDefault();
  const name = (/** @type {HTMLElement} */ (event.currentTarget).textContent ?? '').trim();
  const identity = byId('idcard-identity');
  if (identity) identity.textContent = name;
  if (username) {
    username.value = name;
    username.style.display = 'none';
  }
  if (card) card.style.display = 'block';
  if (chooser) chooser.style.display = 'none';
  showForm();
}

/** @param {Event} event */
function showChooser(event) {
  event.preventDefault();
  if (chooser) chooser.style.display = 'block';
  if (loginForm) loginForm.style.display = 'none';
}

/** @param {Event} event */
function toggleDomain(event) {
  event.preventDefault();
  const box = byId('mydomain_container');
  if (box) box.style.display = box.style.display === 'none' ? 'block' : 'none';
}
