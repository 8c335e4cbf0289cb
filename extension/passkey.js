// @ts-check
// Passkeys as a way into the vault (WebAuthn with the PRF extension): a secret that the authenticator computes from a salt
// and gives to nobody else. Bytes cross to the app as base64url.

/** @typedef {{ credential: string, rpId: string, salt: string }} Known a passkey of the vault */
/** @typedef {Known & { secret: string }} Answer as PasskeyAnswer of src/wire/messages.rs */

/** Chromium lets an extension be its own relying party; Firefox does not. */
export const supported = () => location.protocol === "chrome-extension:" && "PublicKeyCredential" in globalThis;

/**
 * Makes a passkey, and asks it once.
 * @param {string} name what the authenticator calls it
 * @returns {Promise<Answer>}
 */
export async function make(name) {
  const salt = random(32);
  const made = /** @type {PublicKeyCredential | null} */ (
    await navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name },
        user: { id: random(16), name, displayName: name },
        pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { userVerification: "required" },
        extensions: { prf: { eval: { first: salt } } },
      },
    })
  );
  const prf = made?.getClientExtensionResults().prf;
  if (!made || !prf?.enabled) throw new Error("no prf");
  const known = { credential: encode(made.rawId), rpId: location.hostname, salt: encode(salt) };
  // Few authenticators answer while they make it.
  return prf.results?.first ? { ...known, secret: encode(/** @type {ArrayBuffer} */ (prf.results.first)) } : ask([known]);
}

/**
 * Asks whichever of these passkeys is at hand.
 * @param {Known[]} list
 * @returns {Promise<Answer>}
 */
export async function ask(list) {
  const got = /** @type {PublicKeyCredential | null} */ (
    await navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        userVerification: "required",
        allowCredentials: list.map(({ credential }) => ({ type: "public-key", id: decode(credential) })),
        extensions: { prf: { evalByCredential: Object.fromEntries(list.map(({ credential, salt }) => [credential, { first: decode(salt) }])) } },
      },
    })
  );
  const first = got?.getClientExtensionResults().prf?.results?.first;
  const known = list.find(({ credential }) => got && credential === encode(got.rawId));
  if (!first || !known) throw new Error("no answer");
  return { ...known, secret: encode(/** @type {ArrayBuffer} */ (first)) };
}

/** @param {number} length */
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {ArrayBuffer | Uint8Array} bytes */
function encode(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} text */
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
