// The journal of a device: finished interviews and attempts, sealed and chained. What is appended stays until the
// office's receipt for it is stored. Sending is left to `sync.js`.

import { fromBase64, sha256, toBase64, utf8 } from "./bytes.js";
import { isSigned, sign } from "./keys.js";
import { seal } from "./seal.js";
import { ofDevice, readAll, readKeys, setting, write } from "./store.js";

export const START = { seq: 0, hash: "0".repeat(64) };
const headName = (code) => `head:${code}`;
const sentName = (code) => `sent:${code}`;

const saidBy = (code, seq, prev, digest) => `hailong-entry-1\n${code}\n${seq}\n${prev}\n${digest}\n`;

export const head = async (db, code) => (await setting(db, headName(code))) ?? START;

// Seals `content` and appends it. `alongside` are steps of the same transaction: the draft that goes, the note that
// comes. Resolves when all of it lies on the disk; only then may a screen say "saved".
export async function append(db, device, content, alongside = []) {
  const sealed = await seal(device.office.sealTo, utf8(JSON.stringify(content)));
  return navigator.locks.request(`journal ${db.name}`, async () => {
    const last = await head(db, device.code);
    const entry = await chained(device, last, sealed);
    const place = ["settings", "put", { seq: entry.seq, hash: entry.hash }, headName(device.code)];
    await write(db, [["journal", "add", entry], place, ...alongside]);
    return entry;
  });
}

async function chained(device, last, sealed) {
  const seq = last.seq + 1;
  const digest = await sha256(sealed);
  const said = saidBy(device.code, seq, last.hash, digest);
  const [hash, signature] = await Promise.all([sha256(utf8(said)), sign(device.pair, said)]);
  return { device: device.code, seq, prev: last.hash, digest, sealed: toBase64(sealed), hash, signature };
}

export const entries = (db, code, from = 0, to = Infinity) => readAll(db, "journal", ofDevice(code, from, to));

export const receipts = (db, code) => readAll(db, "receipts", ofDevice(code));

// Places at which the journal is not what was written: [] when it is whole.
export async function faults(db, device) {
  const [all, last] = await Promise.all([entries(db, device.code), head(db, device.code)]);
  const bad = [];
  let before = START;
  for (const entry of all) {
    for (let seq = before.seq + 1; seq < entry.seq; seq += 1) bad.push({ seq, what: "missing" });
    if (!(await isSound(device, entry, before))) bad.push({ seq: entry.seq, what: "changed" });
    before = entry;
  }
  for (let seq = before.seq + 1; seq <= last.seq; seq += 1) bad.push({ seq, what: "missing" });
  return bad;
}

async function isSound(device, entry, before) {
  const follows = entry.seq === before.seq + 1 ? entry.prev === before.hash : true;
  const said = saidBy(device.code, entry.seq, entry.prev, entry.digest);
  const sealed = entry.sealed === null || (await digestOf(entry.sealed)) === entry.digest;
  const sums = (await sha256(utf8(said))) === entry.hash;
  return follows && sealed && sums && isSigned(device.pair.publicKey, entry.signature, said);
}

async function digestOf(sealed) {
  try {
    return await sha256(fromBase64(sealed));
  } catch {
    return ""; // Not even base64 any more.
  }
}

const STATES = ["taken", "waiting", "dropped"];

export async function counts(db, code) {
  const [last, sent, got] = await Promise.all([head(db, code), setting(db, sentName(code)), receipts(db, code)]);
  const found = { unsent: 0, sent: 0, taken: 0, waiting: 0, dropped: 0 };
  for (const receipt of got) found[receipt.state] += 1;
  const known = new Set(got.map((receipt) => receipt.seq));
  for (let seq = 1; seq <= last.seq; seq += 1) if (!known.has(seq)) found[seq <= (sent ?? 0) ? "sent" : "unsent"] += 1;
  return found;
}

export async function firstWithoutReceipt(db, code) {
  const known = new Set((await readKeys(db, "receipts", ofDevice(code))).map(([, seq]) => seq));
  const last = await head(db, code);
  let seq = 1;
  while (seq <= last.seq && known.has(seq)) seq += 1;
  return seq;
}

export const noteSent = (db, code, seq) => write(db, [["settings", "put", seq, sentName(code)]]);

// Keeps the receipts that the office has signed for exactly these entries; returns those that it has not.
export async function keepReceipts(db, device, came, at) {
  const checked = await Promise.all(came.map((receipt) => isGenuine(db, device, receipt)));
  const good = came.filter((_, at) => checked[at]);
  const steps = good.map((one) => ["receipts", "put", { reason: "", ...one, device: device.code, at }]);
  if (steps.length) await write(db, steps);
  return came.filter((_, at) => !checked[at]);
}

async function isGenuine(db, device, { seq, hash, state, signature }) {
  if (!STATES.includes(state) || !Number.isInteger(seq)) return false;
  const [entry] = await entries(db, device.code, seq, seq);
  if (!entry || entry.hash !== hash) return false;
  return isSigned(device.office.verify, signature, `hailong-receipt-1\n${device.code}\n${seq}\n${hash}\n${state}\n`);
}

// Lets go of sealed bytes that the office has taken (receipt stored and checked) before the instant `before`; never of
// hashes. Returns how many.
export async function forget(db, code, before) {
  const [all, got] = await Promise.all([entries(db, code), receipts(db, code)]);
  const gone = new Set(got.filter((one) => one.state !== "waiting" && one.at <= before).map((one) => one.seq));
  const steps = all.filter((one) => one.sealed !== null && gone.has(one.seq)).map((one) => ["journal", "put", { ...one, sealed: null }]);
  if (steps.length) await write(db, steps);
  return steps.length;
}

// What the office takes as a file: the end of the chain, from the first entry without a final receipt.
export async function exported(db, code) {
  const [all, got] = await Promise.all([entries(db, code), receipts(db, code)]);
  const settled = new Set(got.filter((one) => one.state !== "waiting").map((one) => one.seq));
  const first = all.findIndex((one) => !settled.has(one.seq));
  const rest = first < 0 ? [] : all.slice(first).filter((one) => one.sealed !== null);
  return { format: "hailong-journal-1", device: code, entries: rest.map(asSent) };
}

export const asSent = ({ seq, prev, sealed, hash, signature }) => ({ seq, prev, sealed, hash, signature });
