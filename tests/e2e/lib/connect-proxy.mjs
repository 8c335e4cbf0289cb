// @ts-check
// Firefox has no switch that maps host names, but it obeys a proxy: this one answers every CONNECT with one port on
// loopback, so that `https://login.salesforce.com/` reaches the practice org.

import { createServer } from 'node:http';
import { connect } from 'node:net';

/**
 * @param {number} port where every tunnel ends
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function connectProxy(port) {
  /** @type {Set<import('node:stream').Duplex>} */
  const open = new Set();
  const server = createServer((_request, response) => {
    // Plain http is nothing that the extension would use.
    response.writeHead(502).end();
  });
  server.on('connect', (_request, client, head) => {
    const tunnel = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel.write(head);
      tunnel.pipe(client).pipe(tunnel);
    });
    for (const [end, other] of [[client, tunnel], [tunnel, client]]) {
      open.add(/** @type {import('node:stream').Duplex} */ (end));
      end?.on('error', () => other?.destroy());
      end?.on('close', () => open.delete(end));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port: address.port,
    async close() {
      for (const end of open) end.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
