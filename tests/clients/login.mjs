// @ts-check
// Runs the exported Node programs as they are, and says how each ended, as JSON.
//
//   node login.mjs <program>...
//
// Node's https goes to the practice org (PRACTICE_PORT) whatever host it asks for, and trusts its certificate through
// NODE_EXTRA_CA_CERTS; the names stay, so a wrong host would still fail.

import https from 'node:https';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';

const port = Number(process.env.PRACTICE_PORT);
Object.assign(https.globalAgent, {
  createConnection: (/** @type {tls.ConnectionOptions} */ options) =>
    tls.connect({ ...options, host: '127.0.0.1', port, path: undefined, servername: options.servername ?? options.host }),
});

// jsforce warns on every SOAP log-in; the answer must stay clean.
console.warn = () => {};

/** @type {Record<string, unknown>} */
const results = {};
for (const path of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(path).href);
    results[path] = { session: true };
  } catch (error) {
    results[path] = { refused: error instanceof Error ? error.message : String(error) };
  }
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
