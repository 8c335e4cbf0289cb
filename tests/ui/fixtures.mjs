// One view for every state of the app, as the background would send it. All data is invented.

import { createHash } from "node:crypto";

/** What the stub answers to a wish for a secret. */
export const secret = "AbCdEfGhIjKlMnOpQrStUvWx";

const NOW = Date.UTC(2026, 10, 23, 14, 5);
const DAY = 86_400_000;

const open = { state: "open", locksAt: NOW + 600_000 };
const locked = { state: "locked" };

function view(parts) {
  return {
    kind: "view", now: NOW, vault: open, page: null, accounts: [], review: [], flow: null, waiting: 0,
    notice: null, mailAllowed: [], lockMinutes: 15, clipboardAllowed: true, ...parts,
  };
}

function page(parts) {
  return {
    tab: 7, host: "acme.my.salesforce.com", genuine: true, environment: "production", realm: "live",
    myDomain: "acme", kind: "login", why: null, lookalike: [], username: null, canStart: true, ...parts,
  };
}

function account(id, parts) {
  return {
    id, label: "", username: `${id}@acme.example`, realm: "live", environment: "production",
    hosts: ["acme.my.salesforce.com"], here: false, state: "live", caughtAt: NOW - 3 * DAY, dead: null,
    history: [], password: "none", ...parts,
  };
}

const accounts = [
  account("integration", {
    label: "Nightly import", here: true, password: "confirmed",
    hosts: ["acme.my.salesforce.com", "login.salesforce.com"],
    history: [
      { number: 2, caughtAt: NOW - 100 * DAY, source: "mail", dead: { why: "reset", at: NOW - 3 * DAY } },
      { number: 1, caughtAt: NOW - 400 * DAY, source: "paste", dead: { why: "password", at: NOW - 100 * DAY } },
    ],
  }),
  account("dataloader", {
    environment: "sandbox", realm: "test", username: "dataloader@acme.example.dev", state: "dead",
    hosts: ["acme--dev.sandbox.my.salesforce.com"], dead: { why: "password", at: NOW - 5 * 3_600_000 },
  }),
  account("jo", { username: "jo@play.example", environment: "trailhead", state: "none", caughtAt: null, hosts: [] }),
];

const many = [
  ...accounts,
  ...["reports", "billing", "archive", "a-very-long-user-name-of-some-integration-that-nobody-remembers"].map((id) =>
    account(id, { environment: id === "reports" ? "developer" : "production", caughtAt: NOW - 40 * DAY })),
  // Names that try to break the page: markup, and a right-to-left override.
  account("evil", { label: "<img src=x onerror=alert(1)>", username: "\u202Emoc.live@resu" }),
];

const FORGOT = ["login", "username", "check_mail", "link", "verify", "password", "reset", "token"];
const SIGNED_IN = ["sign_in", "reset", "token"];

function flow(way, present, ask, parts) {
  const ids = way === "forgot" ? FORGOT : SIGNED_IN;
  const at = present === null ? ids.length : ids.indexOf(present);
  const state = (i) => (i < at ? "done" : i === at ? "present" : "todo");
  return {
    username: "integration@acme.example", way, tab: 7, steps: ids.map((id, i) => ({ id, state: state(i) })),
    ask, trouble: null, endsAt: NOW + 1_800_000, ...parts,
  };
}

const ordinary = page({ host: "mail.example.com", genuine: false, kind: null, canStart: false });

const review = [
  {
    id: "r1", masked: "Ab••••••••••••••••••••yZ", username: "integration@acme.example", origin: "mail.google.com",
    sender: "support@salesforce.com", at: NOW - 120_000, reasons: ["unknown_username", "two_of_them"], realm: "live",
  },
  { id: "r2", masked: "Q7••••••••••••••••••••k2", username: null, origin: "paste", sender: null, at: NOW - DAY, reasons: ["no_username"], realm: "test" },
];

/** Name → view. A name with a surface in front (`tab-…`) is also shown at the size of a tab. */
export const states = {
  "setup": view({ vault: { state: "missing" }, waiting: 1 }),
  "unlock": view({ vault: locked, page: page({}), waiting: 1 }),
  "damaged": view({ vault: { state: "damaged", code: "store_damaged" } }),
  "lookalike": view({ page: page({ host: "login.salesforce.com.evil.example", genuine: false, kind: null, canStart: false, lookalike: ["name_in_front", "port"] }), accounts }),
  "start": view({ page: page({ username: "integration@acme.example" }), accounts }),
  "page-unknown": view({ page: page({ kind: "unknown", why: "no_marks", canStart: false }), accounts: [] }),
  "page-ordinary": view({ page: ordinary, accounts: accounts.slice(0, 1), notice: "token_kept" }),
  "flow-wait": view({ page: page({}), flow: flow("forgot", "username", "wait") }),
  "flow-open-mail": view({ page: page({ kind: "check_mail" }), flow: flow("forgot", "check_mail", "openMail") }),
  "flow-mail-code": view({ page: page({ kind: "verify_email" }), flow: flow("forgot", "verify", "mailCode", { trouble: "code_refused" }) }),
  "flow-change-password": view({ page: page({ kind: "new_password" }), flow: flow("forgot", "password", "changePassword"), accounts }),
  "flow-press-reset": view({ page: page({ kind: "token_reset" }), flow: flow("signedIn", "reset", "pressReset"), accounts }),
  "flow-mail-token": view({ page: ordinary, flow: flow("signedIn", "token", "mailToken"), accounts }),
  "flow-sign-in": view({ page: page({}), flow: flow("signedIn", "sign_in", "signIn") }),
  "flow-on-page": view({ page: page({ kind: "security_question" }), flow: flow("forgot", "verify", "onPage", { trouble: "security_question" }) }),
  "flow-unlock": view({ vault: locked, page: page({}), flow: flow("signedIn", "token", "unlock") }),
  "flow-done": view({ page: page({ kind: "token_done" }), flow: flow("forgot", null, "done"), accounts }),
  "review": view({ page: ordinary, review, accounts: accounts.slice(0, 1) }),
  "accounts": view({ accounts: many, clipboardAllowed: false }),
  "empty": view({}),
  "settings": view({ mailAllowed: ["gmail"], lockMinutes: 15 }),
};

/** States that make sense without a page in front, for the size of a tab. */
export const tabStates = ["setup", "unlock", "flow-press-reset", "flow-done", "review", "accounts", "settings"];

/** What to do before looking, like a person would. */
export const actions = {
  "start": [["click", "Start reset"]],
  "flow-press-reset": [["click", "Press reset now"]],
  "page-ordinary": [["click", "Scan this page"]],
  "flow-mail-token": [["type", "Paste mail or token", "one line"], ["click", "Look for a token"]],
  "settings": [["click", "Menu"], ["click", "Settings"]],
  "accounts": [["click", "Copy token"], ["click", "Reveal token"], ["click", "Details"]],
  "setup": [["type", "Passphrase", "correct horse battery"]],
};

/** An intent that the actions of a state must have sent, in the exact shape that the background reads. */
export const expected = {
  "start": { kind: "start", tab: 7, username: "integration@acme.example", way: "signedIn" },
  "accounts": { kind: "copied", sha256: createHash("sha256").update(secret).digest("hex") },
  "flow-press-reset": { kind: "pressReset" },
  "page-ordinary": { kind: "scan", tab: 7 },
  "flow-mail-token": { kind: "paste", text: "one line" },
};
