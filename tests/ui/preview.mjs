// Development only: shows every state of the app page without the rest of the extension.
//   tests/ui/build.sh DIR && node tests/ui/preview.mjs DIR OUT [state …]
// Serves the built page over loopback with a stubbed extension API, takes a screenshot of each state
// (popup, panel and tab size; light and dark) into OUT and runs axe-core over it. Exit code 1 on any
// serious finding, on an error in the page's console, or on text that was read as markup.
import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import puppeteer from "puppeteer-core";
import { actions, expected, secret, states, tabStates } from "./fixtures.mjs";

const [dir, out, ...only] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const messages = JSON.parse(await readFile(join(dir, "_locales/en/messages.json"), "utf8"));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png" };
// The policy of the extension's pages, so that the preview breaks where the package would.
const POLICY = "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, "http://x").pathname);
  try {
    const body = await readFile(join(dir, path));
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "content-security-policy": POLICY });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}/app.html`;

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--force-color-profile=srgb"],
});
await mkdir(out, { recursive: true });
const problems = [];

for (const [name, view] of Object.entries(states)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const scheme of ["light", "dark"]) {
    await shoot(name, view, scheme, "popup", 400);
    if (tabStates.includes(name)) await shoot(name, { ...view, page: null }, scheme, "tab", 1100);
  }
  await shoot(name, view, "light", "panel", 330, false);
}

async function shoot(name, view, scheme, surface, width, picture = true) {
  const label = `${name} ${surface} ${scheme}`;
  const page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(`${label}: ${error.message}`));
  page.on("console", (line) => line.type() === "error" && problems.push(`${label}: ${line.text()}`));
  await page.setViewport({ width, height: 600, deviceScaleFactor: 2 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
  await page.evaluateOnNewDocument(stub, view, messages, secret);
  await page.goto(`${base}?surface=${surface}`);
  await page.waitForSelector(".stack > *:not(.loading)");
  for (const action of actions[name] ?? []) await act(page, action);
  await new Promise((done) => setTimeout(done, 150));

  const wanted = expected[name];
  if (wanted) {
    const asked = await page.evaluate(() => globalThis.asked);
    const found = asked.some((intent) => JSON.stringify(intent) === JSON.stringify(wanted));
    if (!found) problems.push(`${label}: did not send ${JSON.stringify(wanted)} but ${JSON.stringify(asked)}`);
  }
  const sight = await page.evaluate(() => document.documentElement.scrollHeight);
  if (surface === "popup" && sight > 600) problems.push(`${label}: ${sight} px high`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) problems.push(`${label}: ${overflow} px too wide`);
  if (await page.evaluate(() => document.querySelector("main img, main script"))) problems.push(`${label}: text became markup`);
  if (picture) {
    // The whole popup, not only the 600 px that are in sight at once.
    await page.addStyleTag({ content: "#app { max-height: none !important; }" });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewport({ width, height: Math.max(height, 200), deviceScaleFactor: 2 });
    await page.screenshot({ path: join(out, `${name}.${surface}.${scheme}.png`) });
  }
  // Injected by the debugger, not as a script element: the policy above forbids that.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, impact, nodes } of violations) {
    const serious = impact === "serious" || impact === "critical";
    const line = `${label}: ${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`;
    if (serious) problems.push(line);
    else console.log(line);
  }
  await page.close();
}

async function act(page, [what, name, text]) {
  const found = await page.waitForSelector(`::-p-aria([name="${name}"])`);
  if (what === "click") await found.click();
  else await found.type(text);
  await new Promise((done) => setTimeout(done, 60));
}

/** Runs in the page before anything else: the few parts of the extension API that the app uses. */
function stub(view, messages, secret) {
  const event = () => ({ addListener() {} });
  globalThis.asked = [];
  globalThis.chrome = {
    runtime: {
      sendMessage: async (intent) => {
        globalThis.asked.push(intent);
        const isSecret = intent.kind === "token" || intent.kind === "password";
        return isSecret ? { kind: "secret", text: secret } : view;
      },
      onMessage: event(),
      getURL: (path) => new URL(path, location.href).href,
      getManifest: () => ({ version: "0" }),
    },
    i18n: {
      getMessage: (id, argument) => {
        const found = messages[id];
        if (found === undefined) return "";
        return found.message.replace(/\$[A-Z]+\$/, () => argument ?? "");
      },
    },
    tabs: { query: async () => [{ id: 7, windowId: 1 }], create: async () => ({}), onActivated: event(), onUpdated: event() },
    permissions: { request: async () => true, remove: async () => true },
    sidePanel: { open: async () => {} },
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async () => {} } });
}

// What app.js says when the program cannot run.
for (const [id, hinder] of [
  ["start_missing", (page) => page.setRequestInterception(true).then(() => page.on("request", (request) =>
    request.url().endsWith(".wasm") ? request.abort() : request.continue()))],
  ["start_blocked", (page) => page.evaluateOnNewDocument(() => delete globalThis.WebAssembly)],
]) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(stub, null, messages, secret);
  await hinder(page);
  await page.goto(`${base}?surface=popup`);
  const alert = await page.waitForSelector('[role="alert"]');
  const said = await alert.evaluate((element) => element.textContent);
  if (said !== messages[id].message) problems.push(`${id}: said "${said}"`);
  await page.close();
}

await browser.close();
server.close();
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "no serious findings" : `${problems.length} findings`);
process.exitCode = problems.length === 0 ? 0 : 1;
