// Big faces above the words of a scale, for who reads little: drawn of lines in one colour, all of one size, so that
// none is offered more than another. The words stay.

const SVG = "http://www.w3.org/2000/svg";
const THREE = { dissatisfied: -2, satisfied: 1, very_satisfied: 2 };

// How far the corners of the mouth go up, by value; nothing where the question is no scale of satisfaction.
function moods({ value }) {
  if (value.kind !== "one") return null;
  const values = Object.keys(value.of);
  if (values.every((one) => one in THREE)) return THREE;
  return ["1", "2", "3", "4", "5"].every((level) => value.of[level] === Number(level)) ? { 1: -2, 2: -1, 3: 0, 4: 1, 5: 2 } : null;
}

export function addFaces(root, rules) {
  for (const step of rules.steps) {
    const question = root.querySelector(`[id="q-${CSS.escape(step.code)}"]`);
    const mood = question && moods(step);
    if (!mood) continue;
    question.classList.add("faces");
    for (const control of question.querySelectorAll("[type=radio]")) {
      if (control.value in mood) control.after(face(mood[control.value]));
      else control.parentElement.classList.add("faceless");
    }
  }
}

function face(mood) {
  const made = shape("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" });
  const end = 32 - 2 * mood;
  made.append(
    shape("circle", { cx: 24, cy: 24, r: 21 }),
    shape("path", { d: "M17 17v3M31 17v3" }),
    shape("path", { d: `M14 ${end}Q24 ${32 + 3 * mood} 34 ${end}` }),
  );
  return made;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
