// @ts-check
/**
 * Reads the message that is open in a webmail, or whatever a person asks us to look at. Stands alone, so that one click
 * can put just this file into a page: the value of its last line is then the reading. It sends nothing to anybody.
 *
 * Where a provider's page is not as the table says, the reading is poorer (no sender, then no message at all) and the
 * person is left to select the text.
 *
 * A mailbox is somebody's workplace: all work is done in slices, with the page let in between. What was read meanwhile
 * may be gone by then, so a message counts only if its header is still the same in the end.
 */

/**
 * @typedef {{ text: { visible: string, full: string, cut: boolean }, links: string[], provider?: string, sender?: string,
 *   subject?: string, id?: string, sentAt?: number }} MailReading
 *   without a provider it is no message; `sentAt` in milliseconds since 1970; `links` can be of a password-reset mail
 * @typedef {object} Provider every list of selectors in order: the first that finds something wins
 * @property {string} name
 * @property {RegExp} host        as in `PROVIDERS` of `src/recognise/mail.rs`
 * @property {string[]} body     what was written by the sender, or the frame it stands in; nothing in it is believed
 * @property {string} [box]      the message with its header; without it, as far out as no second body comes in
 * @property {Record<string, string>} [sender] the cell of the header that names the sender, and its attribute with the
 *   address; without an attribute the address ends the text, in angle brackets. Without a cell, no sender is ever proven
 * @property {string[]} [subject]
 * @property {string[]} [id]     attributes of the box, or else of the sender's cell; the first that is there
 * @property {RegExp} [time]     the hexadecimal digits of the id that are the time
 */

var mail = (() => {
  /** Everything we know of the providers' pages, and since when. @type {Provider[]} */
  const PROVIDERS = [
    {
      // As in gmail.js, InboxSDK and Mailvelope, 2026. The legacy id is a number of 64 bits: above the last 20, the time.
      name: 'gmail',
      host: /^mail\.google\.com$/,
      body: ['.a3s', '.adP'],
      box: '[data-message-id],[data-legacy-message-id]',
      sender: { 'td.gF span[email]': 'email', 'span[email].gD': 'email' },
      subject: ['h2[data-thread-perm-id]', 'h2.hP'],
      id: ['data-legacy-message-id', 'data-message-id'],
      time: /^([\da-f]{10,11})[\da-f]{5}$/,
    },
    {
      // As in eight public readers, 2026. The label of a body is translated, and an editor has the same.
      name: 'outlook',
      host: /^outlook\.(live\.com|office(365)?\.com|cloud\.microsoft)$/,
      body: ['[id^=UniqueMessageBody]:not([contenteditable=true])'],
      sender: { '[id^=MSG_][id$=_FROM]': '' },
      subject: ['[role=heading][id$=_SUBJECT]'],
      id: ['id'],
    },
    {
      // As in saved pages and eight public readers, 2026. The recipients' pills are not in the sender's cell.
      name: 'yahoo',
      host: /^mail\.(yahoo|aol)\.com$/,
      body: ['[data-test-id=message-view-body-content]', '[data-test-id=message-view-body]'],
      sender: { '[data-test-id=message-from] [data-email]': 'data-email', '[data-test-id=message-from]': '' },
      subject: ['[data-test-id=message-group-subject-text]'],
    },
    {
      // ProtonMail/WebClients, 2026 (`MessageBodyIframe.tsx`): the body is in a frame that the page itself writes.
      name: 'proton',
      host: /^mail\.proton\.me$/,
      body: ['[data-testid="message-content:body"] iframe', 'iframe[data-testid=content-iframe]'],
      sender: { '[data-testid="recipients:sender"]': 'title' },
      subject: ['[data-testid="conversation-header:subject"]'],
    },
    {
      // Guesses of seven public readers, 2026: body and cell are each met in two forms. Weak.
      name: 'zoho',
      host: /^mail\.zoho\.(com|eu|in)$/,
      body: ['.zmMailContent iframe', '.zmMailContent'],
      sender: { '.zmFromAddress': '' },
      subject: ['.zmSubject'],
    },
    {
      // The card as in four public extensions, 2026; the body in three. The card need not be around its body. Weak.
      name: 'fastmail',
      host: /^app\.fastmail\.com$/,
      body: ['.v-Message-body', '.v-MailMessage-body'],
      sender: { '.v-MessageCard-from': 'title', '.v-Sender-address': '' },
      subject: ['.v-Thread-title'],
    },
    // In these two the body stands in a frame of a site of its own (as in public clients, 2026), the sender in another's:
    // none of our scripts sees both. They are read when a person scans the tab, and no sender is proven.
    { name: 'gmx', host: /\.mailbody-ui\.de$/, body: ['body'] },
    { name: 'icloud', host: /^www-mail\.icloud-sandbox\.com$/, body: ['.mail-message-defaults'] },
    // roundcube/roundcubemail, `skins/elastic/templates/message.html`, 2026: on anybody's host, so no sender is proven.
    { name: 'roundcube', host: /./, body: ['#messagebody'], subject: ['#message-header .subject'] },
  ];

  const BLOCKS = new Set('ADDRESS BLOCKQUOTE BODY BR DD DIV DT FORM H1 H2 H3 H4 H5 H6 HR LI P PRE SECTION TD TH TR'.split(' '));
  const SILENT = 'script,style,noscript,template,textarea';
  const RESET_LINK = /ForgotPassword|forgotpassword\.jsp\?r=|\/\?c=/;
  const LIMIT = 200_000;
  const NODES = 400_000;
  /** The longest part of a text that is worked on at once. */
  const PIECE = 20_000;

  // A form can be clobbered (`<input name=contains>`): what may be one is asked through the prototypes.
  const { checkVisibility, matches } = Element.prototype;

  let sliceEnd = 0;

  return { read, readAnything, fromSalesforce };

  /** A message that is open here, or the selection, or the whole page. @returns {Promise<MailReading>} */
  async function readAnything() {
    const message = (await read(fromSalesforce)) ?? (await read(() => true));
    if (message) return message;
    // Selected by hand, so not long: the browser gives it in one go.
    const chosen = getSelection()?.toString().trim();
    return chosen ? { links: [], text: shown(chosen, chosen, false) } : textOf(document.body ?? document.documentElement, SILENT);
  }

  /**
   * The last of the open messages whose sender is wanted. No other message's text is looked at.
   * @param {(sender?: string) => boolean} wanted
   * @returns {Promise<MailReading | undefined>}
   */
  async function read(wanted) {
    const provider = PROVIDERS.find(({ host }) => host.test(location.hostname));
    if (!provider) return;
    /** @type {Element[]} */
    const bodies = [];
    // They come in the order of the page, so what is inside of one comes right after it.
    for (const body of await first(provider.body)) if (!bodies.at(-1)?.contains(body)) bodies.push(body);
    for (const body of bodies.reverse()) {
      const root = body.nodeName === 'IFRAME' ? /** @type {any} */ (body).contentDocument?.body : body;
      if (!root || !isSeen(body)) continue;
      const head = await headOf(provider, body, bodies);
      if (!wanted(head.sender)) continue;
      const content = await textOf(root, SILENT + ',.gmail_quote,blockquote');
      const same = JSON.stringify(head) === JSON.stringify(await headOf(provider, body, bodies));
      return same ? { ...head, ...content } : undefined;
    }
  }

  /**
   * What the provider itself says of a message. The sender's cell is the only one around the body before another
   * message's body comes in. A body can imitate one, so what is inside of bodies does not count; two, and none is believed.
   * @param {Provider} provider @param {Element} body @param {Element[]} bodies
   */
  async function headOf({ name, box, sender = {}, subject = [], id = [], time }, body, bodies) {
    const fits = (/** @type {Element} */ el) => isSeen(el) && !bodies.some((one) => one.contains(el));
    /** @type {Element[]} */
    let cells = [];
    let attribute = '';
    for (const selector in sender) {
      attribute = sender[selector] ?? '';
      cells = await first([selector], fits);
      if (cells[0]) break;
    }
    const limit = box && body.closest(box);
    /** @type {any} */
    let around = body;
    const isIn = (/** @type {Element} */ el) => Node.prototype.contains.call(around, el);
    /** @type {Element[]} */
    let own = [];
    while (!own[0] && around !== limit) {
      around = Reflect.get(Node.prototype, 'parentElement', around);
      if (!around || bodies.some((one) => one !== body && isIn(one))) break;
      own = cells.filter(isIn);
    }
    const [cell, second] = own;
    const key = id.map((one) => (limit || cell)?.getAttribute(one)).find(Boolean) ?? '';
    const clock = cell && (await first(['time[datetime]'], fits)).find(isIn);
    const ms = time ? parseInt(time.exec(key)?.[1] ?? '', 16) : timeOf(clock);
    return {
      provider: name,
      sender: cell && !second ? addressOf(cell, attribute) : undefined,
      subject: (await first(subject, fits))[0]?.textContent?.trim().slice(0, 998),
      id: key || undefined,
      // Not before there was webmail, nor after tomorrow.
      sentAt: ms > 1.08e12 && ms < Date.now() + 864e5 ? ms : undefined,
    };
  }

  /** An attribute must be the address and nothing else: a name can be chosen to look like one. @param {Element} cell @param {string} attribute */
  function addressOf(cell, attribute) {
    const text = attribute ? cell.getAttribute(attribute) : /<([^<>]+)>\s*$/.exec(String(cell.textContent).slice(-400))?.[1];
    return /^[^\s<>@]+@[^\s<>@]+$/.exec(text ?? '')?.[0];
  }

  /** Only a full time with its zone: anything else depends on the reader's. @param {Element | undefined} el */
  function timeOf(el) {
    return Date.parse(/^\d{4}-.+T.+(Z|[+-]\d\d:\d\d)$/.exec(el?.getAttribute('datetime') ?? '')?.[0] ?? '');
  }

  /** @param {string} [sender] */
  function fromSalesforce(sender = '') {
    return /[@.]salesforce\.com$/i.test(sender);
  }

  /** @param {string[]} selectors @param {(el: Element) => boolean} [fits] @returns {Promise<Element[]>} */
  async function first(selectors, fits = () => true) {
    for (const selector of selectors) {
      await rest();
      const found = [...document.querySelectorAll(selector)].filter(fits);
      if (found[0]) return found;
    }
    return [];
  }

  /** Lets the page in, if we worked for 5 ms. */
  async function rest() {
    if (performance.now() < sliceEnd) return;
    await new Promise((go) => setTimeout(go));
    sliceEnd = performance.now() + 5;
  }

  /** @param {Element} el */
  function isSeen(el) {
    return checkVisibility.call(el, { visibilityProperty: true, opacityProperty: true });
  }

  /** @param {string} visible @param {string} full @param {boolean} lost was there more? */
  function shown(visible, full, lost) {
    return { visible: visible.slice(0, LIMIT), full: full.slice(0, LIMIT), cut: lost || full.length > LIMIT };
  }

  /**
   * The text under a node, with a line for every block: what a person can see of it, and all of it; and its links.
   * @param {Element} root @param {string} skipped
   * @returns {Promise<Pick<MailReading, 'text' | 'links'>>}
   */
  async function textOf(root, skipped) {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    /** @type {Set<string>} */
    const links = new Set();
    let visible = '';
    let full = '';
    let nodes = 0;
    let fresh = true;
    let parent, seen, kept;
    /** @type {any} */
    let node = walker.firstChild();
    while (node && full.length <= LIMIT && nodes <= NODES) {
      const isText = node.nodeType === 3;
      newLine(node);
      let down = !isText && !matches.call(node, skipped);
      if (down && node.nodeName === 'A') note(node);
      // Where there is nothing but text in an element, its node need not be touched.
      if (isText || (down && !node.firstElementChild)) {
        down = false;
        const owner = isText ? node.parentElement : node;
        const text = node.textContent;
        if (text && parent !== owner) {
          parent = owner;
          const css = getComputedStyle(owner);
          kept = /pre|break/.test(css.whiteSpace);
          seen = parseFloat(css.fontSize) >= 5 && isSeen(owner);
        }
        for (let at = 0; at < text.length && full.length <= LIMIT; at += PIECE) {
          if (at) await rest();
          const data = text.slice(at, at + PIECE);
          const piece = kept ? data : data.replace(/[ \t\r\n\f]+/g, ' ');
          full += piece;
          if (seen) visible += piece;
          fresh &&= piece === ' ';
        }
        newLine(node);
      }
      nodes += 1;
      if (nodes % 32 === 0) await rest();
      node = down ? walker.firstChild() : null;
      while (!node && !(node = walker.nextSibling()) && walker.parentNode()) newLine(walker.currentNode);
    }
    // The page may have taken away what we stood on.
    const lost = node || !root.isConnected || !root.contains(walker.currentNode);
    return { links: [...links].slice(0, 5), text: shown(visible, full, !!lost) };

    /** @param {Node} edge */
    function newLine({ nodeName }) {
      if (fresh || !BLOCKS.has(nodeName)) return;
      full += '\n';
      visible += '\n';
      fresh = true;
    }

    /** Outlook wraps every link into one of its own. @param {HTMLAnchorElement} link */
    function note({ href, hostname, search }) {
      const wrapped = hostname.endsWith('.safelinks.protection.outlook.com') && new URLSearchParams(search).get('url');
      if (RESET_LINK.test(wrapped || href)) links.add(wrapped || href);
    }
  }
})();

mail.readAnything();
