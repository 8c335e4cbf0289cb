// @ts-check
// Where the vault lies besides `storage.local`. A browser can hand back an empty or an older storage area without an
// error (a repaired database): a second copy in IndexedDB tells the difference and brings back what is gone, and a note in
// the cache storage, whose files are others again, tells when both are older than what was seen.

const STORE = "entries";
const CACHE = "witness";
/** Reserved names never resolve (RFC 2606), and a cache is never asked over the network. @param {string} name */
const address = (name) => `https://witness.invalid/${encodeURIComponent(name)}`;

/** The second copy. Each call is one transaction: all of it or nothing. */
export const copy = {
  /** These entries, or all of them. @param {string[]} [names] @returns {Promise<Record<string, string>>} */
  async get(names) {
    if (!names) {
      const [keys, values] = await inStore("readonly", (store) => [store.getAllKeys(), store.getAll()]);
      return Object.fromEntries(/** @type {string[]} */ (keys).map((key, at) => [key, /** @type {string[]} */ (values)[at]]));
    }
    const found = await inStore("readonly", (store) => names.map((name) => store.get(name)));
    return Object.fromEntries(names.map((name, at) => [name, found[at]]).filter(([, value]) => value !== undefined));
  },
  /** @param {Record<string, string>} items */
  async set(items) {
    await inStore("readwrite", (store) => Object.entries(items).map(([key, value]) => store.put(value, key)));
  },
  /** @param {string[]} names */
  async remove(names) {
    await inStore("readwrite", (store) => names.map((name) => store.delete(name)));
  },
};

/** What was seen of the vault last. */
export const witness = {
  /** @param {string[]} names @returns {Promise<Record<string, string>>} */
  async get(names) {
    const cache = await caches.open(CACHE);
    const found = await Promise.all(names.map(async (name) => [name, await (await cache.match(address(name)))?.text()]));
    return Object.fromEntries(found.filter(([, text]) => text !== undefined));
  },
  /** @param {Record<string, string>} items */
  async set(items) {
    const cache = await caches.open(CACHE);
    await Promise.all(Object.entries(items).map(([name, text]) => cache.put(address(name), new Response(text))));
  },
  /** @param {string[]} names */
  async remove(names) {
    const cache = await caches.open(CACHE);
    await Promise.all(names.map((name) => cache.delete(address(name))));
  },
};

/**
 * One transaction; settled when it is on the disk, as far as the browser can promise that.
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest[]} ask
 * @returns {Promise<unknown[]>} the results of the requests
 */
async function inStore(mode, ask) {
  const db = await opened();
  try {
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const requests = ask(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return requests.map(({ result }) => result);
  } finally {
    db.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("vault", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
