// The only way out of a kiosk: a long press in the corner, then the code that was chosen when it was set up.

import { openWithPin, waitForPin } from "../tablet/identity.js";
import { counts } from "../tablet/journal.js";
import { fill, piece, say, show } from "./screens.js";

const LONG = 3000;
const DEPTH = 20;

// Nothing on a kiosk leads anywhere: no menu, no link, no way back. Browsers pass over entries of the history that were
// made without a touch, so each touch sees to it that there are some: as many as one can go back before a page that is
// busy makes new ones.
export function shutTheDoors() {
  for (const door of ["contextmenu", "dragstart"]) addEventListener(door, (event) => event.preventDefault());
  const shut = () => { for (let depth = Number(history.state) || 0; depth < DEPTH;) history.pushState(++depth, ""); };
  history.replaceState(history.state, "", location.pathname);
  shut();
  addEventListener("popstate", shut);
  addEventListener("click", shut, true);
}

export function onLongPress(corner, act) {
  let timer;
  const stop = () => clearTimeout(timer);
  corner.addEventListener("pointerdown", () => { stop(); timer = setTimeout(act, LONG); });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) corner.addEventListener(end, stop);
}

export function showExit(kiosk) {
  const page = piece("exit", {}, { back: () => kiosk.idle(), open: () => open(kiosk, page) });
  show(page);
  page.querySelector("input").focus();
  kiosk.rest();
}

async function open(kiosk, page) {
  const input = page.querySelector("input");
  const key = (await waitForPin(kiosk.db)) ? null : await openWithPin(kiosk.db, input.value);
  if (key) return showStaff(kiosk);
  fill(page, { fault: say("wrong") });
  input.value = "";
}

async function showStaff(kiosk) {
  const { unsent, sent, taken, waiting } = await counts(kiosk.db, kiosk.device.code);
  const texts = { point: kiosk.device.point.name.vi, device: kiosk.device.code, unsent: unsent + sent, taken, waiting };
  show(piece("staff", texts, {
    back: () => kiosk.idle(),
    anew: () => kiosk.showEnrol(),
    leave: () => document.exitFullscreen?.().catch(() => {}),
    send: async () => { await Promise.race([kiosk.sync.now(), new Promise((done) => setTimeout(done, 5000))]); showStaff(kiosk); },
  }));
  kiosk.rest();
}
