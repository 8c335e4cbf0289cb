// @ts-check
// Asks Mozilla's linter, the one that the store runs, about a built extension. Errors fail; warnings are shown.
//
//   node store.mjs <folder>

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const LINTER = fileURLToPath(new URL('../node_modules/.bin/addons-linter', import.meta.url));
const folder = process.argv[2] ?? 'dist/firefox';

// The linter's exit code also counts what we only want to show, so its words decide.
const { stdout } = await promisify(execFile)(LINTER, ['--output', 'json', folder], { maxBuffer: 64 << 20 })
  .catch((problem) => /** @type {{ stdout: string }} */ (problem));
/** @type {{ errors: Finding[], warnings: Finding[], notices: Finding[] }} */
const { errors, warnings, notices } = JSON.parse(stdout);

/** @typedef {{ code: string, message: string, file?: string, line?: number }} Finding */
for (const [kind, findings] of Object.entries({ error: errors, warning: warnings, notice: notices })) {
  for (const { code, message, file, line } of findings) {
    console.log(`  ${kind} ${code}${file ? ` (${file}${line ? `:${line}` : ''})` : ''}: ${message}`);
  }
}
console.log(`  ${errors.length} errors, ${warnings.length} warnings`);
if (errors.length > 0) process.exitCode = 1;
