// @ts-check
/** Writing HTML that is escaped unless it says otherwise. */

export class Raw {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** Marks text that is HTML already. @param {string} text */
export const raw = (text) => new Raw(text);

/** @param {string} text */
export function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * Tag for templates: plain values are escaped, nested templates and lists of them are not, empty values vanish.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function html(strings, ...values) {
  return new Raw(strings.reduce((out, part, i) => out + render(values[i - 1]) + part));
}

/** @param {unknown} value @returns {string} */
function render(value) {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return escape(String(value));
}

/**
 * Hidden inputs from a record, in its order.
 * @param {Record<string, string>} fields
 */
export function hidden(fields) {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`);
}
