// Speaks to the office: one signed request, one answer, or one of the two errors below. When to ask is left to `sync.js`.

import { authorization } from "./keys.js";
import { keepSetting } from "./store.js";

const TIMEOUT = 60_000;

// It may go better later: no line, a server in trouble, a page of somebody else's in between.
export class Trouble extends Error {
  constructor(kind, after = 0) {
    super(kind);
    this.kind = kind;
    this.after = after;
  }
}

// The office has said no, and will say so again.
export class No extends Error {
  constructor(kind, said) {
    super(kind);
    this.kind = kind;
    this.said = said;
  }
}

const PASSING = new Set([408, 413, 425, 429]);

export async function ask(device, method, path, content, { send = fetch, now = Date.now } = {}) {
  const whole = `/api/device/${path}`;
  const body = content === undefined ? "" : JSON.stringify({ now: new Date(now()).toISOString(), ...content });
  const headers = { Authorization: await authorization(device, method, whole, body) };
  if (body) headers["Content-Type"] = "application/json";
  const options = { method, headers, body: body || undefined, cache: "no-store", credentials: "omit" };
  let answer, said;
  try {
    answer = await send(whole, { ...options, signal: AbortSignal.timeout(TIMEOUT) });
    said = await answer.json();
  } catch {
    throw answer && answer.status >= 500 ? new Trouble("server", after(answer)) : new Trouble(answer?.status === 413 ? "too_large" : "no_line");
  }
  if (answer.ok) return said;
  const kind = said.error?.kind;
  if (!kind || answer.status >= 500 || PASSING.has(answer.status)) throw new Trouble(kind ?? "server", after(answer));
  throw new No(kind, { ...said, ...said.error });
}

const after = (answer) => 1000 * (Number(answer.headers.get("Retry-After")) || 0);

// The office's clock less ours, in milliseconds, kept to be shown; nothing depends on it.
export async function noteClock(db, said, now = Date.now()) {
  const theirs = Date.parse(said);
  if (!Number.isNaN(theirs)) await keepSetting(db, "clock", { off: theirs - now, at: now });
}
