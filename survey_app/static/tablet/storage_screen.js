// Whether the tablet keeps what it is told to keep: granted or not, space, clock; and the export to a file.

import { exported, forget, head, receipts } from "./journal.js";
import { askToPersist, layReserve, measure, megabytes } from "./room.js";
import { fill, list, piece, show } from "./screens.js";
import { isKeptTwice } from "./second_copy.js";
import { setting } from "./store.js";
import { isReady } from "./update.js";
import { countDrafts } from "./vault.js";
import { clockText, warnings } from "./warnings.js";
import { say, sayKind } from "./words.js";

export async function showStorage(app) {
  const page = piece("storage", { exported: "" }, {
    persist: async () => (await askToPersist(), refresh(app, page)),
    free: async () => {
      const gone = await forget(app.db, app.device.code, Date.now());
      await layReserve(app.db);
      await refresh(app, page);
      fill(page, { exported: say("freed", { n: gone }) });
    },
    export: () => exportAll(app, page),
    again: () => app.sync.now().then(() => refresh(app, page)),
  });
  await refresh(app, page);
  show(page);
}

async function refresh(app, page) {
  const [room, clock, found, drafts, sounds] = await Promise.all([
    measure(app.db), setting(app.db, "clock"), app.counts(), countDrafts(app.db), setting(app.db, "recordings"),
  ]);
  const waiting = await waitingOf(app);
  fill(page, {
    persisted: room.persisted === null ? say("unknown") : say(room.persisted ? "persisted" : "not_persisted"),
    twice: say(isKeptTwice(app.db) ? "yes" : "kept_once"),
    left: room.left === null ? say("unknown") : say("megabytes", { n: megabytes(room.left).toLocaleString("vi-VN") }),
    entries: String((await head(app.db, app.device.code)).seq),
    unsent: String(found.unsent + found.sent),
    waiting: String(found.waiting),
    drafts: String(drafts),
    clock: clock ? (Math.abs(clock.off) < 60_000 ? say("clock.right") : clockText(clock.off)) : say("unknown"),
    device: `${app.device.code} · ${app.device.officer}`,
    recordings: sounds?.all ? say("recordings", { ...sounds, n: Math.ceil(sounds.bytes / 1_048_576) }) : null,
    has_recordings: Boolean(sounds?.all),
    worker: say(isReady() ? "yes" : "not_yet"),
    private: room.tiny,
    persist: room.persisted === false,
    free: found.taken > 0,
    none_waiting: waiting.length === 0,
    again: waiting.length > 0,
  });
  list(page, "warnings", await warnings(app));
  list(page, "waiting", waiting.map((one) => piece("waiting", { text: waitingText(one) })));
}

async function waitingOf(app) {
  const all = await Promise.all((await app.devices()).map((device) => receipts(app.db, device.code)));
  return all.flat().filter((one) => one.state !== "taken");
}

const waitingText = ({ seq, state, reason }) =>
  say(`entry.${state}`, { seq, why: sayKind("reason", reason || "other") });

// One file for each identity that still has something; nearly always that is one.
async function exportAll(app, page) {
  let entries = 0;
  for (const device of await app.devices()) {
    const content = await exported(app.db, device.code);
    if (!content.entries.length) continue;
    entries += content.entries.length;
    download(`hailong-${device.code}-${content.entries.at(-1).seq}.json`, JSON.stringify(content));
  }
  fill(page, { exported: say(entries ? "exported" : "nothing_to_export", { n: entries }) });
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
