// The first screen: what is to be done, what is begun, and how far the journal has come.

import { attemptsOf, grouped, isDone, stateOf, today as todayByOffice } from "./cases.js";
import { fill, list, piece, show } from "./screens.js";
import { setting } from "./store.js";
import { No, Trouble } from "./office.js";
import { drafts } from "./vault.js";
import { warnings } from "./warnings.js";
import { day, dayAndTime, language, say, sayKind, time } from "./words.js";

// Groups of so few cases stand open; those without a day do where the whole list is no longer than a screen or two.
const FEW = 5;
const MANY = 30;
const drawn = new WeakMap(); // What each list was last drawn from.
const STATES = ["unsent", "sent", "taken", "waiting", "dropped"];

export async function showToday(app) {
  const today = await todayByOffice(app.db);
  const page = piece("today", { officer: app.device.officer, day: day(today) }, {
    send: () => send(app),
    close: () => closeDay(app, page),
    practise: () => app.go("practice"),
  });
  await refresh(app, page, today);
  show(page);
  const follow = (event) => fill(page, { sync: syncText(event.detail) });
  const again = (event) => (follow(event), ["done", "stopped"].includes(event.detail.name) && refresh(app, page, today));
  addEventListener("synced", again);
  app.leave = async () => removeEventListener("synced", again);
}

async function refresh(app, page, today) {
  if (!app.key) return;
  const [found, synced, closed, begun] = await Promise.all([
    app.counts(), setting(app.db, "synced"), setting(app.db, "closed"), drafts(app.db, app.key),
  ]);
  if (!app.key) return;
  fill(page, Object.fromEntries(STATES.map((name) => [name, String(found[name])])));
  fill(page, {
    sync: syncText(app.sync.state),
    synced: synced ? say("last_sync", { at: dayAndTime(synced) }) : say("never_synced"),
    closed: closed ? say("closed_on", { day: day(closed.day) }) : null,
    has_drafts: begun.length > 0,
    practise: app.work.waves.length > 0,
  });
  listAnew(page, "warnings", await warnings(app));
  listAnew(page, "drafts", begun.map(draftRow));
  const groups = grouped(app.work.cases, app.work.notes);
  fill(page, { none: groups.length === 0 });
  const few = app.work.cases.length <= MANY;
  listAnew(page, "groups", [...groups.map((group) => groupPiece(group, app.work.notes, today, few)), ...doneHere(app.work)]);
}

// What says the same as last time stays: a row under a finger that is just pressing it, a group as it was opened.
function listAnew(page, name, items) {
  const into = page.querySelector(`[data-list="${name}"]`);
  const before = drawn.get(into) ?? [];
  const now = items.map((one) => one.outerHTML);
  const there = [...into.children];
  drawn.set(into, now);
  for (const old of there.slice(items.length)) old.remove();
  items.forEach((one, at) => {
    if (at >= there.length) return into.append(one);
    if (before[at] === now[at]) return;
    if (there[at].open && placeOf(there[at]) === placeOf(one)) one.open = true;
    there[at].replaceWith(one);
  });
}

const placeOf = (group) => group.querySelector("summary strong").textContent;

function row(where, texts) {
  const one = piece("row", texts);
  one.querySelector("a").href = `#${where}`;
  return one;
}

export function draftRow(draft) {
  const title = draft.practice ? say("draft.practice") : say("case", { number: draft.about.number });
  const more = `${draft.about.unit?.name ?? draft.about.survey[language()]} · ${say(`mode.${draft.mode}`)}`;
  return row(`interview/${draft.id}`, { title, state: say("draft.kept", { at: dayAndTime(Date.parse(draft.changed)) }), more });
}

function groupPiece(group, notes, today, few) {
  // The office takes what is done off the list, so "of all" would be wrong: what this tablet did is said as such.
  const done = group.cases.length - group.open;
  const count = say(done ? "group.count_done" : "group.count", { open: group.open, done });
  const one = piece("group", { place: `${group.unit.name} · ${group.psu}`, when: whenText(group, today), count });
  one.open = group.open > 0 && ((group.day ?? "") <= today && (group.day || few) || group.cases.length <= FEW);
  one.classList.toggle("late", Boolean(group.open && group.day && group.day < today));
  list(one, "cases", group.cases.map((each) => caseRow(each, notes, today)));
  return one;
}

function whenText({ day: planned, open }, today) {
  if (!open) return say("group.done");
  if (!planned) return say("group.no_day");
  if (planned === today) return say("group.today");
  return say(planned < today ? "group.late" : "group.planned", { day: day(planned) });
}

function caseRow(one, notes, today) {
  const done = isDone(one, notes);
  const tried = attemptsOf(one, notes).length;
  const planned = one.planned_day === today ? say("group.today") : day(one.planned_day);
  const more = [done ? "" : planned, tried ? say("tried", { n: tried }) : "", one.reinterview ? say("reinterview") : ""];
  const texts = { title: say("case", { number: one.number }), state: say(`outcome.${stateOf(one, notes)}`), more: more.filter(Boolean).join(" · ") };
  const drawn = row(`case/${one.id}`, texts);
  drawn.classList.toggle("done", done);
  return drawn;
}

// Interviews of the last days whose cases the office has closed since.
function doneHere({ cases, notes }) {
  const here = new Set(cases.map((one) => one.id));
  const done = notes.filter((note) => note.outcome === "complete" && !here.has(note.case));
  if (!done.length) return [];
  const one = piece("group", { place: say("group.done_here"), when: null, count: String(done.length) });
  list(one, "cases", done.map((note) => {
    const drawn = piece("row", { title: say("case", { number: note.number }), state: say("outcome.complete"), more: `${note.unit.name} · ${day(note.day)}` });
    drawn.querySelector("a").removeAttribute("data-link");
    return drawn;
  }));
  return [one];
}

export function syncText(state) {
  if (state.name === "sending") return state.left === null ? say("sync.asking") : say("sync.sending", { n: state.left });
  if (state.name === "waiting") return say("sync.waiting", { why: sayKind("trouble", state.kind), at: time(state.until) });
  if (state.name === "stopped") return say("sync.stopped");
  return state.name === "done" ? say("sync.done") : "";
}

const send = (app) => Promise.race([app.sync.now(), new Promise((go) => setTimeout(go, 300))]);

async function closeDay(app, page) {
  const state = await Promise.race([app.sync.now(), new Promise((go) => setTimeout(() => go({ name: "slow" }), 20_000))]);
  if (state.name !== "done") return fill(page, { closed: say("close.first_send") });
  try {
    const said = await app.sync.close();
    if (!said.equal) return fill(page, { closed: said.missing ? say("close.missing", { from: said.missing[0], to: said.missing[1] }) : say("close.differs") });
    fill(page, { closed: say(said.waiting ? "close.equal_waiting" : "close.equal", { day: day(said.day), n: said.waiting }) });
  } catch (error) {
    if (!(error instanceof Trouble || error instanceof No)) throw error;
    fill(page, { closed: say("close.first_send") });
  }
}
