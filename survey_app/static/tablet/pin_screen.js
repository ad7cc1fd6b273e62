// The PIN: opens the tablet, or takes it back from a respondent.

import { changePin, draftsThatWouldBeLost, openWithPin, waitForPin } from "./identity.js";
import { faultOf, showEnrol } from "./enrol_screen.js";
import { askToPersist } from "./room.js";
import { announce, fill, piece, show } from "./screens.js";
import { isFull } from "./store.js";
import { say } from "./words.js";

export async function showPin(app) {
  const opened = async (key) => {
    app.thanks = false;
    await app.open(key);
    await askToPersist();
    app.draw();
    app.sync.now();
  };
  const page = await pinPage(app, { title: say("pin.locked"), back: false, thanks: Boolean(app.thanks) }, opened);
  show(page);
  page.querySelector("input").focus();
}

// The respondent has the tablet; the right PIN gives it back to the officer, "back" to the respondent.
export async function showHandBack(app, { opened, back }) {
  const page = await pinPage(app, { title: say("pin.officer"), back: true, thanks: false }, opened, back);
  fill(page, { counts: null, officer: null });
  page.querySelector('[data-do="forgot"]').hidden = true;
  show(page);
  page.querySelector("input").focus();
}

async function pinPage(app, texts, opened, back) {
  const actions = { open: () => tryPin(app, page, opened), back, forgot: () => showForgot(app) };
  const page = piece("pin", { ...texts, officer: app.device.officer, counts: await countsText(app) }, clean(actions));
  return page;
}

const clean = (actions) => Object.fromEntries(Object.entries(actions).filter(([, act]) => act));

async function countsText(app) {
  const { unsent, sent, waiting } = await app.counts();
  const said = [["pin.unsent", unsent + sent], ["pin.waiting", waiting]].filter(([, n]) => n).map(([word, n]) => say(word, { n }));
  const damaged = app.damaged.map((one) => say(`damaged.${one.what}`, { seq: one.seq }));
  return [...damaged, ...said].join(" ");
}

async function tryPin(app, page, opened) {
  const input = page.querySelector("input");
  const pin = input.value;
  input.value = "";
  fill(page, { fault: null });
  const before = await waitForPin(app.db);
  const key = before ? null : await openWithPin(app.db, pin);
  if (key) return opened(key);
  fill(page, { fault: await whyNotOpen(app) });
  input.focus();
}

export async function showChangePin(app) {
  const page = piece("change-pin", {}, { change: () => change(app, page) });
  show(page);
}

async function change(app, page) {
  const inputs = [...page.querySelectorAll("input")];
  const [old, pin, again] = inputs.map((input) => input.value);
  const fault = faultOf(pin, again);
  fill(page, { fault: fault && say(fault) });
  if (fault) return inputs[1].focus();
  const before = await openWithPin(app.db, old);
  if (!before) {
    fill(page, { fault: await whyNotOpen(app) });
    return inputs[0].focus();
  }
  try {
    app.key = await changePin(app.db, before, pin);
  } catch (error) {
    return fill(page, { fault: say(isFull(error) ? "not_saved.full" : "not_saved.other", { detail: String(error) }) });
  }
  app.go("storage");
  announce(say("pin.changed"));
}

async function whyNotOpen(app) {
  const wait = await waitForPin(app.db);
  return wait ? say("pin.wait", { seconds: Math.ceil(wait / 1000) }) : say("pin.wrong");
}

async function showForgot(app) {
  const lost = await draftsThatWouldBeLost(app.db);
  const actions = { back: () => app.draw(), enrol: () => showEnrol(app) };
  const texts = { lost: say(lost ? "drafts_lost" : "drafts_none", { n: lost }), counts: await countsText(app) };
  show(piece("forgot", texts, actions));
}
