// @ts-check
/** Addresses within a family, and the distrust of addresses that come from outside. */

import { inFamily } from './hosts.mjs';

/** @typedef {import('./http.mjs').Ctx} Ctx */
/** @typedef {import('./data.mjs').Family} Family */

/**
 * An address from outside, if it stays within the family.
 * @param {Ctx} ctx
 * @param {Family} family
 * @param {string} wanted
 * @returns {string | undefined}
 */
export function safeReturn(ctx, family, wanted) {
  if (!wanted || !/^(https:|\/(?![/\\]))/.test(wanted)) return undefined;
  const base = ctx.origin(wanted.startsWith('/lightning/') ? family.lightning : family.myDomain);
  if (!URL.canParse(wanted, base)) return undefined;
  const url = new URL(wanted, base);
  return inFamily(family, url.hostname) ? url.href : undefined;
}

/** Where a log-in ends when nothing else was asked for. @param {Ctx} ctx @param {Family} family */
export function homeUrl(ctx, family) {
  const home = `${ctx.origin(family.lightning)}/lightning/page/home`;
  if (ctx.org.options.maintenance) return `${ctx.origin(family.myDomain)}/msg/maintenanceandavailable.jsp`;
  if (!ctx.org.options.phoneNag) return home;
  return `${ctx.origin(family.myDomain)}/_ui/identity/phone/AddPhoneNumber?${new URLSearchParams({ d: 'm', retURL: home })}`;
}

/** The family to which this host belongs. @param {Ctx} ctx @returns {Family} */
export function familyHere(ctx) {
  if (!ctx.role.family) throw new Error(`${ctx.host} belongs to no family`);
  return ctx.role.family;
}
