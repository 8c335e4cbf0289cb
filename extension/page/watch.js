// @ts-check
/**
 * In a webmail that the person allowed: hands the opened message to the background if Salesforce sent it, once. Nothing
 * about any other message leaves the page. Needs `mail.js`.
 *
 * A message is opened by somebody, so after every move of his the page is looked at for a while, and else left alone:
 * no observer, whose cost a webmail would drive up, and no endless clock.
 */

/** Does this document have a watcher that still belongs to the extension? @type {() => boolean} */
var watcher = this.watcher?.()
  ? this.watcher
  : (() => {
      const LOOKS_MS = [300, 1000, 2500, 5000, 10_000, 20_000, 40_000, 60_000];

      const { runtime } = /** @type {any} */ (globalThis).chrome;
      const off = new AbortController();

      /** Digests of what was sent from this document. @type {Set<string>} */
      const sent = new Set();
      /** @type {ReturnType<typeof setTimeout>[]} */
      let timers = [];

      for (const kind of ['hashchange', 'popstate', 'pageshow', 'click', 'keyup'])
        addEventListener(kind, (event) => event.isTrusted && watch(), { capture: true, signal: off.signal });
      watch();
      return () => !!runtime.id;

      function watch() {
        timers.forEach(clearTimeout);
        timers = LOOKS_MS.map((ms) => setTimeout(look, ms));
      }

      async function look() {
        if (!runtime.id) {
          // The extension was reloaded or removed; a new watcher comes with it, or none.
          timers.forEach(clearTimeout);
          return off.abort();
        }
        const message = await mail.read(mail.fromSalesforce);
        if (!message) return;
        const bytes = new TextEncoder().encode(message.id + message.text.full);
        const digest = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
        if (sent.has(digest)) return;
        sent.add(digest);
        try {
          await runtime.sendMessage({ kind: 'mail', ...message });
        } catch {
          // Nobody listened: the next look says it again.
          sent.delete(digest);
        }
      }
    })();
