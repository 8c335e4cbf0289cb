// @ts-check
/**
 * What is on this page? A table of marks, the rules of what a person can see, and `look()`, which puts both together.
 * Nothing here knows what a page means: that is the background's business.
 *
 * The scripts of the agent share one isolated world, so the names of the browser are native here whatever the page did
 * to its own. Two things do come through. A form can be clobbered (`<input name=parentElement>` hides the form's parent),
 * so nodes that may be forms are read through the prototypes. And a global that nobody declared can be an element of the
 * page (`<img id=browser>`), so none is read.
 */

/**
 * @typedef {{ n: number, seen: boolean, on: boolean, full: boolean }} Mark
 * @typedef {{ visible: string, full: string, cut: boolean }} ShownText
 * @typedef {{ nonce: string, path: string, framed: boolean, settled: boolean, marks: Record<string, Mark>,
 *   person: string | null, rules: string[], shown: ShownText | null }} PageFacts
 * @typedef {{ view: { nonce: string, pressed: boolean }, look: () => PageFacts,
 *   find: (name: string) => HTMLInputElement[], visible: (el: Element) => boolean,
 *   all: (selector: string) => HTMLInputElement[] }} Facts
 */

/** @type {Facts} */
var facts =
  this.facts ??
  (() => {
    /** Marks that are the element of that id. */
    const IDS = 'username password rememberUn un answer save emc smc tc newpassword confirmpassword currentpassword p4 p5 p6 errorTitle';

    /** All marks: a selector, and where that is too plain, a pattern of the paths on which it means something. @type {any} */
    const MARKS = {
      ...Object.fromEntries(IDS.split(' ').map((id) => [id, ['#' + id]])),
      login: ['#Login'],
      // A field for a name that is not the user name: its label says what it wants, and only a person can read that.
      identifier: ['input:read-write:not([type=password],#username[type=email])', '^/($|login|welcome|discovery)'],
      forgot: ['#forgot_password_link,[href^="/secur/forgotpassword.jsp"]'],
      chooser: ['#chooser,#idlist'],
      identity: ['#idcard-container,#idcard'],
      newIdentity: ['#use_new_identity'],
      clearIdentity: ['#clear_link'],
      sso: ['#idp_section_buttons button'],
      continue: ['#continue,[name=continue]'],
      interstitialSave: ['#editPage [name=save][type=submit]', 'Interstitial'],
      codeBox: [[4, 5, 6, 7, 8, 9, 10].map((n) => `[type=text][maxlength="${n}"]`).join(), '/verification/'],
      passwordButton: ['#password-button'],
      settingsSave: ['input[name=save]', 'ChangePassword'],
      // Not Classic's search form, whose submit button is on every page.
      resetButton: [
        'form:not([id*=search i]) :is([type=submit],button:not([type])):not([name=cancel])',
        '^/_ui/system/security/ResetApiTokenEdit$',
      ],
      message: ['.topMessageContent,.messageText'],
      error: ['#error,.errorMsg,#errorDiv_ep,#validationError'],
      captcha: ['iframe:is([src*=captcha],[src*=arkose]),.g-recaptcha,#captcha'],
      sitesUser: ['#sfdc_username_container input,.sfdc_usernameinput'],
      sitesPassword: ['#sfdc_password_container input,.sfdc_passwordinput'],
    };

    /** How much is read of a page that may show a token. */
    const LIMIT = 20_000;

    /** Nothing on a page bigger than any that we know: to search it would hold it up. @type {(selector: string) => any[]} */
    const all = (selector) => (document.all.length > 1e4 ? [] : [...document.querySelectorAll(selector)]);

    /**
     * One view of the page: the word by which the background names it, and whether anything was pressed in it.
     *
     * @type {{ nonce: string, pressed: boolean }}
     */
    const view = { nonce: crypto.randomUUID(), pressed: false };
    let shape = '';
    let since = 0;

    /** @returns {PageFacts} */
    function look() {
      const path = location.pathname;
      const now = performance.now();
      /** @type {Record<string, Mark>} */
      const marks = {};
      let next = '';
      for (const name in MARKS) {
        const found = find(name);
        const seen = found.find(visible);
        const el = seen ?? found[0];
        if (el) {
          marks[name] = { n: found.length, seen: !!seen, on: !el.disabled, full: !!el.value };
          next += name + found.length + !!seen;
        }
      }
      if (next !== shape) since = now;
      shape = next;
      return {
        nonce: view.nonce,
        path,
        framed: self !== top,
        // Only what is absent for so long is believed to be absent.
        settled: now - since >= 2700,
        marks,
        person: all('#idcard-identity,.usernameText,span.important').find(visible)?.textContent.trim().match(/^[^\s@]{1,127}@[^\s@]{1,126}$/)?.[0] ?? null,
        // What a form for a new password demands: ids and numbers, whatever the language.
        rules: [
          ...all('.passwordul [id]').map((el) => el.id + ' ' + el.textContent.match(/\d{1,4}/)),
          ...all('#newpassword,#p5').map((el) => ` ${el.minLength} ${el.maxLength}`),
        ],
        shown: /security\/(ResetApi|Change)/.test(path) && all('body:not(:has([type=password]))')[0] ? shown() : null,
      };
    }

    /** Throws where there is no such mark. @param {string} name */
    function find(name) {
      const [what, where] = MARKS[name];
      return RegExp(where).test(location.pathname) ? all(what) : [];
    }

    /**
     * Could a person see it, wherever the page is scrolled to? A look changes nothing, not even that; what it takes to
     * be sure is asked in `act.js`, at the moment of acting. A false alarm leaves a step to the person.
     * @param {Element} el
     */
    function visible(el) {
      const { width, height, right, bottom } = el.getBoundingClientRect();
      const styles = stylesOf(el);
      const ink = rgba(styles[0].webkitTextFillColor);
      const ground = styles.find((css) => css.backgroundImage + css.backgroundColor !== 'nonergba(0, 0, 0, 0)');
      return (
        Math.min(width, height, right + scrollX, bottom + scrollY) >= 8 &&
        el.checkVisibility({ visibilityProperty: true }) &&
        styles.reduce((product, { opacity }) => product * +opacity, 1) >= 0.7 &&
        // Effects that can hide what is there.
        styles.every((css) => css.filter + css.webkitMaskImage + css.clipPath + css.mixBlendMode === 'nonenonenonenormal') &&
        // Is its text of another colour than its ground? A picture behind it leaves that open. (A disabled button's is faint.)
        !(ink[3] < 0.2) &&
        (ground?.backgroundImage !== 'none' || rgba(ground.backgroundColor).some((part, i) => Math.abs(part - ink[i]) > 30))
      );
    }

    /** The styles of an element and of all that it is in. @param {Element | null} el @returns {CSSStyleDeclaration[]} */
    function stylesOf(el) {
      return el ? [getComputedStyle(el), ...stylesOf(Reflect.get(Node.prototype, 'parentElement', el))] : [];
    }

    /** @param {string} colour */
    function rgba(colour) {
      return (colour.match(/[\d.]+/g) ?? []).map(Number);
    }

    /** The page's words as a person sees them, and as the document holds them: a line for every block. */
    function shown() {
      const root = find('message')[0]?.closest('#bodyCell,.bodyDiv,main,[role=main]') ?? document.body;
      const visible = /** @type {HTMLElement} */ (root).innerText;
      const walker = document.createTreeWalker(root);
      let full = '';
      let last;
      for (let node; full.length <= LIMIT && (node = /** @type {any} */ (walker.nextNode())); ) {
        if (node.nodeName === 'BR') full += '\n';
        if (!node.data || node.parentElement.matches('script,style')) continue;
        const block = Element.prototype.closest.call(node.parentElement, 'body,dd,div,dt,form,h1,h2,h3,h4,li,p,pre,td,th,tr');
        full += (block === last ? '' : '\n') + node.data.replace(/\s+/g, ' ');
        last = block;
      }
      return { visible: visible.slice(0, LIMIT), full: full.slice(0, LIMIT), cut: !!(visible[LIMIT] ?? full[LIMIT]) };
    }

    return { view, look, find, visible, all };
  })();
