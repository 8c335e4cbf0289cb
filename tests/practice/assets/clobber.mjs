// @ts-check
/** Adds an input for every name that a form inherits, and an element with the id of many a global. */

const form = /** @type {HTMLFormElement} */ (document.getElementById('login_form'));
const append = Node.prototype.appendChild.bind(form);
const names = new Set();
for (let proto = HTMLFormElement.prototype; proto; proto = Object.getPrototypeOf(proto)) {
  for (const name of Object.getOwnPropertyNames(proto)) names.add(name);
}
for (const name of names) {
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = name;
  append(input);
}
for (const id of ['chrome', 'browser', 'document', 'location', 'forms', 'body', 'getElementById', 'querySelector', 'readyState', 'title']) {
  const image = document.createElement('img');
  image.id = id;
  image.setAttribute('name', id);
  Document.prototype.querySelector.call(document, 'h1')?.after(image);
}
