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
      return draft && Date.now() - draft.at < DAY ? draft : null;
    } catch {
      return null;
    }
  },
  write(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
    } catch { /* see above */ }
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

function fillIn(form) {
  const key = new URL(form.action).pathname;
  const token = form.elements.token;
  const text = form.dataset;
  const parts = [...form.querySelectorAll(".part")];
  const questions = [...form.querySelectorAll(".q")];
  const notice = form.querySelector(".notice");
  const summary = form.querySelector(".summary");
  const send = form.querySelector(".send");
  const sendButtons = [...send.children];
  const bar = element("progress", { max: parts.length });
  const count = element("span");
  const back = element("button", { type: "button", textContent: text.back, onclick: () => go(near(-1)) });
  const next = element("button", { type: "button", className: "main", textContent: text.next, onclick: goOn });
  const shared = "shared" in text;  // A kiosk: nothing is left for the next person.
  const draft = shared ? null : drafts.read(key);
  let step = 0;
  let busy = false;

  // A question behind gates is shown when each of them is opened by an answer to a question that is itself shown.
  function route() {
    for (const question of questions) {
      const gates = [...question.classList].filter((name) => /^s\d+$/.test(name));
      const open = gates.every((gate) => form.querySelector(`.q:not([hidden]) .o${gate.slice(1)}:checked`));
      question.hidden = !open && !question.classList.contains("fault");
    }
  }

  const asks = (part) => part.querySelector(".q:not([hidden])") !== null;

  function near(direction) {
    let found = step + direction;
    while (parts[found] && !asks(parts[found])) found += direction;
    return parts[found] ? found : step;
  }

  function show(wanted) {
    step = Math.min(Math.max(wanted, 0), parts.length - 1);
    parts.forEach((part, index) => { part.hidden = index !== step; });
    const last = near(1) === step;
    back.hidden = near(-1) === step;
    next.hidden = last;
    for (const button of sendButtons) button.hidden = !last;
    if (notice) notice.hidden = step > 0;
    form.classList.toggle("later", step > 0);
    bar.value = step + 1;
    count.textContent = `${step + 1}/${parts.length}`;
    bar.setAttribute("aria-label", count.textContent);
  }

  const answered = (question) => [...question.querySelectorAll("[name]")].some((control) => (
    control.matches("[type=radio], [type=checkbox]") ? control.checked : control.value.trim()));

  // What the server would say at the end is said at the part where it is missing, in the same words.
  function goOn() {
    const missing = [...parts[step].querySelectorAll(".needed:not([hidden])")].filter((question) => !answered(question));
    if (!missing.length) return go(near(1));
    missing.forEach(ask);
    missing[0].scrollIntoView();
    missing[0].querySelector("input, textarea").focus({ preventScroll: true });
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
    const described = question.matches("fieldset") ? question : question.querySelector("[type=text], textarea");
    const ids = described.getAttribute("aria-describedby")?.split(" ") ?? [];
    described.setAttribute("aria-describedby", change(ids).join(" "));
  }

  function go(wanted) {
    show(wanted);
    save();
    history.pushState({ step, token: token.value }, "");
    scrollTo(0, 0);
    parts[step].querySelector("h2").focus({ preventScroll: true });
  }

  // The token goes with the draft and with the entry of the history: after a reload or Back the answers still count once.
  function save() {
    const data = [...new FormData(form)].filter(([, value]) => value);
    if (data.length > 1 && !shared) drafts.write(key, { at: Date.now(), step, data });
    history.replaceState({ step, token: token.value }, "");
  }

  function restore() {
    const answers = draft.data.filter(([name]) => name !== "token");
    for (const control of form.querySelectorAll("[name]:not([name=token], button)")) {
      const values = answers.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
    token.value = draft.data.find(([name]) => name === "token")[1];
    const anew = element("button", { type: "button", textContent: text.anew, onclick: startAnew });
    form.querySelector("h1").after(element("div", { className: "restored", role: "status" }, text.restored, anew));
  }

  function startAnew() {
    drafts.drop(key);
    form.reset();
    history.replaceState(null, "");
    location.replace(form.action);
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
    question.querySelector("input, textarea").focus({ preventScroll: true });
  }

  function begin() {
    const faulty = parts.findIndex((part) => part.querySelector(".fault"));
    const here = shared ? {} : history.state ?? {};
    if (!("typed" in text)) {
      if (draft) restore();
      if (here.token) token.value = here.token;
    }
    send.prepend(back);
    send.append(next);
    parts[0].before(element("div", { className: "progress" }, bar, count));
    refresh();
    show(faulty >= 0 ? faulty : here.step ?? draft?.step ?? 0);
    if (summary) summary.focus();
    save();
  }

  begin();
  form.addEventListener("change", () => { refresh(); save(); });
  form.addEventListener("input", save);
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
  });
}

if (sent) drafts.drop(sent.dataset.sent);
if (form) fillIn(form);
