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
      const { view, look, all } = facts;

      /** Pages that are marked whatever stands on them. */
      const PATHS = /forgotpassword|system\/security|\/identity\/|msg\/maintenance|^\/(welcome|discovery)/i;

      /** Every browser has it as a property of its own, which no element of the page can stand in for. */
      const { runtime } = /** @type {any} */ (globalThis).chrome;
      const off = new AbortController();

      /** @type {ReturnType<typeof setTimeout>[]} */
      let timers = [];
      let said = '';
      /** @type {string | undefined} */
      let named;

      runtime.onMessage.addListener(onMessage);
      for (const [kind, react] of Object.entries({ submit: onLeave, click: onLeave, pageshow: onShow, prerenderingchange: watch }))
        addEventListener(kind, react, { capture: true, signal: off.signal });
      watch();
      return () => !!runtime.id;

      /** Looks again for a while: pages show themselves late, and absence takes 2.7 s to be believed. */
      function watch() {
        timers.forEach(clearTimeout);
        timers = [0, 250, 700, 1500, 3000, 6000].map((ms) => setTimeout(report, ms));
      }

      function report() {
        const facts = look();
        const text = JSON.stringify(facts);
        // Marks that pages of every kind have do not count alone.
        if (!said && !PATHS.test(facts.path) && Object.keys(facts.marks).every((name) => /^(save|error|message|identifier)$/.test(name))) return;
        // A page that is only rendered ahead is nobody's page yet.
        if (text === said || /** @type {any} */ (document).prerendering) return;
        said = text;
        send({ kind: 'facts', ...facts });
      }

      /** @param {object} message */
      async function send(message) {
        try {
          await runtime.sendMessage(message);
        } catch {
          // Nobody listened: the next look says it again, unless the extension is gone.
          said &&= '-';
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
        // A form for a new password names nobody, and what is in it stays in the page.
        const name = field ? field.form === form && field.value : /ChangePassword/.test(location.pathname) && '';
        if (isTrusted && form && name !== false && name !== named) {
          named = name;
          send({ kind: 'submitted', nonce: view.nonce, username: name });
        }
        if (said) watch();
      }

      /**
       * Back from the back/forward cache: another view of the page, in which no older plan holds. Its word says so: the
       * page was not loaded again.
       * @param {any} event
       */
      function onShow({ isTrusted, persisted }) {
        if (isTrusted && persisted) {
          view.nonce = '~' + view.nonce;
          view.pressed = false;
          said = '';
          named = undefined;
          watch();
        }
      }
    })();
