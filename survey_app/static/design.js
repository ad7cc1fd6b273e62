// Comfort in the editor of questionnaires: buttons that change rows work in place, conditions follow at once, questions
// are dragged or moved by Alt and the arrows, and nobody leaves a form with unsaved words by accident.
// Everything is the plain form's and the server's; without script each button loads a page.

const content = document.getElementById("content");
let unsaved = false;
document.documentElement.classList.add("scripted");

const said = (form, button) => new URLSearchParams(new FormData(form, button)).toString();

// Sends a form and puts the answer's content in the place of ours; the page stays where it is. A sheet on which somebody
// went on meanwhile is sent again as it stands now: the server keeps nothing of it before it is saved.
async function inPlace(form, button) {
  const data = said(form, button);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("content");
  if (!fresh) throw new Error("no page of ours");
  if (form.dataset.saved) return;
  if (form.matches(".sheet") && said(form, button) !== data) return inPlace(form, button);
  const at = document.activeElement;
  content.replaceChildren(...fresh.childNodes);
  prepare();
  // Rows that were added, moved or removed have other ids than before.
  if (button.value !== "again" || !goOn(at)) focusAgain(button);
}

// Who has turned to another field meanwhile goes on there; whether it is there still.
function goOn(at) {
  const now = at.id && document.getElementById(at.id);
  if (!now) return false;
  now.focus();
  if (at.selectionStart !== null) now.setSelectionRange?.(at.selectionStart, at.selectionEnd);
  return true;
}

function focusAgain(button) {
  const wanted = button.dataset.then ? [...content.querySelectorAll(button.dataset.then)].at(-1) : null;
  const same = button.id ? document.getElementById(button.id) : null;
  const row = button.dataset.row ? document.getElementById(button.dataset.row) : null;
  (wanted ?? (same && !same.disabled ? same : null) ?? row?.querySelector("a, button:enabled") ?? content).focus();
}

content.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-again]") || !button || button.value === "save") {
    unsaved = false;
    form.dataset.saved = "1";
    return;
  }
  event.preventDefault();
  delete form.dataset.saved; // Its page was stopped, if there was one.
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try {
    await inPlace(form, button);
  } catch {
    if (form.dataset.saved) return; // Its page comes.
    // The network or the session is gone: the browser itself sends the form and shows what comes.
    unsaved = false;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: button.value });
    form.append(field);
    form.submit();
  } finally {
    delete form.dataset.busy;
  }
});

content.addEventListener("change", ({ target }) => {
  const button = target.dataset.press && document.getElementById(target.dataset.press);
  if (!button) return;
  button.dataset.then = `[id="${target.id}"]`;
  button.form.requestSubmit(button);
});

content.addEventListener("input", ({ target }) => { unsaved = unsaved || target.closest(".sheet") !== null; });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

content.addEventListener("keydown", (event) => {
  const row = event.target.closest(".question[data-code]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${row.dataset.code}`).click();
});

// A handle for each question; it moves the question to where it is let go, in a part that holds the same sort.
function prepare() {
  for (const row of content.querySelectorAll(".question[data-code]")) {
    for (const button of row.querySelectorAll("button")) button.dataset.row = row.id;
    const handle = Object.assign(document.createElement("span"), { className: "tool handle", textContent: "⠿" });
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", (event) => drag(event, row, handle));
    row.querySelector(".tools")?.append(handle);
  }
}

function drag(event, row, handle) {
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  row.classList.add("held");
  let target = null;
  let below = false;
  const holds = row.closest(".outline-part").dataset.holds;

  function unmark() {
    target?.classList.remove("over", "under");
  }

  function move({ clientX, clientY }) {
    unmark();
    const hit = document.elementFromPoint(clientX, clientY)?.closest(".question[data-code]");
    target = hit && hit !== row && hit.closest(".outline-part").dataset.holds === holds ? hit : null;
    if (clientY < 60 || clientY > innerHeight - 60) scrollBy(0, clientY < 60 ? -24 : 24);
    if (!target) return;
    const box = target.getBoundingClientRect();
    below = clientY > box.top + box.height / 2;
    target.classList.add(below ? "under" : "over");
  }

  function drop() {
    handle.removeEventListener("pointermove", move);
    row.classList.remove("held");
    unmark();
    if (target) moveTo(row, target, below);
  }

  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", drop, { once: true });
  handle.addEventListener("pointercancel", () => { target = null; drop(); }, { once: true });
}

function moveTo(row, target, below) {
  const part = (one) => one.closest(".outline-part").dataset.part;
  const others = [...target.parentElement.querySelectorAll(".question[data-code]")].filter((one) => one !== row);
  const position = others.indexOf(target) + (below ? 1 : 0);
  const value = ["drag", part(row), row.dataset.code, part(target), position].join(":");
  const button = Object.assign(document.createElement("button"), { name: "do", value, hidden: true });
  button.dataset.row = row.id;
  row.closest("form").append(button);
  row.closest("form").requestSubmit(button);
}

// Otherwise than the server drew it, which a browser may have had to trim.
function isChanged(field) {
  if (field.matches("select")) {
    return field.selectedIndex !== Math.max(0, [...field.options].findLastIndex((one) => one.defaultSelected));
  }
  const { type, defaultValue, defaultChecked } = field;
  const drawn = field.matches("textarea") ? defaultValue : Object.assign(document.createElement("input"), { type, defaultValue }).value;
  return field.checked !== defaultChecked || field.value !== drawn;
}

prepare();
// What was chosen or written before this script had come.
const early = [...content.querySelectorAll(".sheet :is(input, select, textarea)")].filter(isChanged);
unsaved = early.length > 0;
early.find((field) => field.dataset.press)?.dispatchEvent(new Event("change", { bubbles: true }));
