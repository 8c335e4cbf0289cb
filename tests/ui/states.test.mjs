// Every state of the app page: nothing serious for axe-core in light and dark, nothing cut off or too wide, no error
// in the console, and the intent that a person's action must send.
//   node --test tests/ui/states.test.mjs      after ./build.sh; APP_DIR names another place of the built page
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { actions, expected, states, tabStates } from "./fixtures.mjs";
import { findings, layout, stage, wear } from "./lib/stage.mjs";

const DIR = process.env.APP_DIR ?? new URL("../../dist/chromium", import.meta.url).pathname;
/** @type {Awaited<ReturnType<typeof stage>>} */
let app;
before(async () => { app = await stage(DIR); });
after(() => app.close());

describe("states", () => {
  for (const [name, view] of Object.entries(states)) {
    test(`${name} in a narrow popup`, () => look(name, { view, surface: "popup", width: 360 }));
    if (tabStates.includes(name)) test(`${name} in a tab`, () => look(name, { view: { ...view, page: null }, surface: "tab", width: 1100 }));
    test(`${name} in a narrow panel, in a longer language`, async () => {
      const { page, problems, act } = await app.show({ view, surface: "panel", width: 330, long: true });
      for (const action of actions[name]?.all ?? []) await act(action);
      assert.deepEqual([...problems, ...await layout(page, "panel")], []);
        });
  }
});

async function look(name, scene) {
  const { page, problems, act, asked } = await app.show(scene);
  for (const action of actions[name]?.[scene.surface] ?? actions[name]?.all ?? []) await act(action);
  const wanted = expected[name];
  if (wanted) {
    const sent = (await asked()).map((intent) => JSON.stringify(intent));
    assert.ok(sent.includes(JSON.stringify(wanted)), `did not send ${JSON.stringify(wanted)} but ${sent}`);
  }
  problems.push(...await layout(page, scene.surface));
  problems.push(...serious(await findings(page)));
  await wear(page, "dark");
  problems.push(...serious(await findings(page, ["color-contrast"])).map((line) => `dark: ${line}`));
  assert.deepEqual(problems, []);
}

const serious = (found) => found.filter((one) => one.serious).map((one) => one.line);
