// @ts-check
// What no shipped script may do: make code from text, load it from elsewhere, write markup. Found in the parsed
// program, so that a word in a text or a comment is no offence.

import { minify } from 'terser';

/** Calls that turn text into code, or fetch code. */
const CODE_CALLS = new Set(['eval', 'Function', 'importScripts']);
const TIMERS = new Set(['setTimeout', 'setInterval']);
const MARKUP_CALLS = new Set(['insertAdjacentHTML', 'write', 'writeln', 'setHTMLUnsafe', 'createContextualFragment']);
const MARKUP_FIELDS = new Set(['innerHTML', 'outerHTML', 'srcdoc']);
/** A name, not an address: a name space, or a name that never resolves (RFC 2606). Nothing can be fetched from it. */
const NAME = /^(?:http:\/\/www\.w3\.org|https:\/\/[a-z]+\.invalid)\//;

/**
 * @param {string} source
 * @param {{ markup?: boolean }} [options] `markup: true` lets writing of markup pass
 * @returns {Promise<string[]>} one line for each offence
 */
export async function forbidden(source, { markup = false } = {}) {
  const parsed = await minify(source, {
    module: true, compress: false, mangle: false,
    format: { ...(/** @type {any} */ ({ spidermonkey: true })), code: false, ast: true },
  });
  /** @type {string[]} */
  const offences = [];
  visit(/** @type {any} */ (parsed).ast, (node) => {
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression': {
        const name = nameOf(node.callee);
        if (CODE_CALLS.has(name)) offences.push(`${name}()`);
        if (TIMERS.has(name) && isText(node.arguments[0])) offences.push(`${name} with text`);
        if (!markup && node.callee.type === 'MemberExpression' && MARKUP_CALLS.has(name)) offences.push(`${name}()`);
        break;
      }
      case 'ImportExpression':
        // A file of the package, named in the program, is as good as a static import (where it runs at all: not in a worker).
        if (!isText(node.source) || !/^\.\.?\//.test(node.source.value ?? '')) offences.push('import()');
        break;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (node.source && !/^\.\.?\//.test(node.source.value)) offences.push(`import from ${node.source.value}`);
        break;
      case 'AssignmentExpression':
        if (!markup && MARKUP_FIELDS.has(nameOf(node.left))) offences.push(`${nameOf(node.left)} =`);
        break;
      case 'Literal':
      case 'TemplateElement': {
        const text = node.type === 'Literal' ? node.value : node.value.cooked;
        if (typeof text !== 'string') break;
        for (const [url] of text.matchAll(/\b(?:https?|wss?|ftp):\/\/[a-z0-9][^\s"'`<>\\)]*/gi)) {
          if (!NAME.test(url)) offences.push(`address ${url}`);
        }
        break;
      }
    }
  });
  return offences;
}

/** @param {any} node @returns {string} the last name of `a`, `a.b` or `a["b"]` */
function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return node.computed ? String(node.property.value ?? '') : node.property.name;
  // In `(0, eval)(…)` the last one counts.
  if (node.type === 'SequenceExpression') return nameOf(node.expressions.at(-1));
  return '';
}

/** @param {any} node */
const isText = (node) => node && (node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string'));

/** @param {any} node @param {(node: any) => void} see */
function visit(node, see) {
  if (Array.isArray(node)) return node.forEach((child) => visit(child, see));
  if (node === null || typeof node !== 'object') return;
  if (typeof node.type === 'string') see(node);
  for (const [key, child] of Object.entries(node)) if (key !== 'loc' && key !== 'start' && key !== 'end') visit(child, see);
}
