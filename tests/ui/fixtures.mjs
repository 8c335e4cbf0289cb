// One view for every state of the app, as the background would send it. All data is invented.

import { createHash } from "node:crypto";

/** What the stub answers to a wish for a secret. */
export const secret = "AbCdEfGhIjKlMnOpQrStUvWx";

const NOW = Date.UTC(2026, 10, 23, 14, 5);
const DAY = 86_400_000;

const open = { state: "open", locksAt: NOW + 600_000 };
const locked = { state: "locked" };

const passphrase = { kind: "passphrase", addedAt: 0, rpId: "", credential: "", salt: "" };
const passkey = { kind: "passkey", addedAt: NOW - 30 * DAY, rpId: "abcdefghijklmnopabcdefghijklmnop", credential: "AAAA", salt: "A".repeat(43) };
const device = { ...passphrase, kind: "device", addedAt: NOW - 3 * DAY };

/** Nothing is shared with another computer. */
const sync = { on: false, code: null, note: null, joinable: false };
/** What was seen of the sync area, as a tool notes it. */
const synced = (parts) => ({ ...sync, on: true, note: JSON.stringify({ at: NOW - 4 * 60_000, code: null, left: 0, told: null, toldAt: 0, header: 1, seen: {}, leftAlone: {}, ...parts }) });

function view(parts) {
  return {
    kind: "view", now: NOW, vault: open, ways: [passphrase], storeFault: null, oneCopy: false, page: null, accounts: [],
    review: [], flow: null, waiting: 0, damaged: 0, resetLink: null, notice: null, mailAllowed: [], lockMinutes: 15,
    clipboardAllowed: true, policyDays: 0, sync, ...parts,
  };
}

function page(parts) {
  return {
    tab: 7, host: "acme.my.salesforce.com", genuine: true, environment: "production", realm: "live",
    myDomain: "acme", kind: "login", why: null, lookalike: [], lookalikeScore: 0, dismissed: false, username: null,
    canStart: true, ...parts,
  };
}

function account(id, parts) {
  return {
    id, label: "", username: `${id}@acme.example`, realm: "live", environment: "production",
    hosts: ["acme.my.salesforce.com"], here: false, state: "live", caughtAt: NOW - 3 * DAY, dead: null,
    history: [], password: "none", uses: [], periodDays: 0, passwordDays: null, dueAt: null, remind: false, ...parts,
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

const place = (name, kind, where, open) => ({ name, kind, place: where, updated: open ? NOW - 200 * DAY : NOW - DAY, open });
const used = account("integration", {
  label: "Nightly import", here: true, periodDays: 90, passwordDays: 60, dueAt: NOW + 6 * DAY, remind: true, caughtAt: NOW - 84 * DAY,
  uses: [
    place("nightly import", "job", "ci.example / SALESFORCE_TOKEN", true),
    place("reports", "file", "/srv/reports/.env", false),
    // A name that tries to break the page.
    place("<img src=x> \u202Eyrotsih", "person", "", true),
  ],
});

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
    ask, trouble: null, endsAt: NOW + 1_800_000, password: null, ...parts,
  };
}

/** A page of a host that is none of Salesforce's. */
const foreign = (host, lookalike, lookalikeScore, parts) =>
  page({ host, genuine: false, kind: null, canStart: false, lookalike, lookalikeScore, ...parts });

const link = { host: "acme.my.salesforce.com", username: "integration@acme.example", at: NOW - 240_000 };

const ordinary = page({ host: "mail.example.com", genuine: false, kind: null, canStart: false });

const review = [
  {
    id: "r1", masked: "Ab••••••••••••••••••••yZ", username: "integration@acme.example", origin: "mail.google.com",
    sender: "support@salesforce.com", at: NOW - 120_000, reasons: ["unknown_user", "several_tokens"], realm: "live",
    auth: [],
  },
  { id: "r2", masked: "Q7••••••••••••••••••••k2", username: null, origin: "paste", sender: null, at: NOW - DAY, reasons: ["no_user"], realm: "test", auth: [] },
];

const fromFile = [
  {
    id: "f1", masked: "Ab••••••••••••••••••••yZ", username: "integration@acme.example", origin: "file",
    sender: "support@salesforce.com", at: NOW - 120_000, reasons: ["unproven_source"], realm: "live",
    auth: [
      { method: "dkim", result: "pass", domain: "salesforce.com" },
      { method: "spf", result: "pass", domain: "bounce.notsalesforce.com" },
      { method: "dmarc", result: "fail", domain: "salesforce.com" },
      { method: "signature", result: "none", domain: "mail.a-very-long-name-of-a-relay-in-between.acme.example" },
    ],
  },
];

/** What a file would change, as a tool tells it. */
const preview = (parts) => ({
  kind: "csv", needs: "", accounts: [], fresh: 0, more: 0, same: 0, leftOut: 0, bad: [], badCount: 0, columns: [], mapping: [], ...parts,
});
const columns = { columns: ["Title", "Login", "Secret", "Token of the org", "Where"], mapping: [1, 3, 2, 4, 0, -1] };
const change = (username, state, gains, parts) => ({ username, realm: "live", label: "", state, gains, ...parts });
const full = preview({
  ...columns, fresh: 30, more: 2, same: 1, leftOut: 14, badCount: 2,
  bad: [{ row: 7, code: "username" }, { row: 19, code: "token" }],
  accounts: [
    change("integration@acme.example", "new", ["live_token", "password"], { label: "Nightly import" }),
    change("a-very-long-user-name-of-some-integration-that-nobody-remembers@acme.example.sandbox", "new", ["live_token"], { realm: "test" }),
    change("\u202Emoc.live@resu", "new", ["password"], { label: "<img src=x onerror=alert(1)>" }),
    change("dataloader@acme.example", "more", ["password_kept", "review"]),
    change("reports@acme.example", "more", ["old_tokens", "work"]),
    change("jo@play.example", "same", []),
  ],
});
const toMoving = [["click", "Menu"], ["click", "Settings"], ["click", "Back up, restore, import"]];
const given = [...toMoving, ["file", "", "username,token\n"]];
/** In a popup the way ends at the button: the screen opens in a tab. */
const inTab = (all) => ({ all, popup: toMoving });

/** Name → view. A name with a surface in front (`tab-…`) is also shown at the size of a tab. */
export const states = {
  "setup": view({ vault: { state: "missing" }, waiting: 1 }),
  "unlock": view({ vault: locked, page: page({}), waiting: 1 }),
  "unlock-ways": view({ vault: locked, ways: [passphrase, passkey, device] }),
  "unlock-device": view({ vault: locked, ways: [device] }),
  "damaged-older": view({ vault: { state: "damaged", code: "store_rolled_back" }, ways: [] }),
  "store-incomplete": view({ storeFault: "store_incomplete", oneCopy: true, accounts: accounts.slice(0, 1) }),
  "settings-ways": view({ ways: [passphrase, passkey, device] }),
  "damaged": view({ vault: { state: "damaged", code: "store_damaged" } }),
  "lookalike": view({ page: foreign("login.salesforce.com.account-verify.example", ["owned_name_inside", "login_form"], 95), accounts }),
  // Decodes to a name with a Cyrillic а.
  "lookalike-letters": view({ page: foreign("login.xn--slesforce-0yh.com", ["foreign_letters", "one_letter_off"], 80) }),
  "lookalike-mild": view({ page: foreign("salesforce-stammtisch.example", ["brand_in_name"], 30), accounts: accounts.slice(0, 1) }),
  "lookalike-dismissed": view({ page: foreign("salesforce-stammtisch.example", ["brand_in_name"], 30, { dismissed: true }) }),
  "link": view({ page: ordinary, resetLink: link, accounts: accounts.slice(0, 1) }),
  "reset-missing": view({ page: page({ kind: "token_reset_missing", username: "integration@acme.example", canStart: false }), accounts }),
  "start": view({ page: page({ username: "integration@acme.example" }), accounts }),
  "page-unknown": view({ page: page({ kind: "unknown", why: "no_marks", canStart: false }), accounts: [] }),
  "page-ordinary": view({ page: ordinary, accounts: accounts.slice(0, 1), notice: "token_kept" }),
  "flow-wait": view({ page: page({}), flow: flow("forgot", "username", "wait") }),
  "flow-open-mail": view({ page: page({ kind: "check_mail" }), flow: flow("forgot", "check_mail", "openMail") }),
  "flow-link": view({ page: page({ kind: "check_mail" }), flow: flow("forgot", "link", "openMail"), resetLink: link }),
  "flow-link-other": view({ flow: flow("forgot", "link", "openMail"), resetLink: { ...link, username: "jo@acme.example" } }),
  "flow-reset-missing": view({ page: page({ kind: "token_reset_missing" }), flow: flow("signedIn", "reset", "onPage", { trouble: "reset_missing" }), accounts }),
  "flow-mail-code": view({ page: page({ kind: "verify_email" }), flow: flow("forgot", "verify", "mailCode", { trouble: "code_refused" }) }),
  "flow-change-password": view({
    page: page({ kind: "new_password" }),
    flow: flow("forgot", "password", "changePassword", {
      password: { length: 24, bits: 140, rules: ["length", "letters", "numbers", "upper", "lower", "special"] },
    }),
    accounts,
  }),
  "flow-change-password-unknown": view({
    page: page({ kind: "new_password" }), flow: flow("forgot", "password", "changePassword", { password: { length: 16, bits: 60, rules: [] } }),
  }),
  "flow-press-reset": view({ page: page({ kind: "token_reset" }), flow: flow("signedIn", "reset", "pressReset"), accounts }),
  "flow-mail-token": view({ page: ordinary, flow: flow("signedIn", "token", "mailToken"), accounts }),
  "flow-sign-in": view({ page: page({}), flow: flow("signedIn", "sign_in", "signIn") }),
  "flow-on-page": view({ page: page({ kind: "security_question" }), flow: flow("forgot", "verify", "onPage", { trouble: "security_question" }) }),
  "flow-unlock": view({ vault: locked, page: page({}), flow: flow("signedIn", "token", "unlock") }),
  "flow-done": view({ page: page({ kind: "token_done" }), flow: flow("forgot", null, "done"), accounts }),
  "review-file": view({ page: ordinary, review: fromFile, accounts: accounts.slice(0, 1) }),
  "review": view({ page: ordinary, review, accounts: accounts.slice(0, 1) }),
  "accounts": view({ accounts: many, clipboardAllowed: false, damaged: 2 }),
  "help": view({ page: page({ kind: "login" }), accounts }),
  "help-cause": view({ page: page({ kind: "token_reset_missing" }), flow: flow("signedIn", "reset", "onPage", { trouble: "reset_missing" }), accounts }),
  "help-cookies": view({ page: page({ kind: "unknown", why: "no_marks" }), accounts }),
  "help-account": view({ accounts }),
  "uses": view({ accounts: [used, ...accounts.slice(1)], policyDays: 180 }),
  "uses-press-reset": view({ page: page({ kind: "token_reset" }), flow: flow("signedIn", "reset", "pressReset"), accounts: [used] }),
  "uses-locked": view({ vault: locked, page: page({ kind: "token_reset" }), flow: flow("signedIn", "reset", "pressReset") }),
  "due": view({ accounts: [used] }),
  "work-tool": view({ accounts: [account("integration", {})] }),
  "work-own": view({ accounts: [account("integration", {})] }),
  "work-data-loader": view({ accounts: [account("integration", {})] }),
  "work-probe": view({ accounts: [account("integration", {})] }),
  "work-way-out": view({ accounts: [account("integration", {})] }),
  "empty": view({}),
  "moving": view({ answers: { backup: [{ data: "YWdl" }] } }),
  "moving-passphrase": view({ answers: { moveIn: [preview({ kind: "backup", needs: "passphrase" })] } }),
  "moving-columns": view({ answers: { moveIn: [preview({ needs: "columns", ...columns, mapping: [-1, 3, -1, -1, -1, -1] })] } }),
  "moving-preview": view({ answers: { moveIn: [full] } }),
  "moving-nothing": view({ answers: { moveIn: [preview({ kind: "plain", same: 1, accounts: [change("jo@play.example", "same", [])] })] } }),
  "moving-done": view({
    answers: { moveIn: [full, { written: 31, left: 0, failed: [{ username: "dataloader@acme.example", code: "write_failed" }] }] },
  }),
  "moving-plain": view({ answers: { plainExport: [{ text: "username" }] } }),
  "join": view({ vault: { state: "missing" }, ways: [], sync: { ...sync, joinable: true } }),
  "settings-sync": view({ sync: synced({}) }),
  "settings-sync-off": view({ sync: synced({}) }),
  "settings-sync-full": view({ sync: synced({ code: "sync_full", left: 12, told: "sync_older", toldAt: NOW - DAY }) }),
  "settings-sync-other": view({ sync: synced({ code: "sync_other_vault" }) }),
  "settings-sync-key": view({ sync: { ...sync, code: "sync_off_new_key" } }),
  "settings": view({ mailAllowed: ["gmail"], lockMinutes: 15 }),
};

/** States that make sense without a page in front, for the size of a tab. */
export const tabStates = [
  "setup", "unlock", "link", "flow-press-reset", "flow-change-password", "flow-reset-missing", "flow-mail-token", "flow-done", "review-file",
  "accounts", "empty", "settings", "settings-ways", "settings-sync-other", "join", "unlock-ways", "help-account", "uses", "due", "work-tool", "work-own",
  "work-data-loader", "work-way-out", "moving", "moving-passphrase", "moving-columns", "moving-preview", "moving-nothing",
  "moving-done", "moving-plain",
];

/** What to do before looking, like a person would; `all` for every surface that has no list of its own. */
export const actions = {
  "start": { all: [["click", "Start reset"]] },
  "lookalike": { all: [["click", "Do not warn about this host again"]] },
  "link": { all: [["click", "Open the link"]] },
  "flow-link": { all: [["click", "Open the link"]] },
  "reset-missing": { all: [["click", "Copy message for the administrator"]] },
  "flow-press-reset": { all: [["click", "Press reset now"]] },
  "flow-change-password": { all: [["click", "Change password now"]] },
  "page-ordinary": { all: [["click", "Scan this page"]] },
  "flow-mail-token": { all: [["type", "Paste mail or token", "one line"], ["click", "Look for a token"]] },
  "settings": { all: [["click", "Menu"], ["click", "Settings"]] },
  "settings-ways": { all: [["click", "Menu"], ["click", "Settings"], ["click", "Remove"]] },
  "settings-sync": { all: [["click", "Menu"], ["click", "Settings"], ["click", "Compare now"]] },
  "settings-sync-off": { all: [["click", "Menu"], ["click", "Settings"], ["click", "Sync with your other computers"]] },
  "settings-sync-full": { all: [["click", "Menu"], ["click", "Settings"]] },
  "settings-sync-other": { all: [["click", "Menu"], ["click", "Settings"], ["click", "Use the vault of this computer"]] },
  "settings-sync-key": { all: [["click", "Menu"], ["click", "Settings"], ["click", "Sync with your other computers"]] },
  "join": { all: [["type", "Passphrase of your other computer", "correct horse battery"], ["click", "Join"]] },
  "unlock-device": { all: [["click", "Unlock on this device"]] },
  "damaged-older": { all: [["click", "Go on with the older state"], ["click", "Go on with it"]] },
  "moving": inTab([...toMoving, ["type", "Backup passphrase", "correct horse battery"]]),
  "moving-passphrase": inTab(given),
  "moving-columns": inTab(given),
  "moving-preview": inTab(given),
  "moving-nothing": inTab(given),
  "moving-done": inTab([...given, ["click", "Take in"]]),
  "moving-plain": inTab([...toMoving, ["click", "Export as CSV"]]),
  "accounts": { all: [["click", "Copy token"], ["click", "Reveal token"], ["click", "Details"]] },
  "help": { all: [["click", "It does not work?"]] },
  "help-cause": { all: [["click", "Menu"], ["click", "When it does not work"], ["click", '"Reset My Security Token" is not there'], ["click", "Message for the administrator"]] },
  "help-cookies": { all: [["click", "It does not work?"], ["click", "A page stays blank or goes in circles"], ["click", "Clear the cookies of this host"]] },
  "help-account": { all: [["click", "Details"], ["click", "It does not work?"], ["click", "I changed the password, and no token mail came"]] },
  "uses": { all: [["click", "Details"], ["click", "Add place"], ["type", "Name of the job, variable or file", "export"], ["click", "Save place"]] },
  "due": { all: [["click", "Remind me later"]] },
  "work-tool": { all: [["click", "Details"], ["click", "Use it in a tool"], ["select", "Tool", "go_salesforce"], ["type", "Password", "invented"], ["click", "Copy with secrets"]] },
  "work-own": { all: [["click", "Details"], ["click", "Use it in a tool"], ["select", "Tool", "own"], ["type", "Template", "{nobody}"], ["click", "Preview"]] },
  "work-data-loader": { all: [["click", "Details"], ["click", "Use it in a tool"], ["select", "Tool", "data_loader"]] },
  "work-probe": { all: [["click", "Details"], ["click", "Does it work?"], ["type", "Password", "invented"], ["click", "Log in once"]] },
  "work-way-out": { all: [["click", "Details"], ["click", "Move to JWT"]] },
  "setup": { all: [["type", "Passphrase", "correct horse battery"]] },
  "empty": { popup: [["click", "Open in a tab"]], tab: [["file", "", "From: support@salesforce.com\n"]] },
};

/** An intent that the actions of a state must have sent, in the exact shape that the background reads. */
export const expected = {
  "unlock-device": { kind: "unlock", with: "device" },
  "damaged-older": { kind: "acceptStore" },
  "settings-sync": { kind: "sync" },
  "settings-sync-key": { kind: "sync" },
  "join": { kind: "joinVault", with: { passphrase: "correct horse battery" } },
  "start": { kind: "start", tab: 7, username: "integration@acme.example", way: "signedIn" },
  "lookalike": { kind: "dismiss", host: "login.salesforce.com.account-verify.example" },
  "link": { kind: "openLink" },
  "flow-link": { kind: "openLink" },
  "accounts": { kind: "copied", sha256: createHash("sha256").update(secret).digest("hex") },
  "flow-press-reset": { kind: "pressReset" },
  "help-cookies": { kind: "clearCookies", host: "acme.my.salesforce.com", tab: 7 },
  "uses": { kind: "handover", account: "integration", tool: "uses", input: JSON.stringify({ remove: null, put: { name: "export", kind: "job", place: "" }, tick: null }) },
  "due": { kind: "handover", account: "integration", tool: "rotation", input: JSON.stringify({ periodDays: null, passwordDays: null, reminded: true, policyDays: 0, others: [] }) },
  "work-probe": { kind: "probe", account: "integration", input: JSON.stringify({ password: "invented" }) },
  "flow-change-password": { kind: "changePassword" },
  "page-ordinary": { kind: "scan", tab: 7 },
  "flow-mail-token": { kind: "paste", text: "one line" },
};
