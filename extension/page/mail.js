// @ts-check
/**
 * Reads the message that is open in a webmail, or whatever a person asks us to look at. Stands alone, so that one click
 * can put just this file into a page: the value of its last line is then the reading. It sends nothing to anybody.
 *
 * Where a provider's page is not as the table says, the reading is poorer (no sender, then no message at all) and the
 * person is left to select the text.
 */

/**
 * @typedef {{ provider: string | null, sender: string | null, subject: string | null, id: string | null,
 *   text: { visible: string, full: string, cut: boolean } }} MailReading
 * @typedef {object} Provider
 * @property {string} name
 * @property {RegExp} host
 * @property {string} body       what was written by the sender; nothing in it is believed
 * @property {string} [box]      the message with its header; without it, as far out as no second body comes in
 * @property {string} sender     the cell of the header that names the sender
 * @property {string} [address]  the attribute with the address; without it, the address ends the text, in angle brackets
 * @property {string} subject
 * @property {string[]} id       attributes of the box, or else of the sender's cell; the first that is there
 */

var mail = (() => {
  /** Everything we know of the providers' pages, and since when. @type {Provider[]} */
  const PROVIDERS = [
    {
      // As in gmail.js, InboxSDK and Mailvelope, 2026.
      name: 'gmail',
      host: /^mail\.google\.com$/,
      body: '.a3s',
      box: '[data-message-id], [data-legacy-message-id]',
      sender: 'td.gF span[email]',
      address: 'email',
      subject: 'h2.hP, h2[data-thread-perm-id]',
      id: ['data-legacy-message-id', 'data-message-id'],
    },
    {
      // As in eight public readers, 2026. The label of a body is translated, and an editor has the same.
      name: 'outlook',
      host: /^outlook\.(live\.com|office(365)?\.com|cloud\.microsoft)$/,
      body: '[id^="UniqueMessageBody"]:not([contenteditable=true])',
      sender: '[id^="MSG_"][id$="_FROM"]',
      subject: '[role=heading][id$="_SUBJECT"]',
      id: ['id'],
    },
    {
      // As in saved pages; the recipients' pills are not in the sender's cell.
      name: 'yahoo',
      host: /^mail\.(yahoo|aol)\.com$/,
      body: '[data-test-id="message-view-body-content"]',
      sender: '[data-test-id="message-from"]',
      subject: '[data-test-id="message-group-subject-text"], [data-test-id="message-subject"]',
      id: [],
    },
    {
      // ProtonMail/WebClients, `MessageBodyIframe.tsx`: the body is in a frame that the page itself writes.
      name: 'proton',
      host: /^mail\.proton\.me$/,
      body: '[data-testid="message-content:body"] iframe',
      sender: '[data-testid="recipients:sender"]',
      address: 'title',
      subject: '[data-testid="conversation-header:subject"]',
      id: [],
    },
  ];

  const BLOCKS = 'address, blockquote, body, dd, div, dt, form, h1, h2, h3, h4, h5, h6, li, p, pre, section, td, th, tr';
  const SILENT = 'script, style, noscript, template, textarea';
  const QUOTES = '.gmail_quote, blockquote';
  const LIMIT = 200_000;
  const NODES = 400_000;
  const { closest, checkVisibility } = Element.prototype;

  return { read, readAnything, fromSalesforce };

  /** A message that is open here, or the selection, or the whole page. @returns {MailReading} */
  function readAnything() {
    const message = read(fromSalesforce) ?? read();
    if (message) return message;
    const selected = String(getSelection()).trim();
    const text = selected
      ? { visible: selected.slice(0, LIMIT), full: selected.slice(0, LIMIT), cut: selected.length > LIMIT }
      : textOf(document.body ?? document.documentElement, SILENT);
    return { provider: providerHere()?.name ?? null, sender: null, subject: null, id: null, text };
  }

  /**
   * The last of the open messages whose sender is wanted. No other message's text is looked at.
   * @param {(sender: string | null) => boolean} [wanted]
   * @returns {MailReading | null}
   */
  function read(wanted = () => true) {
    const provider = providerHere();
    if (!provider) return null;
    const bodies = all(document, provider.body).filter((body, _, every) => !every.some((other) => other !== body && other.contains(body)));
    for (const body of bodies.reverse()) {
      if (!checkVisibility.call(body, { visibilityProperty: true })) continue;
      const { box, cell } = headerOf(provider, body, bodies);
      const sender = cell && addressOf(provider, cell);
      if (!wanted(sender)) continue;
      const subject = all(document, provider.subject).find((el) => outside(el, bodies));
      const id = provider.id.map((name) => box?.getAttribute(name) ?? cell?.getAttribute(name)).find(Boolean);
      return {
        provider: provider.name,
        sender,
        subject: subject?.textContent?.trim().slice(0, 998) ?? null,
        id: id ?? null,
        text: textOf(/** @type {any} */ (body).contentDocument?.body ?? body, `${SILENT}, ${QUOTES}`),
      };
    }
    return null;
  }

  function providerHere() {
    return PROVIDERS.find(({ host }) => host.test(location.hostname));
  }

  /**
   * The sender's cell of a message: the only one around its body before another message's body comes in. A body can
   * imitate one, so what is inside of bodies does not count; two of them, and none is believed.
   * @param {Provider} provider @param {Element} body @param {Element[]} bodies
   */
  function headerOf(provider, body, bodies) {
    const limit = provider.box ? body.closest(provider.box) : null;
    for (let box = body.parentElement; box && !bodies.some((other) => other !== body && box?.contains(other)); box = box.parentElement) {
      const cells = all(box, provider.sender).filter((cell) => outside(cell, bodies));
      if (cells.length) return { box: limit, cell: cells.length === 1 ? cells[0] : null };
      if (box === limit) break;
    }
    return { box: limit, cell: null };
  }

  /** @param {Provider} provider @param {Element} cell */
  function addressOf({ address }, cell) {
    const text = address ? `<${cell.getAttribute(address)}>` : String(cell.textContent).slice(-400);
    return /<([^\s<>@]+@[^\s<>@]+)>\s*$/.exec(text)?.[1] ?? null;
  }

  /** @param {string | null} sender */
  function fromSalesforce(sender) {
    return /[@.]salesforce\.com$/i.test(sender ?? '');
  }

  /** @param {Element} el @param {Element[]} bodies */
  function outside(el, bodies) {
    return checkVisibility.call(el) && !bodies.some((body) => body.contains(el));
  }

  /** @param {Document | Element} root @param {string} selector */
  function all(root, selector) {
    return [...root.querySelectorAll(selector)];
  }

  /**
   * The text under a node, with a line for every block: what a person can see of it, and all of it.
   * @param {Element} root @param {string} skipped @returns {MailReading['text']}
   */
  function textOf(root, skipped) {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    let visible = '';
    let full = '';
    let nodes = 0;
    let fresh = true;
    let parent, block, skip, seen, kept;
    for (let node; full.length <= LIMIT && (node = /** @type {any} */ (walker.nextNode())); nodes += 1) {
      if (nodes > NODES) break;
      if (node.nodeName === 'BR') newLine();
      if (!node.data) continue;
      if (node.parentElement !== parent) {
        parent = node.parentElement;
        skip = closest.call(parent, skipped);
        const css = getComputedStyle(parent);
        kept = /pre|break/.test(css.whiteSpace);
        seen = parseFloat(css.fontSize) >= 5 && checkVisibility.call(parent, { visibilityProperty: true, opacityProperty: true });
      }
      if (skip) continue;
      const around = closest.call(parent, BLOCKS);
      if (around !== block) newLine();
      block = around;
      const piece = kept ? node.data : node.data.replace(/[ \t\r\n\f]+/g, ' ');
      full += piece;
      if (seen) visible += piece;
      fresh &&= piece === ' ';
    }
    return { visible: visible.slice(0, LIMIT), full: full.slice(0, LIMIT), cut: full.length > LIMIT || nodes > NODES };

    function newLine() {
      if (fresh) return;
      full += '\n';
      visible += '\n';
      fresh = true;
    }
  }
})();

mail.readAnything();
