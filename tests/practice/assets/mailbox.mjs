// @ts-check
/** What all webmail scripts share: the mails, small builders, and the taming of a mail's HTML. */

/** @typedef {{ id: string, from: string, fromName: string, to: string, subject: string, html: string, at: number }} Mail */
/** @typedef {{ account: string, words: { body: string, from: string }, mails: Mail[] }} Mailbox */

const KEPT_ATTRIBUTES = new Set(['href', 'style', 'dir', 'lang', 'title', 'align', 'width', 'height']);

/** @returns {Promise<Mailbox>} */
export async function loadMailbox() {
  const answer = await fetch(`/practice/mails.json${location.search}`, { cache: 'no-store' });
  return answer.json();
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {Mail} mail */
export function timeOf(mail) {
  return new Date(mail.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/**
 * The nodes of a mail as a webmail shows them: no active content, no attributes of its own choice, and classes and ids
 * renamed. Only the marks of a quote stay.
 * @param {string} source
 */
export function tamed(source) {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  for (const bad of parsed.querySelectorAll('script, style, iframe, object, form, input, link, meta')) bad.remove();
  for (const element of parsed.body.querySelectorAll('*')) tame(element);
  const fragment = document.createDocumentFragment();
  fragment.append(...parsed.body.childNodes);
  return fragment;
}

/** @param {Element} element */
function tame(element) {
  for (const { name, value } of [...element.attributes]) {
    if (name === 'class' && value === 'gmail_quote') continue;
    if (name === 'class' || name === 'id') element.setAttribute(name, value.replace(/\S+/g, 'm_$&'));
    else if (!KEPT_ATTRIBUTES.has(name)) element.removeAttribute(name);
  }
  if (element instanceof HTMLAnchorElement) {
    element.target = '_blank';
    element.rel = 'noopener noreferrer';
  }
}
