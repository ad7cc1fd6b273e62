// The fields of a drawn form: raw answers out of them and into them, words into their texts, items into another order.

import { calendarDay } from "./rules.js";

const CHOSEN = "[type=radio], [type=checkbox]";
const controlsOf = (form) => [...form.querySelectorAll("[name]")];

// By name, in the order of the form; without what is empty.
export function rawAnswers(form) {
  const answers = {};
  for (const [name, value] of new FormData(form)) if (value !== "") (answers[name] ??= []).push(value);
  return answers;
}

export function restore(form, answers) {
  const left = Object.fromEntries(Object.entries(answers).map(([name, values]) => [name, [...values]]));
  const controls = controlsOf(form);
  for (const control of controls.filter((one) => one.matches(CHOSEN))) {
    const place = left[control.name]?.indexOf(control.value) ?? -1;
    control.checked = place >= 0;
    if (place >= 0) left[control.name].splice(place, 1);
  }
  for (const control of controls) if (!control.matches(CHOSEN)) write(control, left[control.name]?.shift() ?? "");
}

// What is no day could not be shown in a field for days: it comes back as text, to be repaired.
function write(control, value) {
  const day = control.type === "date" ? calendarDay(value.trim()) : null;
  if (control.type === "date" && value && day === null) control.type = "text";
  control.value = day ?? value;
}

export function clear(controls) {
  for (const control of controls) {
    if (control.matches(CHOSEN)) control.checked = false;
    else control.value = "";
  }
}

export const clearNamed = (form, names) => clear(controlsOf(form).filter((control) => names.has(control.name)));

// What stands in one place of a ranking is not offered in another.
export function offerOnce(form) {
  for (const select of form.querySelectorAll(".rank select")) {
    const others = [...select.closest(".q").querySelectorAll("select")].filter((other) => other !== select);
    const taken = others.map((other) => other.value).filter(Boolean);
    for (const option of select.options) option.disabled = taken.includes(option.value);
  }
}

// "I do not know" beside an answer would be two answers.
export function onlyOne(control, states) {
  const inside = [...control.closest(".q").querySelectorAll("[name]")];
  const isState = (one) => one.type === "checkbox" && Object.hasOwn(states, one.value);
  if (isState(control)) {
    if (control.checked) clear(inside.filter((one) => one !== control));
  } else if (control.matches(CHOSEN) ? control.checked : control.value) {
    clear(inside.filter(isState));
  }
}

// The names in braces become words, in texts and in what is read aloud; never HTML.
export function fillWords(root, words) {
  const filled = (text) => text.replace(/\{([^{}]*)\}/g, (found, name) => (Object.hasOwn(words, name) ? words[name] : found));
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (texts.currentNode.data.includes("{")) texts.currentNode.data = filled(texts.currentNode.data);
  for (const labelled of root.querySelectorAll("[aria-label]")) labelled.ariaLabel = filled(labelled.ariaLabel);
}

// As `rotation.rotated` does; order 0 is the instrument's own. The numbers follow the order on the screen.
export function rotate(form, rotating, order) {
  for (const part of form.querySelectorAll(".part")) {
    const questions = [...part.querySelectorAll(".q")];
    if (!rotating.includes(part.dataset.part) || !questions.length) continue;
    const shift = Math.floor(order / 2) % questions.length;
    const turned = [...questions.slice(shift), ...questions.slice(0, shift)];
    part.append(...(order % 2 ? turned.reverse() : turned));
  }
  form.querySelectorAll(":is(legend, .legend) > b").forEach((number, index) => { number.textContent = `${index + 1}.`; });
}
