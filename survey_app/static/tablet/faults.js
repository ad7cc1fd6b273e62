// What is wrong with answers, in the words that the form carries: beside the questions, and in a list above them.

const OTHER = "__other";
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

export const questionOf = (fault) => (fault.question.endsWith(OTHER) ? fault.question.slice(0, -OTHER.length) : fault.question);

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function words(form, { kind, limit }) {
  return form.faults[kind].replace("{limit}", () => String(limit).replace(DAY, "$3/$2/$1"));
}

// One sentence after the other, by question; "" for what belongs to none.
export function byQuestion(form, faults, known) {
  const beside = new Map();
  for (const fault of faults) {
    const question = known.has(questionOf(fault)) ? questionOf(fault) : "";
    const said = beside.get(question) ?? new Set();
    beside.set(question, said.add(words(form, fault)));
  }
  return beside;
}

export function mark(question, sentences) {
  unmark(question);
  const code = question.id.slice(2);
  const said = element("p", { className: "error", id: `e-${code}` }, [...sentences].join(" "));
  (question.querySelector(".hint") ?? question.querySelector("legend, .legend")).after(said);
  question.classList.add("fault");
  describe(question, (ids) => [...ids, said.id]);
}

export function unmark(question) {
  const said = question.querySelector(".error");
  if (!said) return;
  question.classList.remove("fault");
  describe(question, (ids) => ids.filter((id) => id !== said.id));
  said.remove();
}

function describe(question, change) {
  const described = question.matches("fieldset") ? question : question.querySelector("[type=text], [type=date], textarea");
  const ids = change(described.getAttribute("aria-describedby")?.split(" ") ?? []);
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
}

// The list above the questions; `numbers` in the order on the screen, `drop` leaves out what no longer applies.
export function summary(form, beside, { numbers, toQuestion, drop }) {
  const lines = [...beside].sort(([one], [other]) => (numbers.get(one) ?? 0) - (numbers.get(other) ?? 0));
  const items = lines.flatMap(([code, sentences]) => [...sentences].map((said) => element("li", {}, ...line(code, said))));
  const made = element("div", { className: "summary", tabIndex: -1, role: "alert" },
    element("h2", {}, form.texts.not_done), element("p", {}, form.texts.look), element("ul", {}, ...items));
  if (drop) {
    const button = element("button", { type: "button", textContent: form.texts.drop, onclick: drop });
    made.append(element("p", {}, form.texts.not_asked), button);
  }
  return made;

  function line(code, said) {
    if (!numbers.has(code)) return [said];
    const number = form.texts.question.replace("{number}", numbers.get(code));
    const onclick = (event) => { event.preventDefault(); toQuestion(code); };
    return [element("a", { href: `#q-${code}`, textContent: number, onclick }), `: ${said}`];
  }
}
