// @ts-check
// The second copy of the vault, in IndexedDB. A browser can hand back an empty or an older storage area without an error
// (a repaired database): what this copy still holds tells the difference, and brings it back.

const STORE = "entries";

/** Everything in it. @returns {Promise<Record<string, string>>} */
async function get() {
  const [keys, values] = await inStore("readonly", (store) => [store.getAllKeys(), store.getAll()]);
  return Object.fromEntries(/** @type {string[]} */ (keys).map((key, at) => [key, /** @type {string[]} */ (values)[at]]));
}

/** Writes all or nothing. @param {Record<string, string>} items */
async function set(items) {
  await inStore("readwrite", (store) => Object.entries(items).map(([key, value]) => store.put(value, key)));
}

/** @param {string[]} keys */
async function remove(keys) {
  await inStore("readwrite", (store) => keys.map((key) => store.delete(key)));
}

export const copy = { get, set, remove };

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
