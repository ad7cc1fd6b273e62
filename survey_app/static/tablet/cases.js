// The officer's work as it lies on the device: cases and waves of the last package, forms, and what was done here
// since. Nothing is drawn and nothing is sent here.

import { read, readKeys, setting, write } from "./store.js";
import { drafts, get, keep, step } from "./vault.js";

const ZONE = "Asia/Ho_Chi_Minh";
const KEPT_DAYS = 14;
const NOTHING = { cases: [], waves: [] };

export const localDay = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(at);

export function partOfDay(at) {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit" }).format(at));
  return hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
}

// The day by the office's clock as far as it is known. For lists only: what is noted carries the device's own clock, and
// the office moves it.
export async function today(db) {
  const clock = await setting(db, "clock");
  const far = clock && Math.abs(clock.off) > 600_000;
  return localDay(Date.now() + (far ? clock.off : 0));
}

export async function load(db, key) {
  const [brought, notes, counts] = await Promise.all(["package", "notes", "counts"].map((name) => get(db, key, name)));
  return { ...(brought ?? NOTHING), notes: notes ?? [], counts: counts ?? {} };
}

// Whom to ask in a household, counted from the eldest, by what the office was told first, else by what was counted
// here; null before the count, undefined where no person is chosen.
export function chosen(one, counts) {
  if (one.eligible) return { eligible: one.eligible, person: one.person };
  if (!one.persons) return undefined;
  const counted = counts[one.id];
  if (!counted) return null;
  const { first = null, eligible } = typeof counted === "number" ? { eligible: counted } : counted;
  return { eligible, first, person: one.persons[eligible - 1], correctable: first === null };
}

// Once for each case, also when the office takes it back and gives it again: what stands here is never overwritten.
export async function keepCount(db, key, one, eligible) {
  const counts = { [one.id]: eligible, ...(await get(db, key, "counts")) };
  await keep(db, key, "counts", counts);
  return counts;
}

// Once, where the number was mistyped; the first one goes along with the interview.
export async function correctCount(db, key, one, eligible) {
  const counts = { ...(await get(db, key, "counts")) };
  if (typeof counts[one.id] === "number") counts[one.id] = { first: counts[one.id], eligible };
  await keep(db, key, "counts", counts);
  return counts;
}

export const knownForms = (db) => readKeys(db, "forms");

export const form = (db, hash) => read(db, "forms", hash);

// New cases replace the old ones; a form stays while a wave or a draft needs it.
export async function keepPackage(db, key, said) {
  const { cases, waves, forms, now } = said;
  const needed = new Set(waves.flatMap((wave) => wave.forms.map((one) => one.hash)));
  for (const draft of await drafts(db, key)) for (const hash of Object.values(draft.forms)) needed.add(hash);
  const old = (await knownForms(db)).filter((hash) => !needed.has(hash) && !(hash in forms));
  await write(db, [
    await step(key, "package", { cases, waves, now }),
    ...Object.entries(forms).map(([hash, one]) => ["forms", "put", one, hash]),
    ...old.map((hash) => ["forms", "delete", hash]),
  ]);
}

// By language, the forms in which a case of this wave can be asked.
export function formsFor(wave, mode, unitType) {
  const fitting = wave.forms.filter((one) => one.mode === mode && (unitType === null || one.unit_type === unitType));
  return Object.fromEntries(fitting.map((one) => [one.language, one.hash]));
}

// A step that adds to the notes; old ones go. `case` may be closed at the office long before its note is dropped.
export async function noteStep(key, notes, note, today) {
  const oldest = localDay(Date.parse(today) - KEPT_DAYS * 86_400_000);
  const kept = [...notes.filter((one) => one.day >= oldest), note];
  return { kept, step: await step(key, "notes", kept) };
}

export const isDone = (one, notes) =>
  one.disposition === "complete" || notes.some((note) => note.case === one.id && note.outcome === "complete");

// What the office knows of and what was noted here, each once, in order.
export function attemptsOf(one, notes) {
  const found = [...one.attempts];
  const same = (a, b) => ["day", "part", "channel", "outcome"].every((name) => a[name] === b[name]);
  for (const note of notes) {
    if (note.case !== one.id || note.outcome === "complete") continue;
    if (!found.some((other) => same(other, note))) found.push(note);
  }
  return found.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

export const stateOf = (one, notes) =>
  isDone(one, notes) ? "complete" : (attemptsOf(one, notes).at(-1)?.outcome ?? one.disposition);

// By unit and place, what is late first, what has no day last; those that are done stand at the end of their group.
export function grouped(cases, notes) {
  const groups = new Map();
  for (const one of cases) {
    const key = `${one.unit.code}|${one.psu}`;
    if (!groups.has(key)) groups.set(key, { key, unit: one.unit, psu: one.psu, cases: [] });
    groups.get(key).cases.push(one);
  }
  for (const group of groups.values()) {
    group.cases.sort((a, b) => isDone(a, notes) - isDone(b, notes) || byDay(a.planned_day, b.planned_day) || a.number - b.number);
    group.open = group.cases.filter((one) => !isDone(one, notes)).length;
    group.day = group.open ? group.cases[0].planned_day : null;
  }
  const later = (group) => (group.open ? 0 : 1);
  return [...groups.values()].sort(
    (a, b) => later(a) - later(b) || byDay(a.day, b.day) || a.key.localeCompare(b.key),
  );
}

const byDay = (a, b) => (a ?? "9999").localeCompare(b ?? "9999");

// Whether the days of a wave say something else than its state at the office: the clock may be wrong, so it is only shown.
export const isOutsideOf = (wave, today) => wave.state === "open" && (today < wave.opens_on || today > wave.closes_on);
