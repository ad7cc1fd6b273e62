// Seals bytes so that only the office can open them: HPKE (RFC 9180), base mode, one shot, with
// DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. Whose key that is, is left to `keys.js`.

import { join, utf8 } from "./bytes.js";

export const INFO = "hailong-entry-1";
const KEM = join(utf8("KEM"), Uint8Array.of(0x00, 0x10));
const SUITE = join(utf8("HPKE"), Uint8Array.of(0x00, 0x10, 0x00, 0x01, 0x00, 0x02));
const NOTHING = new Uint8Array(0);
const ECDH = { name: "ECDH", namedCurve: "P-256" };

const newPair = () => crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);
const pointOf = async (key) => new Uint8Array(await crypto.subtle.exportKey("raw", key));

async function hmac(key, data) {
  // An empty salt and one of 32 zeros are the same to HMAC; browsers refuse the empty one.
  const raw = key.byteLength ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

const extract = (suite, salt, label, secret) => hmac(salt, join(utf8("HPKE-v1"), suite, utf8(label), secret));

// No key of ours is longer than one block of HKDF.
async function expand(suite, secret, label, info, length) {
  const head = join(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info, Uint8Array.of(1));
  return (await hmac(secret, head)).slice(0, length);
}

// The shared secret, and what the office needs to find it again. `ephemeral` is a pair that is used once.
export async function encapsulate(office, ephemeral) {
  const dh = await crypto.subtle.deriveBits({ name: "ECDH", public: office }, ephemeral.privateKey, 256);
  const enc = await pointOf(ephemeral.publicKey);
  const prk = await extract(KEM, NOTHING, "eae_prk", dh);
  return { enc, secret: await expand(KEM, prk, "shared_secret", join(enc, await pointOf(office)), 32) };
}

async function schedule(shared, info) {
  const [id, about] = await Promise.all([
    extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    extract(SUITE, NOTHING, "info_hash", info),
  ]);
  const context = join(Uint8Array.of(0), id, about);
  const secret = await extract(SUITE, shared, "secret", NOTHING);
  return Promise.all([
    expand(SUITE, secret, "key", context, 32),
    expand(SUITE, secret, "base_nonce", context, 12),
  ]);
}

// `enc ‖ ciphertext`, to the office's public key (a CryptoKey for ECDH).
export async function seal(office, plain, info = INFO) {
  const { enc, secret } = await encapsulate(office, await newPair());
  const [raw, nonce] = await schedule(secret, utf8(info));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  return join(enc, await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plain));
}
