// Who this device is: enrolling it, opening it with the PIN, and how long to wait after wrong ones.

import { newDeviceKey, newSalt, officeKeys, pinKey, publicPoint } from "./keys.js";
import { isFull, keepSetting, setting, write } from "./store.js";
import { apart } from "./sync.js";
import { countDrafts, emptied, get, rewrapped, step } from "./vault.js";

const CHECK = "check";
const FREE_TRIES = 5;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;

export class Refused extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

export async function current(db) {
  const kept = await setting(db, "device");
  return kept && withKeys(kept);
}

// Identities that this tablet had before; their journals are still to be sent.
export const former = async (db) => Promise.all(((await setting(db, "former")) ?? []).map(withKeys));

const withKeys = async (kept) => ({ ...kept, office: await officeKeys(kept.officeKey) });

// The key is stored first: an answer that was lost on the way can be asked for again with the same key. A tablet that is
// enrolled anew keeps its key, too; nothing else is changed on it before `finishEnrolment`.
export async function askToEnrol(db, code, now = Date.now(), send = fetch) {
  const pair = (await setting(db, "pair")) ?? (await newDeviceKey());
  await keepSetting(db, "pair", pair);
  const body = JSON.stringify({ code, public_key: await publicPoint(pair), now: new Date(now).toISOString() });
  const answer = await send("/api/device/enrol", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(said.error?.kind ?? `http_${answer.status}`);
  const { device, kind, office_key: officeKey, officer = "", point = "" } = said;
  return { code: device, kind, officeKey, officer, point, pair, now: said.now };
}

export const draftsThatWouldBeLost = countDrafts;

// The PIN is new, so what lay under the old one can be read by nobody and goes, in the same write: a power cut leaves the
// old PIN or the new one. The journal stays.
export async function finishEnrolment(db, enrolled, pin, rounds) {
  const salt = newSalt();
  const key = await pinKey(pin, salt, rounds);
  const before = await setting(db, "device");
  const { now: _now, ...kept } = enrolled;
  const steps = [
    ...(await emptied(db)),
    ["settings", "put", { ...kept, salt, rounds }, "device"],
    ["settings", "delete", "wrong"],
    await step(key, CHECK, "open"),
  ];
  if (before && before.code !== kept.code) {
    const others = ((await setting(db, "former")) ?? []).filter((one) => one.code !== kept.code);
    steps.push(["settings", "put", [...others, before], "former"]);
  }
  await write(db, steps);
  return key;
}

// All that lies under the old PIN comes under the new one in the write that changes it: a power cut leaves the old PIN or
// the new one, and every draft under it. Meanwhile no package is kept under the old key.
export async function changePin(db, before, pin) {
  return apart(db, async () => {
    const [device, salt] = [await setting(db, "device"), newSalt()];
    const key = await pinKey(pin, salt, device.rounds);
    await write(db, [...(await rewrapped(db, before, key)), ["settings", "put", { ...device, salt }, "device"]]);
    return key;
  });
}

// Milliseconds until the next try. A clock that was put back makes the wait begin anew, never longer.
export async function waitForPin(db, now = Date.now()) {
  const wrong = await setting(db, "wrong");
  if (!wrong || wrong.times < FREE_TRIES) return 0;
  const wait = Math.min(FIRST_WAIT * 2 ** (wrong.times - FREE_TRIES), LONGEST_WAIT);
  if (now < wrong.at) await keepSetting(db, "wrong", { ...wrong, at: now });
  return Math.max(0, wait - Math.max(0, now - wrong.at));
}

// The key, or nothing where the PIN is wrong. The try is counted before it is made: a reload undoes nothing.
export async function openWithPin(db, pin, now = Date.now()) {
  if (await waitForPin(db, now)) return null;
  const [device, wrong] = await Promise.all([setting(db, "device"), setting(db, "wrong")]);
  await whereThereIsRoom(keepSetting(db, "wrong", { times: (wrong?.times ?? 0) + 1, at: now }));
  const key = await pinKey(pin, device.salt, device.rounds);
  try {
    if ((await get(db, key, CHECK)) !== "open") return null;
  } catch {
    return null;
  }
  await whereThereIsRoom(write(db, [["settings", "delete", "wrong"]]));
  return key;
}

// A full tablet opens all the same: whoever fills the disk could as well copy it.
async function whereThereIsRoom(written) {
  try {
    await written;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}
