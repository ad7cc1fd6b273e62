// Fills in one form on a device: draws it, one part at a time, follows its conditions, says what is wrong before it is
// finished. Keeping the answers is left to the caller; so is larger print, which is a class of the page.

import { byQuestion, element, mark, questionOf, summary, unmark } from "./faults.js";
import { clear, clearNamed, fillWords, offerOnce, onlyOne, rawAnswers, restore, rotate } from "./fields.js";
import { check, questionsAsked } from "./rules.js";
import { Stopwatch } from "./stopwatch.js";

// Which of the orders of rotating items a response has, as the server finds it (`rotation.order_of`).
export const orderOf = (form, id) => (form.orders ? Number(BigInt(`0x${id.replaceAll("-", "")}`) % BigInt(form.orders)) : null);

// `answers`: raw values by field; `words`: what the names in braces stand for; `part`: the code of the part to begin at.
export function openForm(root, form, options = {}) {
  const opened = new Opened(root, form, options);
  return {
    answers: () => rawAnswers(opened.form),
    paradata: () => ({ seconds: opened.watch.seconds(), changes: opened.changes }),
    part: () => opened.parts[opened.step]?.dataset.part ?? "",
    close: () => opened.close(),
  };
}

class Opened {
  constructor(root, form, { answers = {}, words = {}, order = 0, part = "", readAloud = false, ...calls }) {
    Object.assign(this, { root, data: form, calls, changes: 0, step: 0, watch: new Stopwatch() });
    this.form = element("form", { className: readAloud ? "filled aloud" : "filled", autocomplete: "off", noValidate: true });
    this.form.lang = form.language;
    this.form.innerHTML = form.html;  // The server's own drawing; whatever comes from elsewhere is put in as text.
    fillWords(this.form, words);
    rotate(this.form, form.rotating, order ?? 0);
    this.#find();
    this.#frame();
    restore(this.form, answers);
    this.#noteGiven();
    root.replaceChildren(this.form);
    this.#listen();
    this.#refresh();
    this.#show(this.#firstFrom(this.parts.findIndex((one) => one.dataset.part === part)));
  }

  #find() {
    this.parts = [...this.form.querySelectorAll(".part")];
    this.questions = new Map([...this.form.querySelectorAll(".q")].map((question) => [question.id.slice(2), question]));
    this.numbers = new Map([...this.questions.keys()].map((code, index) => [code, index + 1]));
    this.steps = new Map(this.data.rules.steps.map((step) => [step.code, step]));
    this.notice = this.form.querySelector(".notice");
  }

  #frame() {
    const { texts } = this.data;
    const button = (textContent, onclick, className = "") => element("button", { type: "button", textContent, onclick, className });
    this.bar = element("progress", { max: this.parts.length });
    this.count = element("span");
    this.back = button(texts.back, () => this.#go(this.#near(-1)));
    this.next = button(texts.next, () => this.#goOn(), "main");
    this.done = button(texts.done, () => this.#finish(), "main");
    const progress = element("div", { className: "progress" }, this.bar, this.count);
    if (this.calls.onLeave) progress.append(button(texts.leave, () => this.calls.onLeave(), "leave"));
    // The default button: Enter in a field finishes nothing by accident.
    this.form.prepend(element("button", { disabled: true, hidden: true }), progress);
    this.form.append(element("div", { className: "send" }, this.back, this.next, this.done));
  }

  #listen() {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.calls.onChange?.());
    this.form.addEventListener("change", (event) => this.#changed(event.target));
  }

  #changed(control) {
    const question = control.closest(".q");
    if (!question) return;
    const code = question.id.slice(2);
    onlyOne(control, this.steps.get(code).states);
    const [before, now] = [this.given.get(code), this.#answered(code)];
    if (before !== "" && before !== now) this.changes += 1;
    this.given.set(code, now);
    this.#refresh();
    this.#show(this.step);
    this.calls.onChange?.();
  }

  #noteGiven() {
    this.given = new Map([...this.questions.keys()].map((code) => [code, this.#answered(code)]));
  }

  // The raw answer to a question as one text; empty when there is none.
  #answered(code) {
    const answers = rawAnswers(this.form);
    const given = [answers[code] ?? [], answers[this.steps.get(code).other] ?? []];
    return given.flat().length ? JSON.stringify(given) : "";
  }

  #refresh() {
    const { faults, values } = check(this.data.rules, rawAnswers(this.form));
    const beside = byQuestion(this.data, faults, this.questions);
    const asked = new Set(questionsAsked(this.data.rules, values));
    for (const [code, question] of this.questions) {
      if (question.matches(".fault")) beside.has(code) ? mark(question, beside.get(code)) : unmark(question);
      question.hidden = !asked.has(code) && !question.matches(".fault");
      this.#refreshOther(question);
    }
    offerOnce(this.form);
    this.#offerToClear();
  }

  #refreshOther(question) {
    const other = question.querySelector(".other");
    if (other) other.hidden = !question.matches(".fault") && !question.querySelector(".specify:checked");
  }

  // The button stands in the row of the choice, so that nothing moves under the finger when it appears.
  #offerToClear() {
    const { undo } = this.data.texts;
    const chosen = new Set([...this.form.querySelectorAll("[type=radio]:checked")].map((one) => one.parentElement));
    for (const button of this.form.querySelectorAll(".undo")) if (!chosen.delete(button.previousSibling)) button.remove();
    for (const label of chosen) {
      const control = label.querySelector("input");
      const clearIt = () => {
        clear([control]);
        control.focus();
        control.dispatchEvent(new Event("change", { bubbles: true }));
      };
      label.after(element("button", { type: "button", className: "undo", textContent: "✕", ariaLabel: undo, title: undo, onclick: clearIt }));
    }
  }

  #asks(part) {
    return part.querySelector(".q:not([hidden])") !== null;
  }

  #near(direction) {
    let found = this.step + direction;
    while (this.parts[found] && !this.#asks(this.parts[found])) found += direction;
    return this.parts[found] ? found : this.step;
  }

  #firstFrom(step) {
    const found = this.parts.findIndex((part, index) => index >= step && this.#asks(part));
    return found < 0 ? 0 : found;
  }

  #show(step) {
    const { parts, data: { texts } } = this;
    this.step = step;
    parts.forEach((part, index) => { part.hidden = index !== step; });
    const last = this.#near(1) === step;
    this.back.hidden = this.#near(-1) === step;
    this.next.hidden = last;
    this.done.hidden = !last;
    if (this.notice) this.notice.hidden = !this.back.hidden;
    this.bar.value = step + 1;
    this.count.textContent = `${step + 1}/${parts.length}`;
    this.bar.ariaLabel = texts.part.replace("{number}", step + 1).replace("{all}", parts.length);
    this.watch.turn(parts[step]?.dataset.part ?? "");
  }

  #go(step) {
    this.#show(step);
    scrollTo(0, 0);
    this.parts[step].querySelector("h2").focus({ preventScroll: true });
    this.calls.onChange?.();
  }

  // What would be wrong at the end is said at the part where it is; what no longer applies may yet apply again.
  #goOn() {
    const { faults } = check(this.data.rules, rawAnswers(this.form));
    const here = faults.filter((fault) => fault.kind !== "not_asked" && this.parts[this.step].contains(this.questions.get(questionOf(fault))));
    if (!here.length) return this.#go(this.#near(1));
    this.#mark(byQuestion(this.data, here, this.questions));
    this.#toQuestion(questionOf(here[0]));
  }

  #mark(beside) {
    for (const [code, sentences] of beside) if (code) mark(this.questions.get(code), sentences);
    this.#refresh();
  }

  #toQuestion(code) {
    const question = this.questions.get(code);
    this.#show(this.parts.indexOf(question.closest(".part")));
    question.scrollIntoView();
    question.querySelector("input, textarea, select").focus({ preventScroll: true });
  }

  #finish(dropNotAsked = false) {
    this.list?.remove();
    if (dropNotAsked) this.#drop();
    const { faults } = check(this.data.rules, rawAnswers(this.form));
    if (!faults.length) return this.calls.onDone?.();
    this.#say(faults);
  }

  // With the consent just given; afterwards the answers hold nothing that the server would have to leave out.
  #drop() {
    const { faults } = check(this.data.rules, rawAnswers(this.form));
    const names = new Set(faults.filter((fault) => fault.kind === "not_asked").map((fault) => fault.question));
    clearNamed(this.form, names);
    this.#noteGiven();
    this.#refresh();
    this.calls.onChange?.();
  }

  #say(faults) {
    const beside = byQuestion(this.data, faults, this.questions);
    const drop = faults.some((fault) => fault.kind === "not_asked") ? () => this.#finish(true) : null;
    this.#mark(beside);
    const first = [...this.questions.keys()].find((code) => beside.has(code)) ?? this.data.rules.ratings.find((code) => this.questions.has(code));
    if (first) this.#show(this.parts.indexOf(this.questions.get(first).closest(".part")));
    this.list = summary(this.data, beside, { numbers: this.numbers, toQuestion: (code) => this.#toQuestion(code), drop });
    this.form.querySelector(".progress").after(this.list);
    scrollTo(0, 0);
    this.list.focus({ preventScroll: true });
  }

  close() {
    this.watch.close();
    this.root.replaceChildren();
  }
}
