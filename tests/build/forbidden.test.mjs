// @ts-check

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forbidden } from './forbidden.mjs';

for (const [source, offence] of /** @type {const} */ ([
  ['eval("1")', 'eval()'],
  ['(0, eval)("1")', 'eval()'],
  ['globalThis.eval("1")', 'eval()'],
  ['globalThis["eval"]("1")', 'eval()'],
  ['new Function("return 1")', 'Function()'],
  ['Function("return 1")()', 'Function()'],
  ['importScripts("x.js")', 'importScripts()'],
  ['import(name)', 'import()'],
  ['import(`./${name}.js`)', 'import()'],
  ['import("https://a.example/x.js")', 'import()'],
  ['import x from "https://a.example/x.js"', 'import from https://a.example/x.js'],
  ['setTimeout("tick()", 1)', 'setTimeout with text'],
  ['document.write("x")', 'write()'],
  ['x.innerHTML = "<p>"', 'innerHTML ='],
  ['x.outerHTML += "<p>"', 'outerHTML ='],
  ['x?.insertAdjacentHTML("beforeend", y)', 'insertAdjacentHTML()'],
  ['fetch(`https://a.example/${x}`)', 'address https://a.example/'],
  ['fetch("https://a.invalid.example/")', 'address https://a.invalid.example/'],
  ['new WebSocket("wss://a.example")', 'address wss://a.example'],
])) {
  test(`${source} is found`, async () => assert((await forbidden(source)).includes(offence), (await forbidden(source)).join()));
}

for (const source of [
  '// eval("1")\nconst text = `Function(${name})`',
  'setTimeout(() => {}, 1)',
  'import("./x.js")',
  'import x from "./x.js"; export { x }; await x()',
  'element.textContent = "<p>"',
  'origin.startsWith("https://")',
  'cache.match("https://witness.invalid/seen")',
  'document.createElementNS("http://www.w3.org/2000/svg", "svg")',
]) {
  test(`${source} is no offence`, async () => assert.deepEqual(await forbidden(source), []));
}
