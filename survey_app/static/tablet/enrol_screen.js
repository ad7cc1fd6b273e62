// Setting the tablet up: the code of the manager, then a PIN.

import { askToEnrol, current, draftsThatWouldBeLost, finishEnrolment, Refused } from "./identity.js";
import { noteClock } from "./office.js";
import { askToPersist } from "./room.js";
import { fill, piece, show } from "./screens.js";
import { apart } from "./sync.js";
import { say, sayKind } from "./words.js";

const SHORTEST_PIN = 6;

export async function showEnrol(app, code = "") {
  const lost = app.device ? await draftsThatWouldBeLost(app.db) : 0;
  const page = piece("enrol", { lost: lost ? say("drafts_lost", { n: lost }) : null }, { enrol: () => enrol(app, page) });
  page.querySelector("input").value = decodeURIComponent(code);
  show(page);
}

async function enrol(app, page) {
  const code = page.querySelector("input").value.replace(/[\s-]/g, "").toUpperCase();
  fill(page, { fault: null });
  try {
    const enrolled = await askToEnrol(app.db, code);
    await noteClock(app.db, enrolled.now);
    showChoosePin(app, enrolled);
  } catch (error) {
    const kind = error instanceof Refused ? error.kind : "no_line";
    fill(page, { fault: sayKind("enrol", kind) });
    page.querySelector("input").focus();
  }
}

function showChoosePin(app, enrolled) {
  const page = piece("choose-pin", { officer: enrolled.officer }, { choose: () => choose(app, enrolled, page) });
  show(page);
}

async function choose(app, enrolled, page) {
  const [pin, again] = [...page.querySelectorAll("input")].map((input) => input.value);
  const fault = faultOf(pin, again);
  fill(page, { fault: fault && say(fault) });
  if (fault) return page.querySelector("input").focus();
  // A package that is on its way to the device of before would be kept under the old PIN.
  await apart(app.db, async () => {
    const key = await finishEnrolment(app.db, enrolled, pin);
    app.device = await current(app.db);
    await app.open(key);
  });
  await askToPersist();
  history.replaceState(null, "", "#today");
  app.draw();
  app.sync.now();
}

export function faultOf(pin, again) {
  if (!/^\d+$/.test(pin) || pin.length < SHORTEST_PIN) return "pin_short";
  if (/^(\d)\1+$/.test(pin) || "01234567890123456789".includes(pin) || "98765432109876543210".includes(pin)) return "pin_easy";
  return pin === again ? null : "pin_differs";
}
