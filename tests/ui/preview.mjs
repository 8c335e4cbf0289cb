// Development only: a picture of every state of the app page, without the rest of the extension.
//   tests/ui/build.sh DIR && node tests/ui/preview.mjs DIR OUT [state …]
// Popup, panel and tab size, light and dark, and the panel with sentences that are 30 % longer.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { actions, states, tabStates } from "./fixtures.mjs";
import { settled, stage } from "./lib/stage.mjs";

const [dir, out, ...only] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const shown = await stage(dir);
for (const [name, view] of Object.entries(states)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const scheme of ["light", "dark"]) {
    await shoot(name, { view, scheme, surface: "popup", width: 400 });
    if (tabStates.includes(name)) await shoot(name, { view: { ...view, page: null }, scheme, surface: "tab", width: 1100 });
  }
  await shoot(name, { view, surface: "panel", width: 330, long: true });
}
await shown.close();

async function shoot(name, scene) {
  const { page, act } = await shown.show({ ...scene, scale: 2 });
  for (const action of actions[name]?.[scene.surface] ?? actions[name]?.all ?? []) await act(action);
  await settled(page);
  // The whole popup, not only the 600 px that are in sight at once.
  await page.addStyleTag({ content: "#app { max-height: none !important; }" });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ width: scene.width, height: Math.max(height, 200), deviceScaleFactor: 2 });
  await page.screenshot({ path: join(out, `${name}.${scene.surface}.${scene.scheme ?? "long"}.png`) });
}
