// Shows the app page in one state after the other, without the rest of the extension: a server on loopback, a
// stubbed extension API, a browser. Used by the test and by the preview.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import puppeteer from "puppeteer-core";
import { findBrowser } from "../../e2e/lib/common.mjs";
import { secret } from "../fixtures.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png" };
// The policy of the extension's pages, so that a state breaks here where the package would.
const POLICY = "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Opens a stage for the app page in `dir`. */
export async function stage(dir) {
  const messages = JSON.parse(await readFile(join(dir, "_locales/en/messages.json"), "utf8"));
  const server = createServer(async (request, response) => {
    try {
      const path = normalize(new URL(request.url, "http://x").pathname);
      const body = await readFile(join(dir, path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "content-security-policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await puppeteer.launch({
    executablePath: await findBrowser("CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]),
    headless: true,
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
  const base = `http://127.0.0.1:${server.address().port}/app.html`;
  // One page for all: a new one starts a process, and one behind another is not drawn.
  let problems = [];
  const open = async () => {
    const page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
    return page;
  };
  let page = await open();
  let script;
  const long = longer(messages);
  /** What an English name is in the longer language. */
  const inLong = (name) => long[Object.keys(messages).find((id) => messages[id].message === name)]?.message ?? name;
  return {
    messages,
    /** Goes on in a new page, e.g. because something was done to this one. */
    renew: async () => {
      await page.close();
      page = await open();
      script = undefined;
    },
    /** @param {{ view: object, surface: string, width: number, scheme?: string, long?: boolean, scale?: number, hinder?: Function, wait?: string }} scene */
    show: async (scene) => {
      if (script) await page.removeScriptToEvaluateOnNewDocument(script);
      ({ identifier: script } = await page.evaluateOnNewDocument(stub, scene.view, scene.long ? long : messages, secret));
      problems = [];
      await show(page, base, scene);
      return { page, problems, act: ([what, name, more]) => act(page, [what, scene.long ? inLong(name) : name, more]), asked: () => page.evaluate(() => globalThis.asked) };
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

async function show(page, base, { surface, width, scheme = "light", scale = 1, hinder, wait = ".stack > *:not(.loading)" }) {
  await page.setViewport({ width, height: 600, deviceScaleFactor: scale });
  await wear(page, scheme);
  await hinder?.(page);
  await page.goto(`${base}?surface=${surface}`);
  await page.waitForSelector(wait);
}

/** Light or dark. */
export const wear = (page, scheme) =>
  page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);

/** One action of a person. */
async function act(page, [what, name, more]) {
  if (what === "file") return give(page, more);
  const found = await page.waitForSelector(`::-p-aria([name="${name.replace(/["\\]/g, "\\$&")}"])`, { timeout: 5_000 });
  if (what === "click") await found.click();
  else if (what === "type") await found.type(more);
  else if (what === "select") await found.select(more);
  else if (what === "choose") {
    const chooser = await fileWindow(page, () => found.click());
    await chooser.accept([more]);
  }
  await settled(page);
}

/** The file window that a deed opens. */
export async function fileWindow(page, deed) {
  const opened = page.waitForFileChooser({ timeout: 5_000 });
  // The browser has to know that we wait for it before it opens.
  await settled(page);
  await deed();
  return opened;
}

/** Drops a file with this text on the place for it. */
async function give(page, text) {
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "mail.eml", { type: "message/rfc822" }));
    const place = document.querySelector(".drop");
    for (const type of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, text);
  await settled(page);
}

/** Waits until the app has drawn what the last action led to. */
export const settled = (page) => new Promise((done) => setTimeout(done, 60)).then(() => page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))));

/** What no state may show: text read as markup, anything too wide, anything cut off. */
export function layout(page, surface) {
  return page.evaluate((surface) => {
    const found = [];
    const wide = document.documentElement.scrollWidth - innerWidth;
    // A popup is as wide as the browser makes it; what counts is that everything in it is in sight.
    if (wide > 0 && surface !== "popup") found.push(`${wide} px too wide`);
    const high = document.documentElement.scrollHeight;
    if (surface === "popup" && high > 600) found.push(`${high} px high`);
    if (document.querySelector("main img, main script")) found.push("text became markup");
    for (const element of document.querySelectorAll("#app *")) {
      if (element.closest(".unseen, svg") || element.scrollWidth === 0) continue;
      const name = `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.slice(0, 60)}`;
      // A text field scrolls what is typed into it; that is no loss.
      const cut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible" && !element.matches("input, textarea, select");
      if (cut) found.push(`cut off: ${name}`);
      const { left, right } = element.getBoundingClientRect();
      if (right > innerWidth + 0.5 || left < -0.5) found.push(`out of sight: ${name}`);
      const box = element.parentElement.closest(".button, .chip, .badge, .card, .line, .drop");
      if (box && right > box.getBoundingClientRect().right + 0.5) found.push(`sticks out: ${name}`);
    }
    return found;
  }, surface);
}

/** What axe-core finds, one line each; `serious` tells the ones that must not be. */
export async function findings(page, rules) {
  // Injected by the debugger, not as a script element: the policy above forbids that.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const options = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, { resultTypes: ["violations"], ...options }), options);
  return violations.map(({ id, impact, nodes }) => ({
    serious: impact === "serious" || impact === "critical",
    line: `${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`,
  }));
}

/** Every sentence 30 % longer, in letters that show what was not translated. */
function longer(messages) {
  const long = {};
  for (const [id, entry] of Object.entries(messages)) {
    const plain = ["language_tag", "app_name"].includes(id);
    const more = Math.ceil(entry.message.length * 0.3);
    long[id] = plain ? entry : { ...entry, message: `${entry.message} ${"énõ wörð ".repeat(more).slice(0, more)}`.trim() };
  }
  return long;
}

/** Runs in the page before anything else: the few parts of the extension API that the app uses. */
function stub(view, messages, secret) {
  const event = () => ({ addListener() {} });
  globalThis.asked = [];
  globalThis.opened = [];
  globalThis.granted = [];
  globalThis.removed = [];
  globalThis.copied = [];
  // What the background passes on: an invented record, and what is kept with it.
  const DESK = ["formats", "format", "clock", "links", "way_out", "jwt_key", "jwt_file"];
  const GOT = { status: 500, contentType: "text/xml", body: "<e><Fault><faultcode>sf:LOGIN_MUST_USE_SECURITY_TOKEN</faultcode><faultstring>no</faultstring></Fault></e>" };
  const record = { v: 1, u: "integration@acme.example", r: 1, e: 1, h: ["acme.my.salesforce.com"], l: "", t: [{ n: 1, t: btoa(secret), c: 1, s: 1 }], w: 1 };
  const desk = (tools, name, ask) => {
    const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(48)))).replaceAll("+", "-").replaceAll("/", "_");
    const output = tools.run("desk", JSON.stringify({ name, record: JSON.stringify(record), ask, now: view.now, random }));
    if (output === undefined) return { kind: "error", code: "handover_unknown" };
    const { answer, work } = JSON.parse(output);
    if (work) record.x = work;
    return { kind: "answer", text: JSON.stringify(answer) };
  };
  globalThis.chrome = {
    runtime: {
      sendMessage: async (intent) => {
        globalThis.asked.push(intent);
        // What a state has an answer for: the next of a list, whose last one stays.
        const answers = view.answers?.[intent.kind];
        if (answers) return { kind: "answer", text: JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]) };
        if (intent.kind === "handover") {
          // The tools themselves, where they were built.
          const tools = await import(new URL("tools.js", location.href).href);
          await tools.default();
          if (DESK.includes(intent.tool) && intent.account) return desk(tools, intent.tool, intent.input);
          // Of an account, the record's keeper would answer; here nothing is kept.
          if (intent.account) return { kind: "answer", text: "{}" };
          return { kind: "answer", text: tools.run(intent.tool, intent.input) };
        }
        if (intent.kind === "probe") {
          const tools = await import(new URL("tools.js", location.href).href);
          await tools.default();
          return desk(tools, "probe_answer", JSON.stringify(globalThis.got ?? GOT));
        }
        if (intent.kind === "clearCookies") return { kind: "answer", text: "4" };
        const isSecret = intent.kind === "token" || intent.kind === "password";
        return isSecret ? { kind: "secret", text: secret } : view;
      },
      onMessage: { addListener: (heard) => { globalThis.say = heard; } },
      getURL: (path) => new URL(path, location.href).href,
      getManifest: () => ({ version: "0" }),
    },
    i18n: {
      getMessage: (id, given) => {
        const found = messages[id];
        if (found === undefined) return "";
        return found.message.replace(/\$([A-Z]+)\$/g, (_, name) => {
          const place = found.placeholders?.[name.toLowerCase()]?.content;
          return [given].flat()[Number(place?.slice(1)) - 1] ?? "";
        });
      },
    },
    tabs: {
      query: async () => [{ id: 7, windowId: 1 }],
      create: async ({ url }) => globalThis.opened.push(url),
      onActivated: event(),
      onUpdated: event(),
    },
    permissions: { contains: async () => false, request: async (grant) => !!globalThis.granted.push(grant), remove: async (grant) => !!globalThis.removed.push(grant) },
    sidePanel: { open: async () => {} },
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => void globalThis.copied.push(text) } });
}
