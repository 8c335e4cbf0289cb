// @ts-check
/** A certificate for all the hosts, made at start and kept in memory: no key of ours lies on any disk. */

import selfsigned from 'selfsigned';

const DAY = 24 * 60 * 60 * 1000;

/**
 * @param {readonly string[]} hosts
 * @returns {Promise<{ key: string, cert: string }>}
 */
export async function newCertificate(hosts) {
  const pems = await selfsigned.generate([{ name: 'commonName', value: 'Practice org' }], {
    algorithm: 'sha256',
    keySize: 2048,
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + 30 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
