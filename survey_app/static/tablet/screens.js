// Screens are templates of the shell: copied, filled with text, their buttons bound. What they say is left to others.

export function piece(id, texts = {}, actions = {}) {
  const root = document.getElementById(`t-${id}`).content.firstElementChild.cloneNode(true);
  fill(root, texts);
  bind(root, actions);
  return root;
}

// Text into the slots; null or false hides a slot, true shows it with what it says already.
export function fill(root, texts) {
  for (const [name, value] of Object.entries(texts)) {
    for (const slot of slots(root, "slot", name)) {
      slot.hidden = value === null || value === false;
      if (!slot.hidden && value !== true) slot.textContent = value;
    }
  }
}

export const list = (root, name, items) => slots(root, "list", name).forEach((into) => into.replaceChildren(...items));

const slots = (root, kind, name) => {
  const inside = [...root.querySelectorAll(`[data-${kind}="${name}"]`)];
  return root.dataset[kind] === name ? [root, ...inside] : inside;
};

function bind(root, actions) {
  for (const [name, act] of Object.entries(actions)) {
    for (const one of slots(root, "do", name)) {
      if (one.tagName === "FORM") one.addEventListener("submit", (event) => (event.preventDefault(), once(one, act)));
      else one.addEventListener("click", () => once(one, act));
    }
  }
}

// While an action runs, a second press does nothing.
async function once(element, act) {
  if (element.dataset.busy) return;
  element.dataset.busy = "1";
  try {
    await act(element);
  } finally {
    delete element.dataset.busy;
  }
}

export function show(page) {
  const main = document.querySelector("main");
  main.replaceChildren(page);
  const heading = page.querySelector("h1");
  document.title = heading ? `${heading.textContent} – Hài Lòng` : "Hài Lòng";
  heading?.setAttribute("tabindex", "-1");
  (page.querySelector("[data-first]") ?? heading ?? main).focus({ preventScroll: true });
  scrollTo(0, 0);
  return page;
}

export function announce(text) {
  document.querySelector("[data-live]").textContent = text;
}
