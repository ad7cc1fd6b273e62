// The keys of a device: its own, the office's public half, and the one that comes from the officer's PIN.
// Where they are kept is left to `store.js` and `identity.js`.

import { fromBase64, sha256, toBase64, utf8 } from "./bytes.js";

export const ROUNDS = 600000;
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const SHA = { name: "ECDSA", hash: "SHA-256" };

export const newDeviceKey = () => crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);

export const publicPoint = async (pair) => toBase64(await crypto.subtle.exportKey("raw", pair.publicKey));

// The office seals and signs with one key; a browser wants it once for each.
export async function officeKeys(encoded) {
  const raw = fromBase64(encoded);
  const [sealTo, verify] = await Promise.all([
    crypto.subtle.importKey("raw", raw, { name: "ECDH", namedCurve: "P-256" }, true, []),
    crypto.subtle.importKey("raw", raw, ECDSA, true, ["verify"]),
  ]);
  return { sealTo, verify };
}

export const sign = async (pair, said) => toBase64(await crypto.subtle.sign(SHA, pair.privateKey, utf8(said)));

export async function isSigned(key, signature, said) {
  try {
    return await crypto.subtle.verify(SHA, key, fromBase64(signature), utf8(said));
  } catch {
    return false; // What is no base64 is no signature.
  }
}

export async function authorization(device, method, path, body) {
  const said = `hailong-request-1\n${method}\n${path}\n${await sha256(utf8(body))}\n`;
  return `Device ${device.code} ${await sign(device.pair, said)}`;
}

export const newSalt = () => crypto.getRandomValues(new Uint8Array(16));

export async function pinKey(pin, salt, rounds = ROUNDS) {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
