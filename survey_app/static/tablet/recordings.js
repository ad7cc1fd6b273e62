// The recordings of the questions on this tablet, kept to be heard without a line: within a stated size, and what is not
// kept is counted. The worker plays them from here.

import { form, knownForms } from "./cases.js";
import { keepSetting } from "./store.js";

const CACHE = "hailong-recordings";
const MOST = 30 * 1024 * 1024;

// One run at a time: an earlier one, still loading, would throw away what a later one keeps.
export function keepRecordings(db, most = MOST) {
  return navigator.locks.request(`recordings ${db.name}`, () => keep(db, most));
}

// A recording is named by its content, so one that is here is right. Returns how many there are, and how many are kept.
async function keep(db, most) {
  const [wanted, cache] = await Promise.all([addresses(db), caches.open(CACHE)]);
  for (const { url } of await cache.keys()) if (!wanted.includes(new URL(url).pathname)) await cache.delete(url);
  const found = { all: wanted.length, kept: 0, bytes: 0 };
  for (const address of wanted) {
    const size = await keepOne(cache, address, most - found.bytes).catch(() => 0); // No line, or no room.
    found.kept += size ? 1 : 0;
    found.bytes += size;
  }
  await keepSetting(db, "recordings", found);
  return found;
}

async function addresses(db) {
  const forms = await Promise.all((await knownForms(db)).map((hash) => form(db, hash)));
  return [...new Set(forms.flatMap((one) => one.audio ?? []))].sort().map((name) => `/audio/${name}`);
}

async function keepOne(cache, address, room) {
  const held = await cache.match(address);
  const answer = held ?? (await fetch(address, { cache: "no-store", credentials: "omit" }));
  if (!answer.ok) return 0;
  const { size } = await answer.clone().blob();
  if (size > room) return (await cache.delete(address), 0);
  if (!held) await cache.put(address, answer);
  return size;
}
