// @ts-check
// Removes the cookies of one host. `browsingData` is no way to do it: in Chromium it takes the whole registrable domain,
// which is all of salesforce.com.

const api = globalThis.browser ?? globalThis.chrome;

/**
 * Removes the cookies whose domain is this host, in the cookie store of the tab. Those of hosts above it, below it and
 * beside it stay.
 * @param {string} host
 * @param {number | null} tab without one, the common store
 * @returns {Promise<number | null>} how many; `null` without the permission
 */
export async function clearCookies(host, tab) {
  if (!(await api.permissions.contains({ permissions: ["cookies"] }))) return null;
  const stores = await api.cookies.getAllCookieStores();
  const store = stores.find(({ tabIds }) => tabIds.includes(tab ?? -1)) ?? stores[0];
  const wanted = { domain: host, storeId: store?.id };
  const ours = async () => {
    // Those in a partition as well; Chromium before 119 has none to ask for.
    const all = await api.cookies.getAll({ ...wanted, partitionKey: {} }).catch(() => api.cookies.getAll(wanted));
    return all.filter(({ domain }) => domain.replace(/^\./, "") === host);
  };
  const before = await ours();
  for (const { name, path, secure, httpOnly, hostOnly, storeId, partitionKey } of before) {
    // Set anew as long expired: `cookies.remove` would take one of the same name of a host above as well. That the browser
    // then finds nothing where it has just set something, it reports as a failure.
    await api.cookies
      .set({
        url: `${secure ? "https" : "http"}://${host}${path}`, name, path, secure, httpOnly, storeId, value: "", expirationDate: 1,
        ...(!hostOnly && { domain: host }), ...(partitionKey && { partitionKey }),
      })
      .catch(() => {});
  }
  return before.length - (await ours()).length;
}
