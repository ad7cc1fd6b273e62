// Interviews that are under way: begun, kept at every change, finished into the journal. Nothing is drawn here.

import { noteStep } from "./cases.js";
import { append } from "./journal.js";
import { dropDraft, keepDraft } from "./vault.js";

// `about`: what the form and the lists say of the case and its wave; it goes along, because the office may take the
// case back while the interview is under way.
export function begin({ one, wave, mode, language, forms, practice = false, calls = 0, eligible = null, first = null }, now = Date.now()) {
  const at = new Date(now).toISOString();
  return {
    id: crypto.randomUUID(),
    case: one?.id ?? null,
    practice,
    wave: wave.slug,
    version: wave.version,
    mode,
    language,
    forms,
    calls,
    eligible,
    first, // What was counted before it was corrected.
    drawn: one?.respondent_type ?? null,
    about: { ...pick(one), survey: wave.survey, owner: wave.owner, rehearsal: wave.practice, simulated: wave.simulated },
    answers: {},
    part: "",
    order: null,
    seconds: {},
    changes: 0,
    handed: false,
    begun: at,
    changed: at,
  };
}

const pick = (one) => ({ number: one?.number ?? null, unit: one?.unit ?? null, psu: one?.psu ?? "" });

export function contentOf(draft, now = Date.now()) {
  return {
    kind: "interview",
    id: draft.id,
    case: draft.case,
    wave: draft.wave,
    version: draft.version,
    mode: draft.mode,
    language: draft.language,
    answers: draft.answers,
    item_order: draft.order,
    eligible: draft.eligible,
    first_count: draft.first ?? null,
    begun: draft.begun,
    finished: new Date(now).toISOString(),
    paradata: { seconds: draft.seconds, changes: draft.changes, handed_over: draft.handed, calls: draft.calls },
  };
}

const noteOf = (draft, day, part) => ({
  case: draft.case,
  number: draft.about.number,
  unit: draft.about.unit,
  psu: draft.about.psu,
  outcome: "complete",
  channel: draft.mode === "phone" ? "call" : "visit",
  day,
  part,
});

// Into the journal, the draft out, the note in: all at once or not at all. Returns the entry and the notes.
export async function finish({ db, device, key, notes }, draft, { day, part }, now = Date.now()) {
  const noted = await noteStep(key, notes, noteOf(draft, day, part), day);
  const entry = await append(db, device, contentOf(draft, now), [dropDraft(draft.id), noted.step]);
  return { entry, notes: noted.kept };
}

export async function noteAttempt({ db, device, key, notes }, one, { outcome, channel, day, part }, now = Date.now()) {
  const content = { kind: "attempt", case: one.id, outcome, channel, day, part, at: new Date(now).toISOString() };
  const { number, unit, psu } = one;
  const noted = await noteStep(key, notes, { case: one.id, number, unit, psu, outcome, channel, day, part }, day);
  const entry = await append(db, device, content, [noted.step]);
  return { entry, notes: noted.kept };
}

// Keeps a draft as often as it changes, one write at a time, the newest state only.
export class Saver {
  #next = null;
  #writing = null;

  // `onSaved(at)` when the last state lies on the disk; `onTrouble(error)` when it does not.
  constructor(db, key, { onSaved, onTrouble }) {
    Object.assign(this, { db, key, onSaved, onTrouble });
  }

  keep(draft) {
    this.#next = structuredClone(draft);
    this.#writing ??= this.#write();
    return this.#writing;
  }

  // It ends in the same breath in which it finds nothing more: what comes later begins anew.
  async #write() {
    while (this.#next) {
      const draft = this.#next;
      this.#next = null;
      try {
        await keepDraft(this.db, this.key, draft);
        if (!this.#next) this.onSaved(draft.changed);
      } catch (error) {
        this.onTrouble(error);
      }
    }
    this.#writing = null;
  }

  // After this nothing of it is written any more: the draft may go.
  async drain() {
    while (this.#writing) await this.#writing;
  }
}
