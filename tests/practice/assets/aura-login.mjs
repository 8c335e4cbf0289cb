// @ts-check
/** The community's button is no submit; a script sends the form. */

document.querySelector('button.loginButton')?.addEventListener('click', () => {
  document.querySelector('form')?.requestSubmit();
});
