// The kiosk's screens: pieces of the page's template in the language that was chosen, filled with text, buttons bound.

let language = "vi";

export const spoken = () => language;
export const speak = (wanted) => {
  language = wanted;
  document.documentElement.lang = wanted;
};

const drawn = () => document.getElementById(language).content;

export const say = (word) => drawn().querySelector(`[data-word="${word}"]`).textContent;

export function piece(name, texts = {}, actions = {}) {
  const made = drawn().querySelector(`[data-screen="${name}"]`).cloneNode(true);
  fill(made, texts);
  for (const [action, act] of Object.entries(actions)) {
    for (const one of made.querySelectorAll(`[data-do="${action}"]`)) {
      if (one.tagName === "FORM") one.addEventListener("submit", (event) => (event.preventDefault(), act(one)));
      else one.addEventListener("click", () => act(one));
    }
  }
  return made;
}

// Text into a slot; null hides it, true shows what it says already.
export function fill(root, texts) {
  for (const [name, value] of Object.entries(texts)) {
    const slot = root.querySelector(`[data-slot="${name}"]`);
    slot.hidden = value === null;
    if (value !== null && value !== true) slot.textContent = value;
  }
}

export function show(made) {
  const main = document.querySelector("main");
  main.replaceChildren(made);
  document.body.dataset.on = made.dataset.screen;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
  return made;
}
