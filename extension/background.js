// @ts-check
// The door of the background. It registers every listener while the worker starts (an event that woke
// the worker is lost otherwise), waits for the core, and hands events to it one at a time. Everything
// else is Rust (src/browser, src/bin/background.rs).

import init, { __wbg_reset_state, wake } from "./background_core.js";
import { clearClipboard } from "./clipboard.js";
import { copy, witness } from "./copy.js";
import { clearCookies } from "./cookies.js";
import initTools, { __wbg_reset_state as resetTools, run as useTool } from "./tools.js";

const api = globalThis.browser ?? globalThis.chrome;

/** How long one event may take before the core counts as lost, in milliseconds. */
const PATIENCE = 30_000;

/** As in src/wire/messages.rs. */
const TEXT_LIMIT = 200_000;

/** @type {(() => void) | undefined} Ends the wait for a core that will never answer. */
let abandon;
/** Counts the events, each of which has an instance of the core to itself. */
let turn = 0;

Object.assign(globalThis, {
  tokenKeeper: {
    id: api.runtime.id,
    origin: api.runtime.getURL("").replace(/\/$/, ""),
    call,
    /** @param {string} name @param {number} after milliseconds */
    later: (name, after) => void setTimeout(() => void dispatch({ alarm: { name } }), after),
    panicked: lost,
  },
});

/**
 * Calls a method of the extension API for the core.
 * @param {string} method its path, e.g. `storage.local.get`
 * @param {string} args JSON of its arguments
 * @param {number} patience how long to wait for the answer, in milliseconds
 * @returns {Promise<string>} JSON of its result
 */
async function call(method, args, patience) {
  const path = method.split(".");
  const ours = { clearClipboard, clearCookies, copy, notify, policyDays, postOnce, runTool, witness };
  const root = /** @type {any} */ (path[0] && path[0] in ours ? ours : api);
  const name = /** @type {string} */ (path.pop());
  const owner = path.reduce((at, step) => at[step], root);
  const mine = turn;
  try {
    return JSON.stringify(await within(patience, owner[name](...(JSON.parse(args) ?? [])))) ?? "null";
  } finally {
    // The instance that asked was given up: nobody waits for the answer.
    if (turn !== mine) await new Promise(() => {});
  }
}

/**
 * Runs one of the core's tools in an instance that is dropped afterwards, with all that is in its memory.
 * @param {string} name @param {string} input
 * @returns {Promise<string | undefined>}
 */
async function runTool(name, input) {
  await initTools({ module_or_path: new URL("tools_bg.wasm", import.meta.url) });
  try {
    return useTool(name, input);
  } finally {
    startAnew(await initTools(), resetTools);
  }
}

/** Says that a new token is due, where the person allowed notifications. It names nobody: the vault may be locked. */
async function notify() {
  if (!(await api.permissions.contains({ permissions: ["notifications"] }))) return;
  const [title, message] = ["app_name", "notify_due"].map((id) => api.i18n.getMessage(id));
  await api.notifications.create("due", { type: "basic", iconUrl: api.runtime.getURL("icons/128.png"), title, message });
}

/** Longest period of rotation by the company's policy, in days. Firefox refuses where there is no policy at all. */
async function policyDays() {
  const policy = await api.storage.managed.get("rotationDays").catch(() => undefined);
  return policy?.rotationDays ?? 0;
}

/**
 * Sends one request, once, and reads the front of the answer. The core has checked where it goes. No cookies go along, and
 * a redirect is not followed: its target is not what the person pressed for.
 * @param {{ url: string, headers: [string, string][], body: string, timeoutMs: number, maxAnswer: number }} request
 * @returns {Promise<object>} a `Got` of src/handover/probe.rs
 */
async function postOnce({ url, headers, body, timeoutMs, maxAnswer }) {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method: "POST", headers, body, signal, credentials: "omit", redirect: "manual", cache: "no-store", referrerPolicy: "no-referrer",
    });
    if (answer.type === "opaqueredirect") return { redirected: true };
    return { status: answer.status, contentType: answer.headers.get("content-type") ?? "", body: await front(answer, maxAnswer + 1) };
  } catch {
    return signal.aborted ? { timedOut: true } : { unreachable: true };
  }
}

/**
 * The first bytes of an answer as text; the rest is not loaded.
 * @param {Response} answer @param {number} most
 */
async function front({ body }, most) {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let [text, left] = ["", most];
  while (reader && left > 0) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.length;
  }
  if (left <= 0) void reader?.cancel().catch(() => {});
  return text + decoder.decode();
}

/**
 * Drops an instance for a new one. First zeroes are written over its memory: a passphrase that came in a message, or a
 * token on its way to the app, would lie in it until the browser collects it.
 * @param {{ memory: WebAssembly.Memory }} instance
 * @param {() => void} reset
 */
function startAnew({ memory }, reset) {
  new Uint8Array(memory.buffer).fill(0);
  reset();
}

/**
 * Waits for an answer, but not for ever, and leaves no timer behind.
 * @template T
 * @param {number} patience in milliseconds
 * @param {T | Promise<T>} answer
 * @returns {Promise<T>}
 */
async function within(patience, answer) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, patience, new Error("late"))));
  try {
    return await Promise.race([answer, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}

const ready = init({ module_or_path: new URL("background_core_bg.wasm", import.meta.url) });
ready.catch(() => {});

/**
 * One event, under the lock that makes this background the only writer, also beside a second one of a
 * split incognito window.
 * @param {unknown} event a `Waking` of src/browser/mod.rs
 * @returns {Promise<any>}
 */
function dispatch(event) {
  return navigator.locks.request("token-keeper", async () => {
    try {
      await ready;
    } catch {
      return fault("core_missing");
    }
    const gone = new Promise((resolve) => (abandon = () => resolve(undefined)));
    const answer = await within(PATIENCE, Promise.race([gone, run(event)])).catch(() => undefined);
    abandon = undefined;
    turn += 1;
    // Nothing is remembered between two events, and after a trap an instance could not be used again.
    startAnew(await init(), __wbg_reset_state);
    return answer === undefined ? fault("core_restarted") : answer.reply;
  });
}

/** @param {unknown} event */
async function run(event) {
  try {
    return { reply: JSON.parse(await wake(JSON.stringify(event))) };
  } catch {
    // A trap: the instance is poisoned, and the next event gets a new one.
    return undefined;
  }
}

/** The instance will not answer any more. */
function lost() {
  abandon?.();
}

/** @param {string} code */
const fault = (code) => ({ kind: "error", code });

api.runtime.onMessage.addListener((message, sender, answer) => {
  const { id, origin, tab, frameId, documentLifecycle } = /** @type {any} */ (sender);
  const asked = { id, origin, tab: tab && { id: tab.id, url: tab.url }, frameId, documentLifecycle };
  dispatch({ message: { message: message ?? null, sender: asked } }).then(answer, () => answer(fault("core_restarted")));
  return true;
});
api.alarms.onAlarm.addListener(({ name }) => void dispatch({ alarm: { name } }));
api.tabs.onRemoved.addListener((tab) => void dispatch({ tabRemoved: { tab } }));
api.runtime.onInstalled.addListener(() => {
  // It outlives the worker, so it is made once; after an update it is there already, which is no error of ours.
  const title = api.i18n.getMessage("menu_keep");
  api.contextMenus.create({ id: "keep", title, contexts: ["selection"] }, () => void api.runtime.lastError);
  void dispatch("started");
});
api.runtime.onStartup.addListener(() => void dispatch("started"));
api.permissions.onAdded?.addListener(() => {
  answerNotifications();
  void dispatch("started");
});
api.permissions.onRemoved?.addListener(() => void dispatch("started"));
api.idle.onStateChanged.addListener((state) => void (state !== "active" && dispatch("away")));
// Also after our own writes; then both sides say the same already.
api.storage.sync?.onChanged?.addListener(() => void dispatch("synced"));
api.contextMenus.onClicked.addListener(({ selectionText = "", frameUrl, pageUrl }) => {
  // One more than is read, so that the core can tell that it was cut. A frame that a page wrote itself has no host.
  const text = selectionText.slice(0, TEXT_LIMIT + 1);
  const host = [frameUrl, pageUrl].map((url) => (url ? new URL(url).hostname : "")).find(Boolean) ?? "";
  void dispatch({ selected: { text, host } });
});
answerNotifications();
api.commands?.onCommand.addListener((name) => void (name === "lock" && dispatch("lockCommand")));

/** A notification that is pressed opens the app. The API is there only while it is allowed. */
function answerNotifications() {
  api.notifications?.onClicked.addListener(openApp);
}

/** @param {string} id */
function openApp(id) {
  void api.notifications.clear(id);
  void api.tabs.create({ url: api.runtime.getURL("app.html?surface=tab") });
}

// A trap inside a task of the core's own queue rejects nothing that we wait for.
globalThis.addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof WebAssembly.RuntimeError) lost();
});
globalThis.addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) lost();
});

// Nobody at the computer for so many seconds counts as away.
api.idle.setDetectionInterval(300);

// Content scripts have no business in storage; Firefox knows this call for none of its areas.
for (const area of [api.storage.local, api.storage.sync, api.storage.session]) {
  area?.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" })?.catch(() => {});
}
