// @ts-check
/**
 * A visitor without a browser: plain HTTPS, a cookie jar, redirects, and forms sent as the markup says. He runs no
 * script, so what a script would fill in he has to be told.
 */

import { request } from 'node:https';

/**
 * @typedef {object} Visit
 * @property {number} status
 * @property {string} url       where the redirects ended
 * @property {string} body
 * @property {import('node:http').IncomingHttpHeaders} headers
 */

const MAX_REDIRECTS = 10;

export class Visitor {
  /** @param {number} port */
  constructor(port) {
    this.port = port;
    /** @type {Map<string, Map<string, string>>} cookies by host */
    this.jar = new Map();
    /** @type {Visit | undefined} the page in front of him */
    this.page = undefined;
  }

  /** @param {string} url @returns {Promise<Visit>} */
  open(url) {
    return this.go('GET', url);
  }

  /**
   * Sends the form of the present page that has this id, with the given fields on top of its own.
   * @param {string} id
   * @param {Record<string, string>} fields
   */
  submit(id, fields) {
    if (!this.page) throw new Error('no page is open');
    const form = formOf(this.page.body, id);
    return this.go(form.method, new URL(form.action, this.page.url).href, { ...form.fields, ...fields });
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} [fields]
   * @returns {Promise<Visit>}
   */
  async go(method, url, fields) {
    const body = fields && method === 'POST' ? new URLSearchParams(fields).toString() : undefined;
    let visit = await this.send(method, url, body);
    for (let i = 0; visit.headers.location; i += 1) {
      if (i === MAX_REDIRECTS) throw new Error(`too many redirects, the last one to ${visit.headers.location}`);
      visit = await this.send('GET', new URL(visit.headers.location, visit.url).href);
    }
    this.page = visit;
    return visit;
  }

  /**
   * One request, no redirects followed.
   * @param {string} method
   * @param {string} url
   * @param {string} [body]
   * @param {string} [type]
   * @returns {Promise<Visit>}
   */
  send(method, url, body, type = 'application/x-www-form-urlencoded') {
    const { host, hostname, pathname, search } = new URL(url);
    const cookies = this.jar.get(hostname) ?? new Map();
    /** @type {Record<string, string>} */
    const headers = { Host: host, Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (body !== undefined) headers['Content-Type'] = type;
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, servername: hostname, method, path: pathname + search, headers, rejectUnauthorized: false, agent: false };
      const sent = request(options, async (answer) => {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        this.keep(hostname, answer.headers['set-cookie'] ?? []);
        resolve({ status: answer.statusCode ?? 0, url, body: text, headers: answer.headers });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** @param {string} host @param {string[]} lines */
  keep(host, lines) {
    const cookies = this.jar.get(host) ?? new Map();
    for (const line of lines) {
      const [pair, ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.jar.set(host, cookies);
  }
}

/** @param {string} body @param {string} id */
function formOf(body, id) {
  for (const [, attributes, content] of body.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    if (attribute(attributes, 'id') !== id) continue;
    /** @type {Record<string, string>} */
    const fields = {};
    for (const [input] of content.matchAll(/<input[^>]*>/g)) {
      const type = attribute(input, 'type');
      // Nobody has pressed or ticked anything yet.
      if (type !== 'submit' && type !== 'checkbox') fields[attribute(input, 'name')] = attribute(input, 'value');
    }
    return { method: attribute(attributes, 'method').toUpperCase(), action: attribute(attributes, 'action'), fields };
  }
  throw new Error(`no form #${id} on the page`);
}

/** @param {string} tag @param {string} name */
function attribute(tag, name) {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&');
}
