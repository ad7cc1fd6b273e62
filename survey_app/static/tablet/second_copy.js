// Everything twice. Killed in the middle of a write, Chromium goes on behind the torn record at its next start, and at the
// one after that it finds its log damaged and throws away all databases of the site. A storage bucket has a log of its
// own; it is written when the first database is done, so that one kill tears one of the two.

import { asked, commit, open, readAll, readKeys, repeats, setting, STORES } from "./store.js";

const BUCKET = "second-copy";
// Bytes by chance that only hold room.
export const RESERVE = "reserve";

export const isKeptTwice = (db) => repeats.has(db.name);

// Before anything else is written: brings the copy up to the database, or the database back from the copy. Returns whether
// it came back. Browsers that have no buckets keep their databases in another way.
export async function keepTwice(db, buckets = navigator.storageBuckets) {
  const bucket = await buckets?.open(BUCKET, { persisted: true, durability: "strict" }).catch(console.error);
  const copy = bucket && (await open(db.name, bucket.indexedDB).catch(console.error));
  if (!copy) return false;
  const lost = !(await setting(db, "device")) && Boolean(await setting(copy, "device"));
  if (lost) await pour(copy, db); // Where that fails nobody may begin anew: it would be poured over the copy.
  repeats.set(db.name, (steps) => repeat(copy, bucket, steps));
  if (!lost) await pour(db, copy).catch((error) => letGo(copy, bucket, error));
  return lost;
}

async function pour(from, to) {
  const steps = [];
  for (const [store, keyPath] of Object.entries(STORES)) {
    const [keys, values] = await Promise.all([readKeys(from, store), readAll(from, store)]);
    steps.push([store, "clear"], ...values.map((value, at) => (keyPath ? [store, "put", value] : [store, "put", value, keys[at]])));
  }
  await commit(to, withoutReserve(steps));
}

async function repeat(copy, bucket, steps) {
  const again = withoutReserve(steps).map(([store, verb, ...rest]) => [store, verb === "add" ? "put" : verb, ...rest]);
  if (again.length) await Promise.resolve().then(() => commit(copy, again)).catch((error) => letGo(copy, bucket, error));
}

// A copy that has fallen behind would be worse than none, for a chain begun again at an old place forks. The next start
// makes it anew.
async function letGo(copy, bucket, error) {
  console.error(error);
  repeats.delete(copy.name);
  copy.close();
  await asked(bucket.indexedDB.deleteDatabase(copy.name)).catch(console.error);
}

const withoutReserve = (steps) => steps.filter(([store, , value, key]) => store !== "settings" || (key !== RESERVE && value !== RESERVE));
