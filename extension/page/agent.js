// @ts-check
/**
 * Eyes and hands of the background in one document: says what is there, does what it is told. It decides nothing, keeps
 * nothing, adds nothing to the page, and says nothing on a page without marks.
 *
 * After the extension was reloaded this script is an orphan that lives on beside its successor. It notices by the missing
 * `runtime.id` and takes itself down without a word.
 */

/** Does this document have an agent that still belongs to the extension? @type {() => boolean} */
var agent = this.agent?.()
  ? this.agent
  : (() => {
      const { view, renew, look, all } = facts;

      /** Pages that are marked whatever stands on them, and marks that pages of every kind have. */
      const PATHS = /forgotpassword|_ui\/(system\/security|identity\/(verification|phone))\/|msg\/maintenance/i;
      const PLAIN = /^(save|error|message)$/;

      /** Every browser has it as a property of its own, which no element of the page can stand in for. */
      const { runtime } = /** @type {any} */ (globalThis).chrome;
      const off = new AbortController();
      const capture = { capture: true, signal: off.signal };

      /** @type {ReturnType<typeof setTimeout>[]} */
      let timers = [];
      let reported = '';
      let named = '';

      runtime.onMessage.addListener(onMessage);
      for (const kind of ['submit', 'click']) addEventListener(kind, onLeave, capture);
      addEventListener('pageshow', onPageShow, capture);
      document.addEventListener('prerenderingchange', watch, capture);
      watch();
      return () => !!runtime.id;

      /** Looks again for a while: pages show themselves late, and absence takes 2.7 s to be believed. */
      function watch() {
        timers.forEach(clearTimeout);
        timers = [0, 250, 700, 1500, 3000, 6000, 9000].map((ms) => setTimeout(report, ms));
      }

      function report() {
        const facts = look();
        const text = JSON.stringify(facts);
        const marked = reported || PATHS.test(facts.path) || Object.keys(facts.marks).some((name) => !PLAIN.test(name));
        // A page that is only rendered ahead is nobody's page yet.
        if (text === reported || !marked || /** @type {any} */ (document).prerendering) return;
        reported = text;
        send({ kind: 'facts', ...facts });
      }

      /** @param {object} message */
      async function send(message) {
        try {
          await runtime.sendMessage(message);
        } catch {
          // Nobody listened: the next look says it again, unless the extension is gone.
          reported &&= '-';
          if (runtime.id) return;
          timers.forEach(clearTimeout);
          off.abort();
        }
      }

      /** @param {any} message @param {any} sender @param {(reply: unknown) => void} reply */
      function onMessage(message, sender, reply) {
        if (sender.id !== runtime.id || sender.tab) return;
        if (message.kind === 'look') reply(look());
        if (message.kind === 'act') act(message).then(reply).then(watch);
        return true;
      }

      /** Pages that send their form by script fire no `submit`, and a click may open another part of the page. @param {any} event */
      function onLeave({ isTrusted, type, target }) {
        const form = type === 'click' ? target.closest?.('button,[type=submit]')?.form : target;
        const field = [...all('#username'), ...all('[name=un]')].find((el) => el.value);
        if (isTrusted && form && field && field.form === form && field.value !== named) {
          named = field.value;
          send({ kind: 'submitted', nonce: view.nonce, username: named });
        }
        if (reported) watch();
      }

      /** Back from the back/forward cache: another view of the page, in which no older plan holds. @param {PageTransitionEvent} event */
      function onPageShow({ isTrusted, persisted }) {
        if (!isTrusted || !persisted) return;
        renew();
        reported = named = '';
        watch();
      }
    })();
