// Typing from paper by the keyboard alone: a key gives an answer and goes on, Enter goes on, Shift+Enter back, Delete empties.
// Without it the page is a plain form; what is sent and checked is the same.
const form = document.querySelector("form[data-entry]");
const CHOICES = "input[type=radio], input[type=checkbox]";
const WRITTEN = "input[type=text], input:not([type]), textarea, select";

// Where Enter stops within a question: its choices once, and each field that is written into, as far as it is needed.
function stops(ask) {
  const written = [...ask.querySelectorAll(WRITTEN)].filter((field) => (
    !("other" in field.dataset) || field.value || ask.querySelector("[data-specify]:checked")));
  if (!ask.matches("fieldset") || ask.querySelector("select")) return written;
  return [ask.querySelector(`:is(${CHOICES}):checked`) ?? ask.querySelector(CHOICES), ...written];
}

const allStops = () => [...form.querySelectorAll("[data-ask]")].flatMap(stops).concat(form.querySelector("[data-last]"));

function at(target, list) {
  const found = list.indexOf(target);
  if (found >= 0) return found;
  const ask = target.closest("[data-ask]");
  return list.findIndex((stop) => ask !== null && stop.closest("[data-ask]") === ask);
}

function go(target, step) {
  const list = allStops();
  const next = list[Math.min(Math.max(at(target, list) + step, 0), list.length - 1)];
  next.focus({ preventScroll: true });
  if (next.matches("input[type=text], textarea, input:not([type])")) next.select();
  (next.closest("[data-ask]") ?? next).scrollIntoView({ block: "center" });
}

function give(choice) {
  const ask = choice.closest("[data-ask]");
  if (choice.type === "radio") choice.checked = true;
  else choice.checked = !choice.checked;
  if (choice.type === "checkbox" && ask.matches("fieldset")) choice.focus();
  else go(choice, 1);
}

function empty(ask) {
  for (const choice of ask.querySelectorAll(CHOICES)) choice.checked = false;
}

form.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const ask = target.closest("[data-ask]");
  if (!ask || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (key === "Enter") {
    event.preventDefault();
    go(target, event.shiftKey ? -1 : 1);
    return;
  }
  const isChoice = target.matches(CHOICES);
  const takesKeys = isChoice || (target.matches("[inputmode=numeric]") && /^[a-z]$/i.test(key));
  const choice = takesKeys && ask.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
  if (choice) {
    event.preventDefault();
    give(choice);
  } else if (isChoice && (key === "Delete" || key === "Backspace")) {
    event.preventDefault();
    empty(ask);
  }
});

const wrong = form.querySelector(".wrong");
(wrong ? stops(wrong)[0] : allStops()[0]).focus();
