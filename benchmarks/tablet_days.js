// Runs in a page of the tablet's origin: interviews by the tablet's own modules, without its screens. `tablet_days.py`
// cuts lines, fills the storage and kills the browser meanwhile.

const NAMES = ["store", "identity", "drafts", "vault", "cases", "journal", "sync"];
window.loaded = Promise.all(NAMES.map((name) => import(`/static/tablet/${name}.js`)));

// Chromium holds small writes to no quota that one could set, so the store itself refuses while the storage "is full".
window.isFull = false;
for (const verb of ["put", "add"]) {
  const write = IDBObjectStore.prototype[verb];
  IDBObjectStore.prototype[verb] = function (...what) {
    if (window.isFull) throw new DOMException("full", "QuotaExceededError");
    return write.apply(this, what);
  };
}

async function begin({ code, pin, rounds }) {
  const [store, identity, drafts, vault, cases, journal, sync] = await window.loaded;
  const db = await store.open();
  let device = await identity.current(db);
  let key = null;
  while (device && !(key = await identity.openWithPin(db, pin))) {
    // Killed five times while the PIN was tried: to the tablet these were five wrong ones.
    await new Promise(async (done) => setTimeout(done, await identity.waitForPin(db)));
  }
  if (!device) {
    const enrolled = await identity.askToEnrol(db, code);
    key = await identity.finishEnrolment(db, enrolled, pin, rounds);
    device = await identity.current(db);
  }
  const line = new sync.Sync(db, async () => [device], { random: () => 0 });
  return { store, drafts, vault, cases, journal, db, device, key, line, full: 0 };
}

// What this case answers; the benchmark works it out again to compare.
const level = (number, place) => String(1 + ((number * 31 + place * 17) % 5));

async function fillIn(day, draft, items) {
  const parts = [items.slice(0, 8), items.slice(8)];
  for (const [nth, part] of parts.entries()) {
    for (const item of part) draft.answers[item] = [level(draft.case, items.indexOf(item))];
    if (nth) Object.assign(draft.answers, { respondent_type: ["citizen"], N7: ["no"], comment: [`Lượt ${draft.case}: cán bộ tận tình.`] });
    draft.changed = new Date().toISOString();
    await day.vault.keepDraft(day.db, day.key, draft);
  }
}

async function ask(day, { wave, items }, number, begun) {
  const one = { id: number, number, unit: null, psu: "" };
  const draft = begun ?? day.drafts.begin({ one, wave, mode: "tablet", language: "vi", forms: {} });
  await fillIn(day, draft, items);
  const work = { ...day, notes: (await day.vault.get(day.db, day.key, "notes")) ?? [] };
  const when = new Date();
  await day.drafts.finish(work, draft, { day: day.cases.localDay(when), part: day.cases.partOfDay(when) });
  await window.saved(number, draft.id);
}

// A full storage is told and waited out; whatever else goes wrong ends the day.
async function patiently(day, act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!day.store.isFull(error)) throw error;
      day.full += 1;
      await window.full();
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

window.work = async (setup) => {
  const day = await begin(setup);
  for (const draft of await day.vault.drafts(day.db, day.key)) await patiently(day, () => ask(day, setup, draft.case, draft));
  const notes = (await day.vault.get(day.db, day.key, "notes")) ?? [];
  const done = new Set(notes.map((note) => note.case));
  const left = setup.cases.filter((number) => !done.has(number)).slice(0, setup.most);
  let since = 0;
  for (const number of left) {
    await patiently(day, async () => {
      const begun = (await day.vault.drafts(day.db, day.key)).find((draft) => draft.case === number);
      await ask(day, setup, number, begun);
    });
    if ((since += 1) % 4 === 0) day.line.now();
  }
  return left.length;
};

// Everything goes to the office, and both sides compare the ends of the journal.
window.finish = async (setup) => {
  const day = await begin(setup);
  const state = await day.line.now();
  const found = await day.journal.counts(day.db, day.device.code);
  return { ...found, state: state.name, kind: state.kind ?? "", equal: (await day.line.close()).equal };
};
