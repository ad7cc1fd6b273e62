// Decides on answers as the server does (questionnaires/checking.py, reading.py, routing.py), by the rules that the form
// carries. A difference would be a fault: tests compare both on made-up instruments and answers.

const SKIPPED = -1;
const NOT_ASKED = -2;
const OTHER_LENGTH = 200;
const UNKNOWN_SHOWN = 20;
// What Python takes for white space: with the four separators and NEL, without the byte order mark.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ALL_SPACE = new RegExp(`^${SPACE}*$`);
const BEFORE = new RegExp(`^${SPACE}+`);
const LAST = new RegExp(SPACE);
const UNSTORABLE = /[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]/u;
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;
const SENT_DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TYPED_DAY = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/;
const WHOLE_NUMBER = /^-?[0-9]{1,9}$/;

class Refused extends Error {
  constructor(kind, limit = null) {
    super(kind);
    this.kind = kind;
    this.limit = limit;
  }
}

// By kind of value: the non-empty raw values of a question become its answer, or are refused.
const READERS = {
  one({ of }, raw) {
    const value = single(raw);
    if (!Object.hasOwn(of, value)) throw new Refused("not_an_option");
    return of[value];
  },
  some({ of, most }, raw) {
    const chosen = new Set(raw);
    if (![...chosen].every((value) => of.includes(value))) throw new Refused("not_an_option");
    if (most !== null && chosen.size > most) throw new Refused("too_many", most);
    return of.filter((value) => chosen.has(value));
  },
  ranking({ of, most }, raw) {
    if (!raw.every((value) => of.includes(value))) throw new Refused("not_an_option");
    if (raw.length > most) throw new Refused("too_many", most);
    if (new Set(raw).size < raw.length) throw new Refused("named_twice");
    return raw;
  },
  day({ earliest, latest }, raw) {
    const day = calendarDay(strip(single(raw)));
    if (day === null) throw new Refused("not_a_day");
    if (earliest !== null && day < earliest) throw new Refused("too_early", earliest);
    if (latest !== null && day > latest) throw new Refused("too_late", latest);
    return day;
  },
  number({ minimum, maximum, percent }, raw) {
    let typed = strip(single(raw));
    if (percent && typed.endsWith("%")) typed = stripEnd(typed.slice(0, -1));
    if (!WHOLE_NUMBER.test(typed)) throw new Refused("not_a_number");
    const value = Number(typed);
    if (value < minimum) throw new Refused("out_of_range", minimum);
    if (value > maximum) throw new Refused("out_of_range", maximum);
    return value;
  },
  text({ longest }, raw) {
    const typed = single(raw);
    if (length(typed) > 8 * longest) throw new Refused("too_long", longest);
    let text = typed.replace(/\r\n?/g, "\n");
    if (UNSTORABLE.test(text)) throw new Refused("bad_text");
    text = strip(text.normalize("NFC"));
    if (length(text) > longest) throw new Refused("too_long", longest);
    return text;
  },
};

function single(raw) {
  if (raw.length > 1) throw new Refused("several_values");
  return raw[0];
}

function length(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const strip = (text) => stripEnd(text.replace(BEFORE, ""));

function stripEnd(text) {
  let end = text.length;
  while (end > 0 && LAST.test(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

// The day as 2026-11-25, from what browsers send or people write; null for what is none.
export function calendarDay(typed) {
  const sent = SENT_DAY.exec(typed);
  const [year, month, day] = sent ? sent.slice(1) : (TYPED_DAY.exec(typed) ?? []).slice(1).reverse();
  if (year === undefined || year === "0000" || month < 1 || month > 12) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = Number(month) === 2 ? 28 + leap : [4, 6, 9, 11].includes(Number(month)) ? 30 : 31;
  if (day < 1 || day > last) return null;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

// `submitted`: raw values by field. `dropNotAsked`: the respondent agreed to leave out what no longer applies.
export function check(rules, submitted, dropNotAsked = false) {
  const run = { rules, submitted, dropNotAsked, values: Object.create(null), states: Object.create(null), faults: [] };
  for (const step of rules.steps) take(run, step);
  refuseUnknown(run);
  const { values, states, faults } = run;
  if (!rules.ratings.some((code) => code in values)) faults.push({ question: "", kind: "nothing_answered", limit: null });
  return { answers: faults.length ? null : { values, states }, faults, values };
}

function take(run, step) {
  const raw = filled(run, step.code);
  if (!isAsked(run.rules, step, run.values)) {
    run.states[step.code] = NOT_ASKED;
    leaveOut(run, step.code, raw);
  } else if (!raw.length) {
    run.states[step.code] = SKIPPED;
    if (step.required) run.faults.push({ question: step.code, kind: "required", limit: null });
  } else if (raw.length === 1 && Object.hasOwn(step.states, raw[0])) {
    run.states[step.code] = step.states[raw[0]];
  } else {
    read(run, step.code, step.value, raw);
  }
  if (step.other) takeOther(run, step);
}

function takeOther(run, step) {
  const raw = filled(run, step.other);
  const chosen = [run.values[step.code] ?? []].flat();
  if (!chosen.some((value) => step.specify.includes(value))) leaveOut(run, step.other, raw);
  else if (raw.length) read(run, step.other, { kind: "text", longest: OTHER_LENGTH }, raw);
}

function read(run, field, value, raw) {
  try {
    run.values[field] = READERS[value.kind](value, raw);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    run.faults.push({ question: field, kind: refused.kind, limit: refused.limit });
  }
}

function leaveOut(run, field, raw) {
  if (raw.length && !run.dropNotAsked) run.faults.push({ question: field, kind: "not_asked", limit: null });
}

const filled = ({ submitted }, field) => (
  Object.hasOwn(submitted, field) ? submitted[field].filter((value) => !ALL_SPACE.test(value)) : []);

function refuseUnknown({ rules, submitted, faults }) {
  const fields = new Set(rules.steps.flatMap((step) => [step.code, step.other]).filter(Boolean));
  const unknown = Object.keys(submitted).filter((field) => !fields.has(field)).sort(byCodePoint);
  for (const field of unknown.slice(0, UNKNOWN_SHOWN)) {
    const shown = [...field].slice(0, 80).join("").replace(UNPRINTABLE, "?");
    faults.push({ question: shown, kind: "unknown_question", limit: null });
  }
}

function byCodePoint(one, other) {
  const [left, right] = [[...one], [...other]];
  const place = left.findIndex((letter, index) => letter !== right[index]);
  if (place < 0) return left.length - right.length;
  return place < right.length ? left[place].codePointAt(0) - right[place].codePointAt(0) : 1;
}

// The codes in order. A value of a question that is itself not asked opens nothing.
export function questionsAsked(rules, values) {
  const seen = Object.create(null);
  const asked = [];
  for (const step of rules.steps) {
    if (!isAsked(rules, step, seen)) continue;
    asked.push(step.code);
    if (Object.hasOwn(values, step.code)) seen[step.code] = values[step.code];
  }
  return asked;
}

const isAsked = (rules, { shown }, seen) => shown === null || (shown !== false && holds(rules, shown, seen));

function holds(rules, condition, seen) {
  if ("question" in condition) return isOneOf(seen[condition.question], condition.any_of);
  if ("number" in condition) return isWithin(seen[condition.number], condition);
  if ("any_rated" in condition) return rules.items.some((code) => condition.any_rated.includes(seen[code]));
  if ("all_of" in condition) return condition.all_of.every((part) => holds(rules, part, seen));
  return condition.any_of.some((part) => holds(rules, part, seen));
}

const isOneOf = (value, wanted) => (Array.isArray(value) ? value : [value]).some((one) => wanted.includes(one));

const isWithin = (value, { at_least: low = -Infinity, at_most: high = Infinity }) => (
  typeof value === "number" && value >= low && value <= high);

// The content of a response, to the byte as `Answers.canonical_json` writes it.
export function canonicalJson({ values, states }) {
  return JSON.stringify({ states: inOrder(states), values: inOrder(values) });
}

// No code looks like an array's index, so the order of the keys is the order in which they are put in.
function inOrder(mapping) {
  const ordered = Object.create(null);
  for (const name of Object.keys(mapping).sort()) ordered[name] = mapping[name];
  return ordered;
}
