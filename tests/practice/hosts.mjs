// @ts-check
/** Which part each host plays. The routing knows hosts only through `roleOf`. */

import { FAMILIES } from './data.mjs';

/** @typedef {import('./data.mjs').Family} Family */

/**
 * @typedef {'login' | 'test' | 'mydomain' | 'lightning' | 'setup' | 'site' | 'gmail' | 'outlook' | 'yahoo' | 'proton' | 'zoho' | 'fastmail'
 *   | 'gmx' | 'icloud' | 'roundcube' | 'lookalike' | 'example'} RoleName
 * @typedef {{ name: RoleName, family?: Family }} Role
 */

/** @type {Map<string, Role>} */
const ROLES = new Map([
  ['login.salesforce.com', { name: 'login' }],
  ['test.salesforce.com', { name: 'test' }],
  ['acme.my.site.com', { name: 'site', family: FAMILIES[0] }],
  ['mail.google.com', { name: 'gmail' }],
  ['outlook.office.com', { name: 'outlook' }],
  ['outlook.live.com', { name: 'outlook' }],
  ['mail.yahoo.com', { name: 'yahoo' }],
  ['mail.aol.com', { name: 'yahoo' }],
  ['mail.proton.me', { name: 'proton' }],
  ['mail.zoho.com', { name: 'zoho' }],
  ['app.fastmail.com', { name: 'fastmail' }],
  ['navigator.gmx.net', { name: 'gmx' }],
  ['webmailer.gmx.net', { name: 'gmx' }],
  ['gmxnet.mailbody-ui.de', { name: 'gmx' }],
  ['www.icloud.com', { name: 'icloud' }],
  ['www-mail.icloud-sandbox.com', { name: 'icloud' }],
  ['webmail.practice.example', { name: 'roundcube' }],
  ['login.salesforce.com-secure.example', { name: 'lookalike' }],
  ['www.example.com', { name: 'example' }],
]);
for (const family of FAMILIES) {
  ROLES.set(family.myDomain, { name: 'mydomain', family });
  ROLES.set(family.lightning, { name: 'lightning', family });
  ROLES.set(family.setup, { name: 'setup', family });
}

/** Every host that is played, for the certificate and for the list that the command line prints. */
export const HOSTS = [...ROLES.keys()];

/** @param {string} host @returns {Role | undefined} */
export function roleOf(host) {
  return ROLES.get(host);
}

/** @param {string} myDomain @returns {Family} */
export function familyOf(myDomain) {
  const family = FAMILIES.find((one) => one.myDomain === myDomain);
  if (!family) throw new Error(`no practice family has the My Domain ${myDomain}`);
  return family;
}

/** @param {Family} family @param {string} host */
export function inFamily(family, host) {
  return host === family.myDomain || host === family.lightning || host === family.setup;
}
