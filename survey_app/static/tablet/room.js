// How safe the browser's storage is: granted for good or not, how much is left, whether it looks like a private window.
// Newer browsers say "10 GB left" whatever the disk has. So a reserve lies in our own store: where it cannot be laid
// down, room is short; where a write fails, it is given up, and the interview takes its place.

import { read, write } from "./store.js";

const MEGABYTE = 1024 * 1024;
export const LOW = 50 * MEGABYTE;
// Ordinary windows are offered a share of the disk; a private one gets a little of the memory.
const TINY = 600 * MEGABYTE;
export const RESERVE = "reserve";
const RESERVED = 8 * MEGABYTE; // Some thousands of interviews.

export async function measure(db, storage = navigator.storage) {
  const reserve = Boolean(await read(db, "settings", RESERVE));
  if (!storage?.estimate) return { persisted: null, left: null, low: !reserve, tiny: false };
  const [persisted, { quota = 0, usage = 0 }] = await Promise.all([storage.persisted(), storage.estimate()]);
  const left = Math.max(0, quota - usage);
  return { persisted, left, reserve, low: left < LOW || !reserve, tiny: !persisted && quota < TINY };
}

// Bytes by chance, which no disk can press together. Returns whether they lie there.
export async function layReserve(db) {
  if (await read(db, "settings", RESERVE)) return true;
  const bytes = new Uint8Array(RESERVED);
  for (let at = 0; at < RESERVED; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return write(db, [["settings", "put", bytes, RESERVE]]).then(() => true, () => false);
}

export async function giveUpReserve(db) {
  if (!(await read(db, "settings", RESERVE))) return false;
  return write(db, [["settings", "delete", RESERVE]]).then(() => true, () => false);
}

export const askToPersist = async (storage = navigator.storage) => (await storage?.persist?.()) ?? null;

export const megabytes = (bytes) => Math.floor(bytes / MEGABYTE);
