// Brings journals to the office over bad lines: one batch at a time, in order, again and again until each entry has its
// receipt. Batches grow while the line is good. Nothing is forgotten here.

import { delay } from "./backoff.js";
import { asSent, entries, faults, firstWithoutReceipt, head, keepReceipts, noteSent, receipts } from "./journal.js";
import { isSigned } from "./keys.js";
import { ask, No, noteClock, Trouble } from "./office.js";
import { isFull, keepSetting } from "./store.js";

export const MOST = 50;

// Nothing is sent and no package is kept meanwhile.
export const apart = (db, work) => navigator.locks.request(`sync ${db.name}`, work);

// The journal cannot go on by itself; `kind` says why, `seq` where.
export class Stopped extends Error {
  constructor(kind, seq = 0) {
    super(kind);
    this.kind = kind;
    this.seq = seq;
  }
}

export class Sync {
  #running = null;
  #wake = () => {};
  #size;
  #asked = 0;

  // `devices()`: this tablet's identities, the present one last. `onPackage(said, device)`: new cases came;
  // `known()`: hashes of the forms that are here, or null while the tablet is locked. `together`: as many at once as the
  // office takes, for a kiosk, where what is sent alone lies at the office beside its answers.
  constructor(db, devices, { onState = () => {}, onPackage, known = async () => null, together = false, ...world } = {}) {
    Object.assign(this, { db, devices, onState, onPackage, known, together, world });
    this.#size = together ? MOST : 1;
    this.state = { name: "idle" };
  }

  // Begins, or hurries what waits; resolves when nothing is left to do or nothing can be done.
  now() {
    this.#asked += 1;
    this.#wake();
    this.#running ??= this.#untilDone().finally(() => (this.#running = null));
    return this.#running;
  }

  #say(name, more = {}) {
    this.state = { name, ...more };
    this.onState(this.state);
    return this.state;
  }

  async #untilDone() {
    for (let failures = 1; ; failures += 1) {
      const asked = this.#asked;
      try {
        const done = await apart(this.db, () => this.#once(() => (failures = 0)));
        if (asked === this.#asked) return done; // Else something came while the last of it was on its way.
      } catch (error) {
        const isTrouble = error instanceof Trouble;
        if (isTrouble && (!this.together || error.kind === "too_large")) this.#size = Math.max(1, this.#size >> 1);
        if (asked !== this.#asked) continue; // The same: what came then is not left until somebody asks again.
        if (!isTrouble) return this.#giveUp(error);
        await this.#pause(Math.max(delay(Math.max(1, failures), this.world.random), error.after), error.kind);
      }
    }
  }

  #giveUp(error) {
    const kind = error instanceof Stopped || error instanceof No ? error.kind : isFull(error) ? "full" : "here";
    return this.#say("stopped", { kind, seq: error.seq ?? error.said?.seq ?? 0, detail: String(error) });
  }

  #pause(milliseconds, kind) {
    this.#say("waiting", { kind, until: Date.now() + milliseconds });
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds);
      this.#wake = () => (clearTimeout(timer), done());
    });
  }

  async #once(wentWell) {
    this.#say("sending", { left: null });
    const devices = await this.devices();
    const failed = [];
    // What one identity cannot do is said at the end; the others go on.
    const attempt = (step) => step.catch((error) => {
      if (error.kind === "no_line") throw error;
      failed.push(error);
    });
    for (const device of devices) await attempt(this.#bring(device, wentWell));
    for (const device of devices) await attempt(this.#askAgain(device));
    await attempt(this.#fetchPackage(devices.at(-1)));
    if (failed.length) throw failed.find((error) => error instanceof Trouble) ?? failed[0];
    await keepSetting(this.db, "synced", Date.now());
    return this.#say("done");
  }

  async #bring(device, wentWell) {
    let seq = await firstWithoutReceipt(this.db, device.code);
    const last = (await head(this.db, device.code)).seq;
    if (seq > last) return;
    await this.#refuseDamaged(device, seq);
    for (let gaps = 0; seq <= (await head(this.db, device.code)).seq; ) {
      this.#say("sending", { left: (await head(this.db, device.code)).seq - seq + 1 });
      try {
        seq = await this.#sendFrom(device, seq);
        wentWell();
        this.#size = Math.min(MOST, this.#size * 2);
      } catch (error) {
        if (error.kind !== "gap" || ++gaps > 3) throw error;
        seq = error.said.seq + 1;
      }
    }
  }

  // What was changed on the device would be refused for good: it is named here instead.
  async #refuseDamaged(device, from) {
    const bad = (await faults(this.db, device)).find((fault) => fault.seq >= from);
    if (bad) throw new Stopped("damaged", bad.seq);
  }

  async #sendFrom(device, seq) {
    const batch = await entries(this.db, device.code, seq, seq + this.#size - 1);
    if (!batch.length || batch[0].seq !== seq) throw new Stopped("damaged", seq);
    const forgotten = batch.find((entry) => entry.sealed === null);
    if (forgotten) throw new Stopped("forgotten", forgotten.seq);
    // Without a line it surely stays here; with one it may arrive although no answer comes back.
    if (navigator.onLine) await noteSent(this.db, device.code, batch.at(-1).seq);
    const said = await ask(device, "POST", "entries", { entries: batch.map(asSent) }, this.world);
    await this.#believe(device, said.receipts);
    const next = await firstWithoutReceipt(this.db, device.code);
    const answered = new Set(said.receipts.map((receipt) => receipt.seq));
    if (batch.some((entry) => !answered.has(entry.seq))) throw new Trouble("server");
    return Math.max(next, batch.at(-1).seq + 1);
  }

  async #believe(device, came) {
    const false_ = await keepReceipts(this.db, device, came, Date.now());
    if (false_.length) throw new Stopped("false_receipt", false_[0].seq);
  }

  async #askAgain(device) {
    const waiting = (await receipts(this.db, device.code)).filter((one) => one.state === "waiting");
    for (let at = 0; at < waiting.length; at += MOST) {
      const asked = waiting.slice(at, at + MOST);
      const said = await ask(device, "POST", "again", { seqs: asked.map((one) => one.seq) }, this.world);
      // After a break the office may have two entries at one place: the other one is not ours.
      await this.#believe(device, said.receipts.filter(({ seq, hash }) => asked.some((one) => one.seq === seq && one.hash === hash)));
    }
  }

  async #fetchPackage(device) {
    const known = await this.known();
    if (known === null || !this.onPackage) return;
    const said = await ask(device, "GET", `package?known=${known.join(",")}`, undefined, this.world);
    await noteClock(this.db, said.now);
    await this.onPackage(said, device);
  }

  // Both sides compare the ends of the chain. Throws Trouble or No.
  async close() {
    const device = (await this.devices()).at(-1);
    const { seq, hash } = await head(this.db, device.code);
    const said = await ask(device, "POST", "close", { seq, head: hash }, this.world);
    const text = `hailong-close-1\n${device.code}\n${said.day}\n${said.seq}\n${said.head}\n${Boolean(said.equal)}\n`;
    if (!(await isSigned(device.office.verify, said.signature, text))) throw new Stopped("false_receipt", seq);
    if (said.equal) await keepSetting(this.db, "closed", { day: said.day, seq, head: hash });
    return said;
  }
}
