// Every id that the app names has a sentence, and every sentence is named by somebody.
//   node --test tests/build/strings.test.mjs
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
const messages = JSON.parse(await readFile(join(root, "extension/_locales/en/messages.json"), "utf8"));
const files = (await readdir(join(root, "src/ui"), { recursive: true })).filter((name) => name.endsWith(".rs"));
const source = (await Promise.all(files.map((name) => readFile(join(root, "src/ui", name), "utf8")))).join("\n");
const script = await readFile(join(root, "extension/app.js"), "utf8");

const words = new Set([...(source + script).matchAll(/"([a-z][a-z0-9_]*)"/g)].map(([, word]) => word));
const groups = new Set([...source.matchAll(/(?:coded|help)\("([a-z]+)"/g)].map(([, group]) => group));
const called = [...source.matchAll(/\bt1?\("([a-z0-9_]+)"/g)].map(([, id]) => id);
// Codes of the handover room, which the tools program answers with; a Rust test holds them against the sentences.
const handover = await readFile(join(root, "src/handover/mod.rs"), "utf8");
const spoken = new Set(/SENTENCES: [^=]*= \[([^\]]*)\]/.exec(handover)?.[1].match(/[a-z]+/g));
// Built from parts: `ask_press_reset` + `_breaks`, `mail_link` + `_sender`, `way_forgot` + `_about`.
const parts = ["_now", "_breaks", "_kept", "_sender", "_subject", "_hint", "_about"];
// For the manifest, the context menu and the notification.
const outside = ["app_description", "action_title", "command_open", "command_lock", "menu_keep", "notify_due"];

const problems = [];
for (const id of called) if (!(id in messages)) problems.push(`no sentence: ${id}`);
for (const group of groups) if (!(`${group}_other` in messages)) problems.push(`no general sentence: ${group}_other`);
for (const id of Object.keys(messages)) {
  const built = parts.some((part) => id.endsWith(part) && words.has(id.slice(0, -part.length)));
  if (!words.has(id) && !built && !groups.has(id.split("_")[0]) && !spoken.has(id.split("_")[0]) && !outside.includes(id)) problems.push(`nobody says: ${id}`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
