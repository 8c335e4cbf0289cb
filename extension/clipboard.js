// @ts-check
// Clears the clipboard, but only if it still holds what we put there. A service worker has no document,
// so in Chromium this runs in an offscreen page; Firefox's background is a document itself.

const api = globalThis.browser ?? globalThis.chrome;

/**
 * @param {string} sha256 hex digest of the text that may be cleared
 * @returns {Promise<void>}
 */
export async function clearClipboard(sha256) {
  if (!(await api.permissions.contains({ permissions: ["clipboardRead", "clipboardWrite"] }))) return;
  if (typeof document !== "undefined") return clearHere(sha256);
  try {
    await api.offscreen.createDocument({
      url: `clipboard.html#${sha256}`,
      reasons: [api.offscreen.Reason.CLIPBOARD],
      justification: "Clears a copied token from the clipboard.",
    });
    // The page's script runs before it counts as loaded; a moment more for the digest.
    await new Promise((resolve) => setTimeout(resolve, 500));
  } finally {
    await api.offscreen.closeDocument().catch(() => {});
  }
}

/**
 * In a document: read, compare, overwrite with nothing.
 * @param {string} sha256
 */
export async function clearHere(sha256) {
  const area = document.createElement("textarea");
  document.body.append(area);
  area.focus();
  document.execCommand("paste");
  const held = area.value;
  area.remove();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(held));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== sha256) return;
  const empty = (/** @type {ClipboardEvent} */ event) => {
    event.clipboardData?.setData("text/plain", "");
    event.preventDefault();
  };
  document.addEventListener("copy", empty, { once: true });
  document.execCommand("copy");
}

if (typeof document !== "undefined" && location.pathname === "/clipboard.html") void clearHere(location.hash.slice(1));
