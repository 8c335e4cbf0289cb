// What a person does with the app page, and what must come of it. All data is invented.
//   node --test tests/ui/doings.test.mjs      after ./build.sh; APP_DIR names another place of the built page
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { secret, states } from "./fixtures.mjs";
import { fileWindow, settled, stage } from "./lib/stage.mjs";

const DIR = process.env.APP_DIR ?? new URL("../../dist/chromium", import.meta.url).pathname;
const MAIL = "From: support@salesforce.com\r\nSubject: ü\r\n\r\nnothing";
/** @type {Awaited<ReturnType<typeof stage>>} */
let app;
let folder;
before(async () => {
  app = await stage(DIR);
  folder = await mkdtemp(join(tmpdir(), "token-keeper-ui-"));
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const tab = (name) => app.show({ view: { ...states[name], page: null }, surface: "tab", width: 1100 });
const popup = (name) => app.show({ view: states[name], surface: "popup", width: 400 });
const text = (page, selector) => page.$eval(selector, (element) => element.innerText);
const mailFiles = async (asked) => (await asked()).filter((intent) => intent.kind === "mailFile").map(({ data }) => Buffer.from(data, "base64").toString());

test("a chosen mail file reaches the background byte for byte, twice if chosen twice", async () => {
  const { page, act, asked } = await tab("empty");
  const file = join(folder, "mail.eml");
  await writeFile(file, MAIL);
  for (let time = 0; time < 2; time += 1) await act(["choose", "Choose mail file", file]);
  await page.waitForFunction(() => globalThis.asked.filter((intent) => intent.kind === "mailFile").length === 2, { timeout: 5_000 });
  assert.deepEqual(await mailFiles(asked), [MAIL, MAIL]);
});

test("the keyboard alone opens the file window", async () => {
  const { page } = await tab("empty");
  await page.focus("#paste");
  for (let steps = 0; steps < 2; steps += 1) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Choose mail file");
  assert.ok(await fileWindow(page, () => page.keyboard.press("Enter")));
});

test("a dropped mail file reaches the background", async () => {
  const { act, asked, page } = await tab("flow-mail-token");
  await act(["file", "", MAIL]);
  await page.waitForFunction(() => globalThis.asked.some((intent) => intent.kind === "mailFile"), { timeout: 5_000 });
  assert.deepEqual(await mailFiles(asked), [MAIL]);
});

test("a file above 5 MB is refused in words and not sent", async () => {
  const { act, asked, page } = await tab("empty");
  const file = join(folder, "large.eml");
  await writeFile(file, Buffer.alloc(5 * 1024 * 1024 + 1, 65));
  await act(["choose", "Choose mail file", file]);
  await page.waitForSelector(".card .line.bad");
  assert.equal(await text(page, ".card .line.bad"), app.messages.fault_file_too_large.message);
  assert.deepEqual(await mailFiles(asked), []);
});

test("a file that misses its place does not replace the page; text can still be dragged into a field", async () => {
  const { page } = await tab("empty");
  const prevented = (file) => page.evaluate((file) => {
    const dataTransfer = new DataTransfer();
    if (file) dataTransfer.items.add(new File(["x"], "x.eml"));
    else dataTransfer.setData("text/plain", "x");
    const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector("textarea").dispatchEvent(event);
    return event.defaultPrevented;
  }, file);
  assert.equal(await prevented(true), true);
  assert.equal(await prevented(false), false);
});

test("a popup, which a file window would close, leads to a tab", async () => {
  const { page, act } = await popup("empty");
  assert.equal(await page.$('input[type="file"]'), null);
  await act(["click", "Open in a tab"]);
  assert.match((await page.evaluate(() => globalThis.opened)).join(), /\/app\.html\?surface=tab$/);
});

test("a look-alike's letters are decoded, and the foreign one is marked", async () => {
  const { page } = await popup("lookalike-letters");
  const names = await page.$$eval(".letters", (all) => all.map((one) => [one.textContent, [...one.querySelectorAll("mark")].map((mark) => mark.textContent).join()]));
  assert.deepEqual(names, [["login.xn--slesforce-0yh.com", ""], ["login.s\u0430lesforce.com", "\u0430"]]);
});

test("a warning is an alarm from a score of 50 on, a hint below, one line once dismissed; the rest stays in sight", async () => {
  const at = (score, more) => ({ ...states["lookalike-mild"], page: { ...states["lookalike-mild"].page, lookalikeScore: score, ...more } });
  for (const [view, role] of [[at(50), "alert"], [at(49), "status"], [at(90, { dismissed: true }), null]]) {
    const { page } = await app.show({ view, surface: "popup", width: 400 });
    const card = await page.$("main .card:has(.letters)");
    assert.equal(card ? await card.evaluate((one) => one.getAttribute("role")) : null, role);
    const seen = await text(page, "main");
    assert.match(seen, /salesforce-stammtisch\.example/);
    assert.match(seen, /Scan this page/);
    assert.match(seen, /Copy token/);
  }
});

test("the message for the administrator names user and org, and nothing secret or invisible", async () => {
  for (const show of [popup, tab]) {
    const { page, act } = await show("flow-reset-missing");
    await act(["click", "Copy message for the administrator"]);
    const [copied] = await page.evaluate(() => globalThis.copied);
    assert.match(copied, /User name: integration@acme\.example\nOrg: acme\.my\.salesforce\.com\n/);
    assert.doesNotMatch(copied, /[\u200e\u200f\u2066-\u2069$]/);
    assert.ok(!copied.includes(secret));
  }
});

test("every symptom leads to causes, and every page of Setup is the org's own", async () => {
  const { page, act } = await popup("help");
  await act(["click", "It does not work?"]);
  const count = await page.$$eval(".symptoms button", (all) => all.length);
  assert.equal(count, 15);
  for (let at = 0; at < count; at += 1) {
    await page.$$eval(".symptoms button", (all, at) => all[at].click(), at);
    await page.waitForSelector(".causes li", { timeout: 5_000 });
    await page.waitForSelector(".links a", { timeout: 5_000 });
    const links = await page.$$eval("main a", (all) => all.map((one) => one.href));
    assert.deepEqual(links.filter((link) => !link.startsWith("https://acme.my.salesforce.com/lightning/")), []);
    assert.doesNotMatch(await text(page, "main"), /_|undefined/);
    await act(["click", "Something else"]);
  }
});

test("the guide's trouble leads to its symptom; the message names user, cause and page, and nothing secret", async () => {
  const { page, act } = await popup("help-cause");
  await act(["click", `Help: ${app.messages.symptom_menu_missing.message}`]);
  await act(["click", "Message for the administrator"]);
  await act(["click", "Copy message for the administrator"]);
  await page.waitForFunction(() => globalThis.copied.length > 0, { timeout: 5_000 });
  const [copied] = await page.evaluate(() => globalThis.copied);
  assert.match(copied, /integration@acme\.example/);
  assert.match(copied, /https:\/\/acme\.my\.salesforce\.com\/lightning\/setup\/EnhancedProfiles\/home/);
  assert.doesNotMatch(copied, /[\u200e\u200f\u2066-\u2069$]/);
  assert.ok(!copied.includes(secret));
  await act(["click", "Back"]);
  assert.ok(await page.$(".missing"));
});

test("the permission for cookies is asked for at the press and given back", async () => {
  const { page, act } = await popup("help-cookies");
  await act(["click", "It does not work?"]);
  await act(["click", "A page stays blank or goes in circles"]);
  assert.match(await text(page, "main"), /signs you out on .acme\.my\.salesforce\.com/);
  assert.deepEqual(await page.evaluate(() => globalThis.granted), []);
  await act(["click", "Clear the cookies of this host"]);
  await page.waitForFunction(() => document.querySelector("main").innerText.includes("Cleared (4)"), { timeout: 5_000 });
  assert.deepEqual(await page.evaluate(() => [globalThis.granted, globalThis.removed].map((all) => all.map((one) => one.permissions))), [[["cookies"]], [["cookies"]]]);
});

test("a use is changed in the form; what a reset breaks stands above its button", async () => {
  const { page, act, asked } = await popup("uses");
  await act(["click", "Details"]);
  await act(["click", "Change"]);
  assert.equal(await page.$eval("#use-name-integration", (field) => field.value), "nightly import");
  await act(["type", "Name of the job, variable or file", "s"]);
  await act(["click", "Save change"]);
  await page.evaluate(() => scrollTo(0, 0));
  await act(["click", "It is updated"]);
  await page.waitForFunction(() => globalThis.asked.filter((one) => one.tool === "uses").length === 2, { timeout: 5_000 });
  const inputs = (await asked()).filter((one) => one.tool === "uses").map((one) => JSON.parse(one.input));
  const at = { kind: "job", place: "ci.example / SALESFORCE_TOKEN" };
  assert.deepEqual(inputs, [
    { remove: { name: "nightly import", ...at }, put: { name: "nightly imports", ...at }, tick: null },
    { remove: null, put: null, tick: { name: "nightly import", ...at } },
  ]);
  const reset = await popup("uses-press-reset");
  assert.match(await text(reset.page, ".consent"), /nightly import[^]*reports/);
  const locked = await popup("uses-locked");
  assert.match(await text(locked.page, ".consent"), /Unlock the vault to see/);
});

test("what a mail file says of itself: only Salesforce's own pass is good, every failure is a warning", async () => {
  const { page } = await popup("review-file");
  const tones = await page.$$eval(".auth .chip", (all) => all.map((chip) => `${chip.className.replace("chip ", "")}: ${chip.innerText.trim()}`));
  assert.deepEqual(tones, ["good: DKIM pass", "calm: SPF pass", "warn: DMARC fail", "calm: DKIM signature, not checked"]);
  assert.match(await text(page, ".review"), /checked nothing/);
});

test("the link of a reset mail stands once: in the step that waits for it, else in a card", async () => {
  for (const [name, place] of [["link", "#link_title"], ["flow-link", ".ask"]]) {
    const { page } = await popup(name);
    assert.equal((await page.$$("::-p-aria([name=\"Open the link\"][role=\"button\"])")).length, 1);
    assert.ok(await page.$(place));
    assert.match(await text(page, "main"), /acme\.my\.salesforce\.com/);
  }
  const { page } = await tab("flow-link-other");
  assert.match(await text(page, ".ask .line.warn"), /another user/);
  assert.doesNotMatch(await text(page, "main"), /Open the link/);
});

test("every webmail provider has a switch with its name and hosts, and asks for just these", async () => {
  const { page, act } = await popup("settings");
  await act(["click", "Menu"]);
  await act(["click", "Settings"]);
  const names = await page.$$eval(".providers [role=switch]", (all) => all.map((one) => one.getAttribute("aria-label")));
  assert.ok(names.includes("Gmail") && names.includes("Outlook"), names.join());
  for (const name of names) assert.ok(!/^[a-z]+$/.test(name), `${name} has no name of its own`);
  await act(["click", "Outlook"]);
  const granted = await page.evaluate(() => globalThis.granted);
  assert.deepEqual(granted.flatMap((grant) => grant.origins).filter((origin) => !/^https:\/\/outlook\.(live\.com|office\.com|office365\.com|cloud\.microsoft)\/\*$/.test(origin)), []);
  assert.equal(granted.length, 1);
  const asked = await page.evaluate(() => globalThis.asked.map((intent) => intent.kind));
  assert.ok(asked.includes("mailChanged"));
});

test("the password that will be made: its length and strength in words, and what the page demands", async () => {
  const { page } = await popup("flow-change-password");
  const said = await text(page, ".rules");
  assert.match(said, /24 characters: strong/);
  assert.match(said, /Capital letters/);
  await popup("flow-change-password-unknown");
  assert.match(await text(page, ".rules"), /16 characters: fair/);
  assert.doesNotMatch(await text(page, ".rules"), /demands/);
});

test("thousands of accounts: twelve rows at first, the rest by a press or by searching", async () => {
  const [first] = states.accounts.accounts;
  const accounts = Array.from({ length: 2_000 }, (_, i) => ({ ...first, id: `a${i}`, label: "", username: `user${i}@acme.example` }));
  const { page, act } = await app.show({ view: { ...states.accounts, accounts }, surface: "tab", width: 1100 });
  const rows = () => page.$$eval("li.account", (all) => all.length);
  assert.equal(await rows(), 12);
  await act(["click", "Show more (1988 left)"]);
  assert.equal(await rows(), 112);
  await act(["type", "Search", "USER1999@"]);
  assert.equal(await text(page, "li.account h3"), "user1999@acme.example");
  assert.equal(await rows(), 1);
});

test("what stands in a field survives a new view", async () => {
  const { page } = await app.show({ view: states["flow-mail-token"], surface: "panel", width: 400 });
  await page.type("#paste", "half a mail");
  await page.evaluate(() => globalThis.say({ kind: "changed" }));
  await settled(page);
  assert.equal(await page.$eval("#paste", (area) => area.value), "half a mail");
});

const moving = async (name) => {
  const shown = await tab(name);
  for (const action of [["click", "Menu"], ["click", "Settings"], ["click", "Back up, restore, import"]]) await shown.act(action);
  return shown;
};
const sent = async (shown, kind) => (await shown.asked()).filter((intent) => intent.kind === kind);
/** What was given to the browser to save. */
const saves = (page) => page.evaluate(() => {
  globalThis.saved = [];
  // The page's policy lets nobody fetch what was made for the browser, so it is kept where it is made.
  let content;
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => make(content = blob);
  HTMLAnchorElement.prototype.click = function click() {
    void content.text().then((text) => globalThis.saved.push([this.download, text]));
  };
});
const saved = (page) => page.waitForFunction(() => globalThis.saved.length > 0 && globalThis.saved, { timeout: 5_000 }).then((handle) => handle.jsonValue());

test("a backup is made under a passphrase that was typed twice, and saved as an age file; the fields are empty afterwards", async () => {
  const shown = await moving("moving");
  const { page, act } = shown;
  await saves(page);
  await act(["type", "Backup passphrase", "correct horse"]);
  await act(["click", "Make backup file"]);
  assert.equal(await text(page, ".card .line.bad"), app.messages.fault_passphrases_differ.message);
  await act(["type", "Repeat backup passphrase", "correct horse"]);
  await act(["click", "Make backup file"]);
  assert.deepEqual(await saved(page), [["token-keeper-2026-11-23.age", "age"]]);
  assert.deepEqual(await sent(shown, "backup"), [{ kind: "backup", passphrase: "correct horse" }]);
  assert.equal(await page.$eval("#backup-passphrase", (field) => field.value), "");
  assert.match(await text(page, ".card .line.good"), /token-keeper-2026-11-23\.age/);
});

test("a file is looked at first, and taken in only on a press", async () => {
  const shown = await moving("moving-done");
  const { page, act } = shown;
  const file = join(folder, "export.csv");
  await writeFile(file, "username,token\n");
  await act(["choose", "Choose file", file]);
  await page.waitForSelector(".changes");
  const data = Buffer.from("username,token\n").toString("base64");
  assert.deepEqual(await sent(shown, "moveIn"), [{ kind: "moveIn", data, passphrase: "", columns: "", on: false }]);
  assert.match(await text(page, ".counts"), /New accounts: 30/);
  assert.match(await text(page, ".outcome"), /And 27 more/);
  assert.match(await text(page, ".outcome"), /Line 7: The user name/);
  await act(["click", "Take in"]);
  assert.deepEqual((await sent(shown, "moveIn")).at(-1), { kind: "moveIn", data, passphrase: "", columns: "1,3,2,4,0,", on: true });
  assert.match(await text(page, "main"), /Taken in: 31\./);
  assert.match(await text(page, "main"), /dataloader@acme\.example/);
  // What could not be written can be tried once more.
  assert.ok(await page.$(".outcome"));
});

test("a backup asks for its passphrase, and the look at it comes with that", async () => {
  const shown = await moving("moving-passphrase");
  const { page, act } = shown;
  await act(["file", "", "age-encryption.org/v1"]);
  await page.waitForSelector("#restore-passphrase");
  assert.equal(await page.evaluate(() => document.activeElement.id), "restore-passphrase");
  await page.keyboard.type("its own words");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.equal((await sent(shown, "moveIn")).at(-1).passphrase, "its own words");
});

test("a column that is chosen by hand is asked with", async () => {
  const shown = await moving("moving-columns");
  const { page, act } = shown;
  await act(["file", "", "a,b"]);
  await page.waitForSelector("#column-username");
  await page.select("#column-username", "1");
  await settled(page);
  assert.equal((await sent(shown, "moveIn")).at(-1).columns, "1,3,,,,");
});

test("everything in clear only after a second press", async () => {
  const shown = await moving("moving-plain");
  const { page, act } = shown;
  await saves(page);
  await act(["click", "Export as CSV"]);
  assert.deepEqual(await sent(shown, "plainExport"), []);
  await act(["click", "Do not export"]);
  await act(["click", "Export as CSV"]);
  await act(["click", "Export in clear now"]);
  assert.deepEqual(await saved(page), [["token-keeper-2026-11-23.csv", "username"]]);
  assert.deepEqual(await sent(shown, "plainExport"), [{ kind: "plainExport", form: "csv" }]);
});

test("from a popup, which a file window would close, the way leads to a tab of the same screen", async () => {
  const { page, act } = await popup("moving");
  for (const action of [["click", "Menu"], ["click", "Settings"], ["click", "Back up, restore, import"]]) await act(action);
  assert.match((await page.evaluate(() => globalThis.opened)).join(), /\/app\.html\?surface=tab&screen=moving$/);
});

for (const [id, hinder] of [
  ["start_missing", (page) => page.setRequestInterception(true).then(() => page.on("request", (request) =>
    request.url().endsWith(".wasm") ? request.abort() : request.continue()))],
  ["start_blocked", (page) => page.evaluateOnNewDocument(() => delete globalThis.WebAssembly)],
]) {
  test(`a program that cannot run says so: ${id}`, async () => {
    const { page } = await app.show({ view: {}, surface: "popup", width: 400, hinder, wait: '[role="alert"]' });
    assert.equal(await text(page, '[role="alert"]'), app.messages[id].message);
    await app.renew();
  });
}

/** The open room of an account. */
const room = async (name, more) => {
  const { page, act, asked } = await tab(name);
  await act(["click", "Details"]);
  for (const action of more) await act(action);
  const questions = async () => (await asked()).filter((one) => ["handover", "probe"].includes(one.kind)).map(({ tool, input }) => [tool, JSON.parse(input)]);
  return { page, act, asked, questions };
};

test("a preview is asked for without any secret and shows none; one press fetches the whole text", async () => {
  const { page, act, questions } = await room("work-own", [["click", "Use it in a tool"], ["select", "Tool", "json"]]);
  await page.waitForSelector(".preview");
  await page.type('input[type="password"]', "invented-password");
  const shown = await text(page, ".preview");
  assert.match(shown, /"username": "integration@acme.example"/);
  assert.match(shown, /"password": "•+"/);
  assert.ok(!shown.includes(secret));
  assert.deepEqual(await page.evaluate(() => globalThis.copied), []);
  await act(["click", "Copy with secrets"]);
  await page.waitForFunction(() => globalThis.copied.length === 1, { timeout: 5_000 });
  assert.deepEqual(JSON.parse((await page.evaluate(() => globalThis.copied))[0]), { username: "integration@acme.example", password: "invented-password", security_token: secret, domain: "acme.my" });
  assert.ok(!(await text(page, "main")).includes(secret), "it is nowhere to be seen");
  assert.deepEqual((await questions()).filter(([tool]) => tool === "format"), [
    ["format", { format: "json", redacted: true }],
    ["format", { format: "json", redacted: false, password: "invented-password" }],
  ]);
});

test("a text that needs the password says so, and one that needs none does not ask", async () => {
  const { page, act } = await room("work-own", [["click", "Use it in a tool"], ["select", "Tool", "json"]]);
  await page.waitForSelector(".preview");
  await act(["click", "Copy with secrets"]);
  await page.waitForSelector(".work .line.bad");
  assert.match(await text(page, ".work .line.bad"), /needs the password/);
  assert.deepEqual(await page.evaluate(() => globalThis.copied), []);
  await act(["select", "Tool", "token"]);
  await page.waitForFunction(() => !document.querySelector('.work input[type="password"]'), { timeout: 5_000 });
});

test("a template of one's own tells where it is wrong", async () => {
  const { page, act } = await room("work-own", [["click", "Use it in a tool"], ["select", "Tool", "own"]]);
  await page.$eval(".work textarea", (field) => { field.value = "x {nobody}"; });
  await act(["click", "Preview"]);
  await page.waitForSelector(".work .line.bad");
  assert.match(await text(page, ".work .line.bad"), /placeholder that does not exist\. At character 3: .?nobody/);
  await page.$eval(".work textarea", (field) => { field.value = "{username}"; });
  await act(["click", "Preview"]);
  await page.waitForSelector(".preview");
  assert.equal(await text(page, ".preview"), "integration@acme.example");
});

test("nothing is sent before the press, and a refused token is offered to be marked dead", async () => {
  const { page, act, asked, questions } = await room("work-probe", [["click", "Does it work?"]]);
  await page.waitForSelector(".work .consent");
  assert.match(await text(page, ".work .consent"), /goes to .?acme\.my\.salesforce\.com.? and to nowhere else[^]*too many lock the user out/);
  // The details ask for the plan of rotation as well.
  assert.deepEqual((await questions()).map(([tool]) => tool).filter((tool) => tool !== "rotation"), ["clock"]);
  await act(["type", "Password", "invented"]);
  await act(["click", "Log in once"]);
  await page.waitForSelector(".work .line.bad");
  assert.match(await text(page, ".work"), /token is missing, wrong or dead[^]*counts toward the lock-out[^]*LOGIN_MUST_USE_SECURITY_TOKEN/);
  assert.equal(await page.$eval('.work input[type="password"]', (field) => field.value), "");
  assert.equal((await asked()).filter((one) => one.kind === "probe").length, 1);
  assert.ok(!(await asked()).some((one) => one.kind === "markDead"));
  const dead = (await page.$$(".work .room button")).at(-1);
  await dead.click();
  await page.waitForFunction(() => globalThis.asked.some((one) => one.kind === "markDead"), { timeout: 5_000 });
});

test("a person says that the org is new, and hears what that means for the token", async () => {
  const { page } = await room("work-probe", [["click", "Does it work?"]]);
  const tick = await page.waitForSelector('.work input[type="checkbox"]');
  assert.doesNotMatch(await text(page, ".work"), /probably off/);
  await tick.click();
  await page.waitForFunction(() => /probably off/.test(document.querySelector(".work").textContent), { timeout: 10_000 });
  assert.ok(await page.$eval('.work input[type="checkbox"]', (one) => one.checked));
});

test("a key for JWT is made, and its steps lead into the org's own Setup", async () => {
  const { page, act } = await room("work-way-out", [["click", "Move to JWT"]]);
  await page.waitForSelector(".way");
  const links = await page.$$eval(".way a", (all) => all.map((one) => [one.href, one.rel]));
  assert.ok(links.length > 3);
  for (const [href, rel] of links) {
    assert.ok(href.startsWith("https://acme.my.salesforce.com/lightning/setup/"), href);
    assert.equal(rel, "noreferrer");
  }
  await act(["click", "Make key and certificate"]);
  await page.waitForSelector(".way .facts", { timeout: 20_000 });
  assert.match(await text(page, ".way .facts"), /SHA-256\s+[0-9a-f]{64}/);
  await act(["type", "Consumer key", "InventedConsumerKey"]);
  await act(["click", "Fill in"]);
  await page.waitForFunction(() => document.querySelector(".way .preview")?.textContent.includes("InventedConsumerKey"), { timeout: 5_000 });
  assert.ok(!(await text(page, "main")).includes("PRIVATE KEY"));
});
