// What may go wrong, said before it does: as sentences for the screens.

import { LOW, measure, megabytes } from "./room.js";
import { setting } from "./store.js";
import { piece } from "./screens.js";
import { say, sayKind } from "./words.js";

const FAR_OFF = 10 * 60_000;

export async function warnings(app) {
  const names = ["clock", "recordings"];
  const [room, clock, sounds] = await Promise.all([measure(app.db), ...names.map((name) => setting(app.db, name))]);
  const said = app.damaged.map((one) => say(`damaged.${one.what}`, { seq: one.seq }));
  const { name, kind, seq } = app.sync.state;
  if (name === "stopped" && kind !== "damaged") said.push(sayKind("stopped", kind, "other", { seq, kind }));
  if (room.low) said.push(room.left < LOW ? say("room.low", { n: megabytes(room.left) }) : say("room.no_reserve"));
  if (room.tiny) said.push(say("room.tiny"));
  if (clock && Math.abs(clock.off) > FAR_OFF) said.push(clockText(clock.off));
  const hints = room.persisted === false ? [say("room.not_persisted")] : [];
  if (app.restored) hints.push(say("room.restored"));
  if (sounds && sounds.kept < sounds.all) hints.push(say("recordings.left", { n: sounds.all - sounds.kept }));
  return [...said.map((text) => piece("warning", { text })), ...hints.map((text) => piece("hint", { text }))];
}

// How far the device's clock is from the office's.
export function clockText(off) {
  const minutes = Math.round(Math.abs(off) / 60_000);
  const days = Math.floor(minutes / 1440);
  const far = days >= 2 ? say("clock.days", { n: days }) : say("clock.minutes", { n: minutes });
  return say(off > 0 ? "clock.behind" : "clock.ahead", { far });
}
