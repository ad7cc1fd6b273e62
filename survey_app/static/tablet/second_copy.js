// Everything twice. Killed in the middle of a write, Chromium goes on behind the torn record at its next start, and at the
// one after that it finds its log damaged and throws away all databases of the site. A storage bucket has a log of its
// own; it is written when the first database is done, so that one kill tears one of the two.

import { RESERVE } from "./room.js";
import { commit, inTurn, open, readAll, readKeys, repeats, setting, STORES } from "./store.js";

const PATIENCE = 10_000; // Nobody waits longer for the second place.

export const isKeptTwice = (db) => repeats.has(db.name);

export const keepTwiceAgain = (db) => isKeptTwice(db) || keepTwice(db).catch(console.error);

// Brings the copy up to the database, or the database back from the copy: before anything is kept, and again when the copy
// had to go. Returns whether the database came back. Browsers without buckets keep their databases in another way.
export const keepTwice = (db, buckets = navigator.storageBuckets) => inTurn(() => (buckets ? keep(db, buckets) : false));

async function keep(db, buckets) {
  const known = Boolean(await setting(db, "device"));
  const second = await openSecond(db.name, buckets).catch((error) => {
    // Nobody may begin anew while the copy cannot be asked: it would be written over.
    if (!known) throw error;
    console.error(error);
  });
  if (!second) return false;
  const lost = !known && Boolean(await setting(second.copy, "device"));
  if (lost) await pour(second.copy, db);
  repeats.set(db.name, (steps) => repeat(second, steps));
  if (!lost) await pour(db, second.copy).catch((error) => letGo(second, error));
  return lost;
}

// The bucket is held as long as its database is used: one that was collected as garbage lets transactions hang.
async function openSecond(name, buckets) {
  const bucket = await buckets.open(name, { persisted: true, durability: "strict" });
  return { buckets, bucket, copy: await open(name, bucket.indexedDB) };
}

async function pour(from, to) {
  const steps = [];
  for (const [store, keyPath] of Object.entries(STORES)) {
    const [keys, values] = await Promise.all([readKeys(from, store), readAll(from, store)]);
    steps.push([store, "clear"], ...values.map((value, at) => (keyPath ? [store, "put", value] : [store, "put", value, keys[at]])));
  }
  await commit(to, withoutReserve(steps));
}

async function repeat(second, steps) {
  const again = withoutReserve(steps).map(([store, verb, ...rest]) => [store, verb === "add" ? "put" : verb, ...rest]);
  if (!again.length) return;
  let clock;
  const late = new Promise((_, failed) => (clock = setTimeout(() => failed(new Error("The second copy does not answer.")), PATIENCE)));
  await Promise.race([Promise.resolve().then(() => commit(second.copy, again)), late]).catch((error) => letGo(second, error));
  clearTimeout(clock);
}

// A copy that has fallen behind would be worse than none, for a chain begun again at an old place forks. Its files go, which
// needs no room on the disk; the next start or the next call to the office makes it anew.
function letGo({ buckets, copy }, error) {
  console.error(error);
  repeats.delete(copy.name);
  copy.close();
  buckets.delete(copy.name).catch(console.error);
}

const withoutReserve = (steps) => steps.filter(([store, , value, key]) => store !== "settings" || (key !== RESERVE && value !== RESERVE));
