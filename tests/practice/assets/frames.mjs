// @ts-check
/** Fills the two frames that only a script can fill. */

const inner = '<form id="login_form" name="login"><input type="email" id="username" name="username"><input type="password" id="password" name="pw"><input type="submit" id="Login" name="Login"></form>';

const blank = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe[data-practice="blank"]'));
if (blank.contentDocument) blank.contentDocument.body.innerHTML = inner;

const blob = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe[data-practice="blob"]'));
blob.src = URL.createObjectURL(new Blob([inner], { type: 'text/html' }));
