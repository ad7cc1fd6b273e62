// The words of the screens, in the language of the shell: texts, days and times, and the way to the other language.

const words = new Map();

export function readWords() {
  words.clear();
  for (const id of ["words", "reasons"]) {
    for (const one of document.getElementById(id).content.querySelectorAll("[data-word]")) {
      words.set(one.dataset.word, one.textContent.trim());
    }
  }
}

export function say(word, values = {}) {
  const found = words.get(word);
  if (found === undefined) throw new Error(`No text for ${word}.`);
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// For a kind that may be new: `other` says it in general.
export const sayKind = (group, kind, other = "other", values = {}) =>
  say(words.has(`${group}.${kind}`) ? `${group}.${kind}` : `${group}.${other}`, values);

export const language = () => document.documentElement.lang;

export const otherLanguage = () => (language() === "vi" ? "en" : "vi");

const texts = new Map();

// Both languages are taken into memory at the start: a version that comes meanwhile changes no text of this one.
export async function fetchOther() {
  texts.set(language(), document.getElementById("screens"));
  const answer = await fetch(`/tablet/?lang=${otherLanguage()}`);
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  texts.set(other.documentElement.lang, document.adoptNode(other.getElementById("screens")));
}

export function speak(wanted) {
  if (wanted === language() || !texts.has(wanted)) return;
  document.getElementById("screens").replaceWith(texts.get(wanted));
  document.documentElement.lang = wanted;
  readWords();
}

export const day = (iso) => (iso ? iso.split("-").reverse().join("/") : "");

export const time = (at) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" }).format(at);

export const dayAndTime = (at) =>
  `${time(at)}, ${new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh" }).format(at)}`;
