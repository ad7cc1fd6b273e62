// One person's form on the kiosk: drawn with faces, covered when nobody touches it, given away when it is finished.

import { openForm, orderOf } from "../tablet/form.js";
import { addFaces } from "./faces.js";
import { takeOneAtATime } from "./pressing.js";
import { Resting } from "./resting.js";
import { fill, piece, say, show, spoken } from "./screens.js";

export class Filling {
  #begun = Date.now();
  #since = performance.now();
  #done = false;

  constructor(form, { point, wave }, proof, { giveUp, done }) {
    Object.assign(this, { form, point, wave, proof, done, id: crypto.randomUUID() });
    this.page = show(piece("form", { office: point.name[spoken()] }, { cover: () => this.#cover(), stop: giveUp }));
    const root = this.page.querySelector("[data-root]");
    this.opened = openForm(root, form, {
      words: this.#words(),
      order: orderOf(form, this.id),
      onDone: () => this.#finish(),
    });
    for (const field of root.querySelectorAll("input, textarea")) Object.assign(field, { autocomplete: "off", spellcheck: false });
    // Whoever has half a minute meets the question first; the start screen has said what matters most.
    root.querySelector("form").append(root.querySelector(".notice"));
    addFaces(root, form.rules);
    takeOneAtATime(root);
    const answered = () => Object.keys(this.opened.answers()).length > 0;
    this.resting = new Resting({ answered, cover: () => this.#cover(), left: (seconds) => this.#count(seconds), giveUp });
  }

  #words() {
    const { point, wave } = this;
    const language = spoken();
    const procedure = point.procedure[language] || say("procedure");
    return { office: point.name[language], unit: point.unit.name, survey: wave.survey[language], owner: wave.owner[language], procedure };
  }

  milliseconds = () => performance.now() - this.#since;

  #cover() {
    if (this.covered) return;
    this.covered = piece("cover", {}, { uncover: () => this.#uncover() });
    this.countDown = this.covered.querySelector("[data-slot=left]").textContent;
    this.page.inert = true;
    this.page.hidden = true;
    this.page.after(this.covered);
    this.covered.querySelector("button").focus();
  }

  #uncover() {
    this.covered?.remove();
    this.covered = null;
    this.page.inert = this.page.hidden = false;
    this.page.querySelector("h2:not([hidden])")?.focus({ preventScroll: true });
  }

  // Before anything was answered there is nothing to cover; the count-down stands on a cover all the same.
  #count(seconds) {
    if (seconds !== null) this.#cover();
    if (this.covered) fill(this.covered, { left: seconds === null ? null : this.countDown.replace("{seconds}", seconds) });
  }

  #finish() {
    if (this.#done) return;
    this.#done = true;
    const { form, point, wave, proof } = this;
    this.done({
      kind: "interview",
      id: this.id,
      point: point.code,
      wave: wave.slug,
      version: form.version,
      mode: proof ? "visit_code" : "kiosk",
      ...(proof && { proof }),
      language: form.language,
      answers: this.opened.answers(),
      item_order: orderOf(form, this.id),
      begun: new Date(this.#begun).toISOString(),
      finished: new Date().toISOString(),
      paradata: {},
    });
  }

  close() {
    this.resting.stop();
    this.covered?.remove();
    this.opened.close();
  }
}
