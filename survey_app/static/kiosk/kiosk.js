// The kiosk of one collection point: shows its form to one person after the other and leaves nothing of one to the next.
// Each finished form goes sealed into the journal; `tablet/sync.js` brings it to the office when there is a line.

import { askToEnrol, current, finishEnrolment, former } from "../tablet/identity.js";
import { append, forget } from "../tablet/journal.js";
import { noteClock } from "../tablet/office.js";
import { askToPersist } from "../tablet/room.js";
import { keepTwice, keepTwiceAgain } from "../tablet/second_copy.js";
import { isFull, keepSetting, open, read, readKeys, setting, write } from "../tablet/store.js";
import { apart, Sync } from "../tablet/sync.js";
import { Filling } from "./filling.js";
import { showCode } from "./presence.js";
import { Bursts } from "./pressing.js";
import { Resting } from "./resting.js";
import { fill, piece, say, show, speak, spoken } from "./screens.js";
import { onLongPress, showExit, shutTheDoors } from "./staff.js";

// Several at once: then not even the order of writing at the office tells whose answers came first.
const SYNC_EVERY = 15 * 60_000;
const THANKS = 6000;
const CODE_EVERY = 20_000;
const SHORTEST_EXIT = 6;
const LETTERS = /^[23456789A-HJKMNP-TV-Z]{15}$/;

class Kiosk {
  turn = 0;  // Whose screen it is: what was begun before somebody took the next step is not drawn any more.
  bursts = new Bursts();
  enrolCode = decodeURIComponent(/^#enrol=(.+)$/.exec(location.hash)?.[1] ?? "");

  async start() {
    this.db = await open("hailong-kiosk");
    await keepTwice(this.db);
    this.device = await current(this.db);
    this.sync = new Sync(this.db, () => this.#identities(), {
      together: true,
      known: () => readKeys(this.db, "forms"),
      onPackage: (said) => this.#keepPackage(said),
      onState: (state) => this.#synced(state),
    });
    addEventListener("online", () => this.#send());
    setInterval(() => this.#send(), SYNC_EVERY);
    setInterval(() => document.body.dataset.on === "idle" && this.#renewCode(), CODE_EVERY);
    shutTheDoors();
    onLongPress(document.querySelector("[data-corner]"), () => this.device && (this.#stop(), showExit(this)));
    await this.idle();
    this.#send();
  }

  // The journal of one that this kiosk had before is still sent, under its own name.
  async #identities() {
    return this.device ? [...(await former(this.db)), this.device] : [];
  }

  async #renewCode() {
    const main = document.querySelector("main");
    await showCode(main, this.place.point.presence, await this.#clockOff());
  }

  #send() {
    if (this.device) this.sync.now();
  }

  // What the office has taken needs not lie here any longer.
  async #synced({ name, kind }) {
    if (name === "done") keepTwiceAgain(this.db);
    if (name === "done") for (const { code } of await this.#identities()) await forget(this.db, code, Date.now());
    if (kind === "revoked") await keepSetting(this.db, "revoked", true);
    if (!["done", "stopped"].includes(name)) return;
    // The screen between two people is not drawn anew while it says the same: a tap would meet nothing.
    const place = await setting(this.db, "place");
    const looks = JSON.stringify([place, await this.#whyAway(place)]);
    if (isFree()) await (looks === this.shown ? takeOverIfNew() : this.idle());
  }

  async #keepPackage({ point, waves, forms }) {
    const needed = new Set(waves.flatMap((wave) => wave.forms.map((one) => one.hash)));
    const old = (await readKeys(this.db, "forms")).filter((hash) => !needed.has(hash));
    await write(this.db, [
      ["settings", "put", { point, wave: waves[0] }, "place"],
      ["settings", "delete", "revoked"],
      ...Object.entries(forms).map(([hash, form]) => ["forms", "put", form, hash]),
      ...old.map((hash) => ["forms", "delete", hash]),
    ]);
  }

  #stop() {
    this.turn += 1;
    this.resting?.stop();
    this.filling?.close();
    this.resting = this.filling = null;
  }

  // Only staff screens and the code's: no answers to cover, but nobody stays on them.
  rest() {
    this.resting?.stop();
    this.resting = new Resting({ answered: () => false, cover() {}, left() {}, giveUp: () => this.idle("vi") });
  }

  // Between two people. After somebody gave up or finished, the language is Vietnamese again.
  async idle(language = spoken()) {
    this.#stop();
    speak(language);
    if (!this.device) return this.showEnrol();
    const turn = this.turn;
    this.place = await setting(this.db, "place");
    const why = await this.#whyAway(this.place);
    if (turn !== this.turn) return;
    this.shown = JSON.stringify([this.place, why]);
    if (why) return show(piece("away", { why: say(why) }));
    const { point, wave } = this.place;
    const mark = wave.practice ? say("practice") : wave.simulated ? say("simulated") : null;
    show(piece("idle", { office: point.name[language], title: wave.survey[language], mark }, {
      start: () => this.#begin(),
      visit: () => this.#askForVisit(),
      language: () => this.idle(language === "vi" ? "en" : "vi"),
    }));
    await showCode(document.querySelector("main"), point.presence, await this.#clockOff());
    if (turn !== this.turn) return;
    if (language !== "vi") this.rest();
    await takeOverIfNew();
  }

  async #whyAway(place) {
    if (await setting(this.db, "revoked")) return "revoked";
    if (!place) return "preparing";
    const { point, wave } = place;
    const at = Date.now() + (await this.#clockOff());
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(at);
    const open = wave.state === "open" || (wave.state === "not_yet" && today >= wave.opens_on);
    return point.active && open && today <= wave.closes_on ? "" : "closed";
  }

  // By how much the office's clock was ahead of this one, when there last was a line.
  #clockOff = async () => (await setting(this.db, "clock"))?.off ?? 0;

  #askForVisit() {
    this.#stop();
    const page = piece("visit", {}, {
      start: () => this.#begin(),
      proof: () => {
        // A scanner types the whole address; the code is what stands last in it.
        const code = page.querySelector("input").value.trim().split("/").at(-1).replace(/[\s-]/g, "").toUpperCase();
        if (LETTERS.test(code)) this.#begin(code);
        else fill(page, { fault: true });
      },
    });
    show(page);
    page.querySelector("input").focus();
    this.rest();
  }

  async #begin(proof = "") {
    this.#stop();
    document.body.dataset.on = "form";
    document.documentElement.requestFullscreen?.().catch(() => {});  // The browser may refuse; the kiosk works without.
    const { hash } = this.place.wave.forms.find((form) => form.language === spoken());
    const turn = this.turn;
    const form = await read(this.db, "forms", hash);
    if (turn !== this.turn) return;
    if (!form) return this.idle();
    this.filling = new Filling(form, this.place, proof, {
      giveUp: () => this.idle("vi"),
      done: (content) => this.#keep(content),
    });
    this.resting = this.filling.resting;
  }

  async #keep(content) {
    const burst = await this.bursts.isOne(content.answers, this.filling.milliseconds());
    if (burst) content.paradata.burst = true;
    this.#stop();
    try {
      await this.#append(content);
    } catch (error) {
      console.error(error);
      show(piece("full"));
      return setTimeout(() => this.idle("vi"), 4 * THANKS);
    }
    show(piece("thanks"));
    setTimeout(() => document.body.dataset.on === "thanks" && this.idle("vi"), THANKS);
  }

  async #append(content) {
    try {
      await append(this.db, this.device, content);
    } catch (error) {
      if (!isFull(error) || !(await forget(this.db, this.device.code, Date.now()))) throw error;
      await append(this.db, this.device, content);
    }
  }

  // For staff, who have typed the code that opens: also a kiosk that is set up can be set up anew.
  showEnrol() {
    const page = piece("enrol", {}, { enrol: () => this.#enrol(page) });
    page.querySelector("[name=code]").value = this.enrolCode;
    show(page);
  }

  async #enrol(page) {
    const turn = this.turn;
    const [code, exit] = [...page.querySelectorAll("input")].map((input) => input.value.trim());
    if (!/^\d+$/.test(exit) || exit.length < SHORTEST_EXIT) return fill(page, { fault: say("exit_short") });
    try {
      const enrolled = await askToEnrol(this.db, code.replace(/[\s-]/g, "").toUpperCase());
      if (enrolled.kind !== "kiosk") return fill(page, { fault: say("not_kiosk") });
      await noteClock(this.db, enrolled.now);
      await apart(this.db, () => this.#become(enrolled, exit));
    } catch (error) {
      return fill(page, { fault: say(error.kind || error.message === "bad_code" ? "bad_code" : "no_line") });
    }
    await askToPersist();
    if (turn === this.turn || isFree()) await this.idle(); // Else somebody has begun meanwhile.
    this.#send();
  }

  async #become(enrolled, exit) {
    await finishEnrolment(this.db, enrolled, exit);
    this.device = await current(this.db);
    await write(this.db, ["place", "revoked"].map((name) => ["settings", "delete", name]));
  }
}

const WORKER = { scope: "/kiosk/", updateViaCache: "none" };
const register = () => navigator.serviceWorker?.register("/kiosk/worker.js", WORKER).catch(() => {});

const isFree = () => ["idle", "away"].includes(document.body.dataset.on);

// A new version begins between two people: not when one of them has just begun.
let renewed = false;
async function takeOverIfNew() {
  if (renewed) return location.reload();
  const registration = await navigator.serviceWorker?.getRegistration("/kiosk/");
  if (!registration?.waiting || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => ((renewed = true), isFree() && location.reload()), { once: true });
  registration.waiting.postMessage("take over");
}

register();
// One window writes; another one that was opened by mistake waits.
navigator.locks.request("hailong-kiosk-window", () => new Kiosk().start().catch(tryAgain).then(() => new Promise(() => {})));

// The storage gives nothing back: staff read it, and perhaps it does later.
function tryAgain(error) {
  console.error(error);
  show(piece("full"));
  setTimeout(() => location.reload(), 60_000);
}
