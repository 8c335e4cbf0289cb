// @ts-check
/**
 * The one place that writes into a page or presses anything on it. It does what a plan of the background says, as long as
 * the page is the one that the plan was made for and a person could do the same by hand. Else it says why not: inside
 * this file a refusal is thrown, by its name.
 */

/**
 * @typedef {{ verb: 'fill' | 'press', mark: string, value?: string }} Verb
 * @typedef {{ nonce: string, origin: string, steps: Verb[] }} Act
 * @typedef {'moved' | 'missing' | 'ambiguous' | 'hidden' | 'disabled' | 'again' | 'notKept' | 'malformed'} Refusal
 * @typedef {{ done: number, refused: Refusal | null }} Outcome
 */

/** @type {(plan: Act) => Promise<Outcome>} */
var act =
  this.act ??
  (() => {
    const { view, find, visible } = facts;

    const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

    return async (plan) => {
      let done = 0;
      try {
        for (const step of plan.steps) {
          await perform(plan, step);
          done++;
        }
      } catch (why) {
        return { done, refused: /** @type {any} */ (why).message ? 'malformed' : /** @type {Refusal} */ (why) };
      }
      return { done, refused: null };
    };

    /** @param {Act} plan @param {Verb} step */
    async function perform(plan, step) {
      const { verb, mark, value } = step;
      const press = verb === 'press';
      if (!press && !(verb === 'fill' && value)) throw 'malformed';
      const ready = () => target(plan, step).matches(press ? ':not(:disabled)' : 'input:read-write');
      for (let tries = 60; !ready(); await pause(50)) {
        if (!tries--) throw 'disabled';
      }
      const el = target(plan, step);
      if (!(await inSight(el))) throw 'hidden';
      // The page had time to change: everything that can be asked at once is asked again.
      if (!ready() || el !== target(plan, step)) throw 'moved';
      if (press) {
        // What only shows another part of the same page does not count as its one press.
        view.pressed ||= !mark.endsWith('Identity');
        return el.click();
      }
      // The setter is the browser's own in this world; whoever watches the value learns of it by the events. The one for
      // the key has to be of a key's class, and nobody minds that of the others.
      el.value = /** @type {string} */ (value);
      for (const kind of ['input', 'change', 'keyup', 'blur']) el.dispatchEvent(new KeyboardEvent(kind, { bubbles: true }));
      await pause(20);
      if (el.value !== value) throw 'notKept';
    }

    /** The element that a step means, on the page that the plan was made for. @param {Act} plan @param {Verb} step */
    function target({ nonce, origin }, { verb, mark }) {
      // Who may frame a page in which we act: Salesforce's own hosts, not those on which customers publish. Where the
      // browser does not tell who does (Firefox), the background knows. A sandboxed page has an origin of its own.
      const known = [...(location.ancestorOrigins ?? [])].every((framer) =>
        /^https:.+\.(salesforce(-setup)?\.(com|mil)|lightning\.([\w-]+\.)?(crm)?force\.(com|mil)|my-(salesforce|lightning)\.com|sfcrm(products|apps)\.cn)$/.test(framer),
      );
      if (nonce !== view.nonce || origin !== location.origin || origin !== self.origin || !known) throw 'moved';
      if (verb === 'press' && view.pressed) throw 'again';
      const found = find(mark);
      const [el, other] = found.filter(visible);
      if (other) throw 'ambiguous';
      if (!el) throw found[0] ? 'hidden' : 'missing';
      return el;
    }

    /**
     * Does a person see it right now, with nothing in front? The browser's own word is final in a frame, as it alone sees
     * what the outer page does. Else its no is excused where it has a visible reason at the end of the field: the icon
     * of a password manager. A tab in the background has no picture to speak of.
     * @param {Element} el
     */
    async function inSight(el) {
      const clear = () => reached(el, 0.2, 0.4, 0.6);
      if (!clear()) el.scrollIntoView({ block: 'center', behavior: 'instant' });
      return clear() && ((await vouched(el)) || (self === top && (document.hidden || !reached(el, 0.95)))) && clear();
    }

    /** Is it what a pointer meets, so far along its middle line? @param {Element} el @param {...number} parts */
    function reached(el, ...parts) {
      const { left, top, width, height } = el.getBoundingClientRect();
      return parts.every((part) => el.contains(document.elementFromPoint(left + width * part, top + height / 2)));
    }

    /** Does the browser say, within half a second, that nothing hides it? @param {Element} el */
    function vouched(el) {
      return new Promise((done) => {
        if (!('isVisible' in IntersectionObserverEntry.prototype)) done(true);
        const observer = new IntersectionObserver(
          (seen) => /** @type {any} */ (seen.at(-1)).isVisible && done(true),
          /** @type {any} */ ({ trackVisibility: true, delay: 100 }),
        );
        observer.observe(el);
        setTimeout(() => done(observer.disconnect()), 500);
      });
    }
  })();
