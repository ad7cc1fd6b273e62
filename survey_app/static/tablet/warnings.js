// What may go wrong, said before it does: as sentences for the screens.

import { measure, megabytes } from "./room.js";
import { setting } from "./store.js";
import { piece } from "./screens.js";
import { say, sayKind } from "./words.js";

const FAR_OFF = 10 * 60_000;

export async function warnings(app) {
  const [room, clock] = await Promise.all([measure(), setting(app.db, "clock")]);
  const said = app.damaged.map((one) => say(`damaged.${one.what}`, { seq: one.seq }));
  const { name, kind, seq } = app.sync.state;
  if (name === "stopped" && kind !== "damaged") said.push(sayKind("stopped", kind, "other", { seq, kind }));
  if (room.low) said.push(say("room.low", { n: megabytes(room.left) }));
  if (room.persisted === false) said.push(say("room.not_persisted"));
  if (room.tiny) said.push(say("room.tiny"));
  if (clock && Math.abs(clock.off) > FAR_OFF) said.push(clockText(clock.off));
  return said.map((text) => piece("warning", { text }));
}

// How far the device's clock is from the office's.
export function clockText(off) {
  const minutes = Math.round(Math.abs(off) / 60_000);
  const days = Math.floor(minutes / 1440);
  const far = days >= 2 ? say("clock.days", { n: days }) : say("clock.minutes", { n: minutes });
  return say(off > 0 ? "clock.behind" : "clock.ahead", { far });
}
