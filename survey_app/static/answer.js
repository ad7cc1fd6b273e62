// Comfort on the citizen's page: one part at a time, live conditions, clearing a choice, a draft on the phone until sent.
// Sending, checking and the choice of language are the plain form's and the server's.

const DAY = 24 * 60 * 60 * 1000;
const form = document.querySelector("form[data-next]");
const sent = document.querySelector("[data-sent]");

// In-app browsers may refuse storage: then there is no draft, and everything else works.
const drafts = {
  read(key) {
    try {
      const draft = JSON.parse(localStorage.getItem(key));
      return draft?.token && Date.now() - draft.at < DAY ? draft : null;
    } catch {
      return null;
    }
  },
  write(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch { /* see above */ }
  },
};

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Otherwise than the server drew it.
function isChanged(control) {
  if (control.matches("[type=radio], [type=checkbox]")) return control.checked !== control.defaultChecked;
  if (control.matches("select")) return control.value !== "" && !control.selectedOptions[0].defaultSelected;
  return control.value !== control.defaultValue;
}

function fillIn(form) {
  const address = form.getAttribute("action");  // `form.action` would be the field of a question that is called so.
  const key = new URL(address, location).pathname;
  const token = form.elements.token;
  const text = form.dataset;
  const page = Number(text.page);
  const pages = Number(text.pages);
  const formulas = text.if.split(",").map((formula) => formula && formula.split("_").map((term) => term.split(".")));
  const parts = [...form.querySelectorAll(".part")];
  const questions = [...form.querySelectorAll(".q")];
  const notice = form.querySelector(".notice");
  const summary = form.querySelector(".summary");
  const send = form.querySelector(".send");
  const sendButtons = [...send.children];
  const toPageBefore = send.querySelector("[name=_go]:not(.main)");
  const bar = element("progress", { max: parts.length * pages });
  const count = element("span");
  const back = element("button", { type: "button", textContent: text.back, onclick: () => go(near(-1)) });
  const next = element("button", { type: "button", className: "main", textContent: text.next, onclick: goOn });
  const shared = "shared" in text;  // A kiosk: nothing is left for the next person.
  const draft = shared ? null : drafts.read(key);
  let step = 0;
  let busy = false;

  // A gate is open from the start, by what the pages before say, or by a choice. The stylesheet goes by the same formulas.
  const open = (gate) => form.classList.contains(`o${gate}`) || form.querySelector(`.o${gate}:checked`) !== null;

  function route() {
    const holds = formulas.map((terms) => terms && terms.some((term) => term.every(open)));
    for (const question of questions) {
      const behind = /\bs(\d+)\b/.exec(question.className);
      question.hidden = behind !== null && !holds[behind[1] - 1] && !question.classList.contains("fault");
    }
  }

  // What stands in one place of a ranking is not offered in another.
  function offerOnce() {
    for (const select of form.querySelectorAll(".rank select")) {
      const others = [...select.closest(".q").querySelectorAll("select")].filter((other) => other !== select);
      const taken = others.map((other) => other.value).filter(Boolean);
      for (const option of select.options) option.disabled = taken.includes(option.value);
    }
  }

  const asks = (part) => part.querySelector(".q:not([hidden])") !== null;

  function near(direction) {
    let found = step + direction;
    while (parts[found] && !asks(parts[found])) found += direction;
    return parts[found] ? found : step;
  }

  function show(wanted) {
    step = Math.max(Math.min(wanted, parts.length - 1), 0);
    parts.forEach((part, index) => { part.hidden = index !== step; });
    const last = near(1) === step;
    back.hidden = near(-1) === step;
    next.hidden = last;
    for (const button of sendButtons) button.hidden = button === toPageBefore ? !back.hidden : !last;
    if (notice) notice.hidden = step > 0;
    form.classList.toggle("later", step > 0 || page > 1);
    bar.value = (page - 1) * parts.length + step + 1;
    count.textContent = pages > 1 ? "" : `${step + 1}/${parts.length}`;
    bar.setAttribute("aria-label", count.textContent || form.querySelector(".page").textContent);
  }

  const answered = (question) => [...question.querySelectorAll("[name]")].some((control) => (
    control.matches("[type=radio], [type=checkbox]") ? control.checked : control.value.trim()));

  // What the server would say at the end is said at the part where it is missing, in the same words.
  function goOn() {
    const missing = [...parts[step].querySelectorAll(".needed:not([hidden])")].filter((question) => !answered(question));
    if (!missing.length) return go(near(1));
    missing.forEach(ask);
    missing[0].scrollIntoView();
    missing[0].querySelector("input, textarea, select").focus({ preventScroll: true });
  }

  function ask(question) {
    if (question.querySelector(".error")) return;
    const said = element("p", { className: "error now", id: question.id.replace("q-", "e-") }, text.needed);
    (question.querySelector(".hint") ?? question.querySelector("legend, .legend")).after(said);
    question.classList.add("missing");
    describe(question, (ids) => [...ids, said.id]);
  }

  function stopAsking(question) {
    const said = question.querySelector(".error.now");
    if (!said || !answered(question)) return;
    question.classList.remove("missing");
    describe(question, (ids) => ids.filter((id) => id !== said.id));
    said.remove();
  }

  function describe(question, change) {
    const described = question.matches("fieldset") ? question : question.querySelector("[type=text], [type=date], textarea");
    const ids = described.getAttribute("aria-describedby")?.split(" ") ?? [];
    described.setAttribute("aria-describedby", change(ids).join(" "));
  }

  function go(wanted) {
    show(wanted);
    save("pushState");
    scrollTo(0, 0);
    parts[step].querySelector("h2").focus({ preventScroll: true });
  }

  // What is no answer: the token, the page.
  const own = (name) => name.startsWith("_") || name.endsWith("token");

  // The token goes with the draft and with the entry of the history: after a reload or Back the answers still count once.
  // The entry of a later page is what was posted, as long as we do not touch it: without a draft it alone has the answers.
  function save(entry = "replaceState") {
    const data = [...new FormData(form)].filter(([name, value]) => value && !own(name));
    const draft = { at: Date.now(), page, step, token: token.value, data };
    const kept = data.length > 0 && !shared && drafts.write(key, draft);
    const shown = "typed" in text ? address : "";  // So that language and print outlive a reload.
    if (page === 1 || shared || kept) history[entry]({ page, step, token: token.value }, "", shown);
  }

  // Whether the draft was left on a later page than the one that the server gives to everybody.
  const onward = () => !("typed" in text) && draft?.page > page;

  function restore() {
    const left = {};
    for (const [name, value] of draft.data) (left[name] ??= []).push(value);
    const controls = [...form.querySelectorAll("[name]:not([type=hidden], button)")];
    // A question that somebody answered before this script arrived stands as it is; what the browser brought back is
    // older than the draft.
    const isOpened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
    const newer = new Set(isOpened ? controls.filter(isChanged).map((control) => control.name) : []);
    const older = controls.filter((control) => !newer.has(control.name));
    const ticked = older.filter((control) => control.matches("[type=radio], [type=checkbox]"));
    for (const control of ticked) {
      const place = left[control.name]?.indexOf(control.value) ?? -1;
      control.checked = place >= 0;
      if (place >= 0) left[control.name].splice(place, 1);
    }
    for (const control of older) if (!ticked.includes(control)) control.value = left[control.name]?.shift() ?? "";
    if (pages > 1) carry(left, new Set(controls.map((control) => control.name)));
    token.value = draft.token;
    const anew = element("button", { type: "button", textContent: text.anew, onclick: startAnew });
    const goOnward = element("button", { name: "_go", value: draft.page, textContent: text.goon });
    const buttons = onward() ? [goOnward, anew] : [anew];
    form.querySelector("h1").after(element("div", { className: "restored", role: "status" }, text.restored, ...buttons));
  }

  // Back and reload ask for the form anew; the entry of the history knows which page was meant.
  function turnTo(wanted) {
    const button = element("button", { name: "_go", value: wanted, hidden: true });
    form.append(button);
    form.requestSubmit(button);
  }

  // The answers of the other pages travel as they would have from there.
  function carry(answers, here) {
    for (const [name, values] of Object.entries(answers)) {
      if (here.has(name)) continue;
      form.append(...values.map((value) => element("input", { type: "hidden", name, value })));
    }
  }

  function startAnew() {
    drafts.drop(key);
    form.reset();
    history.replaceState(null, "");
    location.replace(address);
  }

  // The button stands in the row of the choice, so that nothing moves under the finger when it appears.
  function offerToClear() {
    for (const button of form.querySelectorAll(".undo")) button.remove();
    for (const chosen of form.querySelectorAll("[type=radio]:checked")) {
      const clear = element("button", { type: "button", className: "undo", textContent: "✕", title: text.undo });
      clear.setAttribute("aria-label", text.undo);
      clear.onclick = () => {
        chosen.checked = false;
        chosen.focus();
        chosen.dispatchEvent(new Event("change", { bubbles: true }));
      };
      chosen.parentElement.after(clear);
    }
  }

  function refresh() {
    route();
    offerOnce();
    questions.forEach(stopAsking);
    offerToClear();
    show(step);
  }

  function toQuestion(event) {
    const link = event.target.closest(".summary a");
    if (!link) return;
    event.preventDefault();
    const question = document.getElementById(link.hash.slice(1));
    show(parts.indexOf(question.closest(".part")));
    question.scrollIntoView();
    question.querySelector("input, textarea, select").focus({ preventScroll: true });
  }

  function begin() {
    const faulty = parts.findIndex((part) => part.querySelector(".fault"));
    const here = shared ? {} : history.state ?? {};
    if (!("typed" in text)) {
      if (draft) restore();
      if (here.token) token.value = here.token;
      if (draft && here.page > page) return turnTo(here.page);
    }
    send.prepend(back);
    send.append(next);
    (parts[0] ?? send).before(element("div", { className: "progress" }, bar, count));
    refresh();
    show(faulty >= 0 ? faulty : here.step ?? (draft?.page === page ? draft.step : 0));
    if (summary) summary.focus();
    // Who came back to the first page may still go on at the later one: only an answer makes the draft anew.
    if (!onward()) save();
  }

  begin();
  form.addEventListener("change", () => { refresh(); save(); });
  form.addEventListener("input", () => save());
  form.addEventListener("click", toQuestion);
  form.addEventListener("submit", (event) => {
    if (busy) event.preventDefault();
    busy = true;
    setTimeout(() => { busy = false; }, 5000);
  });
  addEventListener("popstate", (event) => show(event.state?.step ?? 0));
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && shared) return startAnew();
    busy = false;
    refresh();
    // By now the browser has brought back what it kept. A form whose answers are gone begins at its beginning.
    if (!persisted && !draft && !("typed" in text) && !questions.some(answered)) show(0);
  });
}

if (sent) drafts.drop(sent.dataset.sent);
if (form) fillIn(form);
