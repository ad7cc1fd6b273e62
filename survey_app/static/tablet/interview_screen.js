// What stands around the form while somebody is asked: keeping it at every change, handing the tablet over, finishing.
// The form itself is drawn and checked by `form.js`.

import { form as loadForm, localDay, partOfDay } from "./cases.js";
import { finish, Saver } from "./drafts.js";
import { openForm, orderOf } from "./form.js";
import { forget } from "./journal.js";
import { showHandBack } from "./pin_screen.js";
import { giveUpReserve } from "./room.js";
import { fill, piece, show } from "./screens.js";
import { isFull, write } from "./store.js";
import { dropDraft, getDraft } from "./vault.js";
import { language, say, sayKind, speak, time } from "./words.js";

export async function showInterview(app, id) {
  const draft = await getDraft(app.db, app.key, id);
  // What the respondent has sent is not opened again: back and the language lead to the officer's PIN.
  if (!draft) return app.handed ? app.lock({ thanks: true }) : app.go("today");
  // The language of the page is that of the form; whoever changes the one changes the other.
  if (language() !== draft.language && language() in draft.forms) draft.language = language();
  else speak(draft.language);
  const shown = await loadForm(app.db, draft.forms[draft.language]);
  draft.order = orderOf(shown, draft.id);
  new Interview(app, draft, shown).show();
}

// What the respondent and the officer must know of the whole form, above it.
function banner(draft) {
  const { rehearsal, simulated } = draft?.about ?? {};
  const what = draft?.practice ? "practice_banner" : rehearsal ? "rehearsal" : simulated ? "simulated" : "";
  const place = document.querySelector("[data-practice]");
  place.hidden = !what;
  place.textContent = what && say(what);
}

async function makeRoom(app, now) {
  const [given, gone] = [await giveUpReserve(app.db), await forget(app.db, app.device.code, now).catch(() => 0)];
  return given || gone > 0;
}

class Interview {
  constructor(app, draft, form) {
    Object.assign(this, { app, draft, form });
    // Seconds and changes of the times before; the form counts from zero whenever it is opened.
    this.before = { seconds: draft.seconds, changes: draft.changes };
    this.saver = new Saver(app.db, app.key, { onSaved: () => this.#saved(), onTrouble: (error) => this.#trouble(error) });
    if (app.handed === draft.id) draft.handed = true;
  }

  show() {
    const { app, draft } = this;
    const handed = app.handed === draft.id;
    this.page = piece("interview", this.#texts(handed), {
      hand: () => this.#hand(),
      officer: () => this.#askForPin(),
      drop: () => this.#askToDrop(),
    });
    show(this.page);
    this.#large(handed);
    banner(draft);
    this.opened = openForm(this.page.querySelector("[data-root]"), this.form, {
      answers: draft.answers,
      part: draft.part,
      order: draft.order,
      words: this.#words(),
      readAloud: !handed,
      onChange: () => this.#changed(),
      onDone: () => this.#finish(),
      onLeave: handed ? undefined : () => app.go("today"),
    });
    app.leave = () => this.#leave();
  }

  #texts(handed) {
    const { about, practice, mode } = this.draft;
    return {
      case: practice ? say("draft.practice") : say("case", { number: about.number }),
      mode: say(`mode.${mode}`),
      saved: "",
      hand: !handed && mode === "tablet",
      officer: handed,
      drop: !handed,
    };
  }

  // What the names in braces stand for in the texts of the form.
  #words() {
    const { about, language: spoken } = this.draft;
    const unit = about.unit?.name ?? say("practice_unit");
    return { office: unit, unit, survey: about.survey[spoken], owner: about.owner[spoken], procedure: say("the_procedure") };
  }

  #large(handed) {
    document.documentElement.classList.toggle("large", handed);
    const button = document.querySelector("[data-larger]");
    button.hidden = false;
    button.onclick = () => document.documentElement.classList.toggle("large");
  }

  #read() {
    const { seconds, changes } = this.opened.paradata();
    const sum = { ...this.before.seconds };
    for (const [part, more] of Object.entries(seconds)) sum[part] = (sum[part] ?? 0) + more;
    const { draft } = this;
    const [answers, part] = [this.opened.answers(), this.opened.part()];
    Object.assign(draft, { answers, part, seconds: sum, changes: this.before.changes + changes });
    draft.changed = new Date().toISOString();
  }

  #changed() {
    this.#read();
    fill(this.page, { saved: say("saving") });
    return this.saver.keep(this.draft);
  }

  #saved() {
    fill(this.page, { saved: say("saved", { at: time(Date.now()) }), trouble: null });
  }

  #trouble(error) {
    fill(this.page, { saved: "", trouble: say(isFull(error) ? "draft_full" : "draft_not_kept", { detail: String(error) }) });
  }

  async #close() {
    this.#read();
    this.opened.close();
    if (!this.done) await this.saver.keep(this.draft);
    await this.saver.drain();
    this.#large(false);
    document.querySelector("[data-larger]").hidden = true;
    banner(null);
  }

  async #leave() {
    if (this.left) return;
    this.left = true;
    await this.#close();
  }

  async #hand() {
    this.app.handed = this.draft.id;
    await this.app.draw();
  }

  async #askForPin() {
    const { app } = this;
    await this.#leave();
    // The right PIN may open a new key; the drafts lie under the same.
    showHandBack(app, { opened: () => ((app.handed = false), app.draw()), back: () => app.draw() });
  }

  async #askToDrop() {
    await this.#leave();
    show(piece("sure", {}, {
      back: () => this.app.draw(),
      drop: async () => {
        await write(this.app.db, [dropDraft(this.draft.id)]);
        this.app.go("today");
      },
    }));
  }

  async #finish() {
    if (this.done) return;
    this.done = true;
    await this.#leave();
    const { practice, drawn, answers } = this.draft;
    const [said] = answers.respondent_type ?? [];
    if (!practice && drawn && said && said !== drawn) return this.#askAboutType(drawn, said);
    await this.#keep();
  }

  // The draw chose a citizen, say, and a business answered: never in silence.
  async #askAboutType(drawn, said) {
    this.saver.keep(this.draft);
    await this.saver.drain();
    const texts = { drawn: sayKind("respondent", drawn), said: sayKind("respondent", said) };
    show(piece("other-type", texts, { back: () => this.app.draw(), keep: () => this.#keep() }));
  }

  async #keep() {
    const { app, draft } = this;
    try {
      if (draft.practice) await write(app.db, [dropDraft(draft.id)]);
      else await this.#intoJournal();
    } catch (error) {
      return this.#notSaved(error);
    }
    this.#finished();
  }

  // In a full storage the reserve gives its place, or what the office has long taken over.
  async #intoJournal(again = false) {
    const { app, draft } = this;
    const now = Date.now();
    try {
      const { entry, notes } = await finish({ ...app, notes: app.work.notes }, draft, { day: localDay(now), part: partOfDay(now) }, now);
      if (app.work) app.work.notes = notes; // Else it was locked meanwhile.
      this.seq = entry.seq;
    } catch (error) {
      if (again || !isFull(error) || !(await makeRoom(app, now))) throw error;
      return this.#intoJournal(true);
    }
  }

  #notSaved(error) {
    const why = say(isFull(error) ? "not_saved.full" : "not_saved.other", { detail: String(error) });
    show(piece("not-saved", { why }, {
      again: () => this.#keep(),
      storage: () => this.app.go("storage"),
    }));
  }

  #finished() {
    const { app, draft } = this;
    const handed = app.handed === draft.id;
    const texts = draft.practice
      ? { title: say("practice_done"), text: say("practice_forgotten"), receipt: null, thanks: handed }
      : { title: say("finished"), text: say("finished_text"), receipt: say("finished_receipt", { number: draft.about.number, seq: this.seq }), thanks: handed };
    const next = () => (handed ? app.lock({ thanks: true }) : app.go("today"));
    show(piece("finished", texts, { next }));
    if (!draft.practice) app.sync.now();
  }
}
