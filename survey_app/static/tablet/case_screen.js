// One case: how an interview with it begins, and what is noted where there is none. Practice begins here too.

import { attemptsOf, chosen, correctCount, formsFor, isDone, isOutsideOf, keepCount, localDay, partOfDay, stateOf, today } from "./cases.js";
import { begin, noteAttempt } from "./drafts.js";
import { fill, list, piece, show, announce } from "./screens.js";
import { isFull } from "./store.js";
import { draftRow } from "./today_screen.js";
import { drafts, keepDraft } from "./vault.js";
import { day, language, otherLanguage, say, sayKind } from "./words.js";

export async function showCase(app, id) {
  const one = app.work.cases.find((each) => each.id === Number(id));
  if (!one) return app.go("today");
  const wave = app.work.waves.find((each) => each.slug === one.wave);
  const [now, begun] = await Promise.all([today(app.db), draftsOf(app, one)]);
  const page = piece("case", textsOf(app, one, wave, now, begun), {
    visit: () => start(app, one, wave, "tablet"),
    phone: () => start(app, one, wave, "phone"),
    hand: () => start(app, one, wave, "tablet", true),
    count: (form) => count(app, one, page, new FormData(form).get("eligible"), keepCount),
    recount: (form) => count(app, one, page, new FormData(form).get("corrected"), correctCount),
    attempt: (form) => note(app, one, page, new FormData(form)),
  });
  const attempts = attemptsOf(one, app.work.notes);
  list(page, "drafts", begun.map(draftRow));
  list(page, "attempts", attempts.map((each) => piece("attempt", { text: attemptText(each) })));
  fill(page, { no_attempts: attempts.length === 0 });
  show(page);
}

const draftsOf = async (app, one) => (await drafts(app.db, app.key)).filter((draft) => draft.case === one.id);

function textsOf(app, one, wave, now, begun) {
  const done = isDone(one, app.work.notes);
  const shut = wave.state === "open" ? null : say(`wave.${wave.state}`);
  return {
    title: say("case", { number: one.number }),
    survey: wave.survey[language()],
    unit: one.unit.name,
    psu: one.psu,
    has_respondent: Boolean(one.respondent_type),
    respondent: one.respondent_type ? sayKind("respondent", one.respondent_type, "other") : "",
    has_day: Boolean(one.planned_day),
    day: day(one.planned_day),
    state: say(`outcome.${stateOf(one, app.work.notes)}`),
    reinterview: one.reinterview,
    closed: done ? say("case_done") : (shut ?? (isOutsideOf(wave, now) ? say("wave.outside", daysOf(wave)) : null)),
    open: !done && !shut,
    has_drafts: begun.length > 0,
    ...whomToAsk(chosen(one, app.work.counts), begun),
  };
}

function whomToAsk(found, begun = []) {
  const person = found ? say(found.eligible === 1 ? "person.one" : "person.many", found) : null;
  const correctable = Boolean(found?.correctable) && begun.length === 0;
  const corrected = found?.first ? say("person.corrected", found) : null;
  return { correctable, corrected, household: found !== undefined, chosen: Boolean(found), person, uncounted: found === null, ready: found !== null };
}

async function count(app, one, page, typed, keep) {
  const eligible = /^\d+$/.test(typed.trim()) ? Number(typed) : 0;
  const wrong = eligible < 1 || eligible > one.persons.length;
  fill(page, { count_fault: wrong ? say("count_wrong") : null });
  if (wrong) return page.querySelector(keep === keepCount ? '[name="eligible"]' : '[name="corrected"]').focus();
  try {
    app.work.counts = await keep(app.db, app.key, one, eligible);
  } catch (error) {
    return fill(page, { count_fault: notSaved(error) });
  }
  announce(whomToAsk(chosen(one, app.work.counts)).person);
  app.draw();
}

const notSaved = (error) => say(isFull(error) ? "not_saved.full" : "not_saved.other", { detail: String(error) });

const daysOf = (wave) => ({ from: day(wave.opens_on), to: day(wave.closes_on) });

const attemptText = (one) =>
  `${day(one.day)}, ${say(`part.${one.part}`)} · ${say(`channel.${one.channel}`)} · ${say(`outcome.${one.outcome}`)}`;

async function start(app, one, wave, mode, handed = false) {
  const forms = formsFor(wave, mode, one.unit.type);
  const calls = attemptsOf(one, app.work.notes).filter((each) => each.channel === "call").length;
  const { eligible, first } = chosen(one, app.work.counts) ?? {};
  await open(app, begin({ one, wave, mode, forms, calls, eligible, first, language: inLanguage(forms) }), handed);
}

const inLanguage = (forms) => (language() in forms ? language() : otherLanguage());

async function open(app, draft, handed = false) {
  await keepDraft(app.db, app.key, draft);
  if (handed) app.handed = draft.id;
  app.go(`interview/${draft.id}`);
}

async function note(app, one, page, sent) {
  const outcome = sent.get("outcome");
  const channel = sent.get("channel");
  fill(page, { channel_fault: channel ? null : say("choose_channel"), fault: outcome ? null : say("choose_outcome") });
  if (!channel || !outcome) return page.querySelector(`[name="${channel ? "outcome" : "channel"}"]`).focus();
  const now = Date.now();
  const attempt = { outcome, channel, day: localDay(now), part: partOfDay(now) };
  try {
    const { notes } = await noteAttempt({ ...app, notes: app.work.notes }, one, attempt, now);
    app.work.notes = notes;
  } catch (error) {
    return fill(page, { fault: notSaved(error) });
  }
  announce(say("attempt_noted"));
  app.sync.now();
  app.draw();
}

export async function showPractice(app) {
  const waves = app.work.waves.filter((wave) => wave.forms.length);
  const page = piece("practice");
  list(page, "waves", waves.map((wave) => {
    const { mode, unit_type: unitType } = wave.forms.find((form) => form.mode === "tablet") ?? wave.forms[0];
    const forms = formsFor(wave, mode, unitType);
    const row = piece("row", { title: wave.survey[language()], state: "", more: wave.name[language()] });
    row.querySelector("a").href = "#practice";
    row.addEventListener("click", (event) => {
      event.preventDefault();
      open(app, begin({ wave, mode, forms, language: inLanguage(forms), practice: true }));
    });
    return row;
  }));
  show(page);
}
