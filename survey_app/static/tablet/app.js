// Starts the tablet's program and decides which screen is shown. What a screen shows is left to its own module.

import * as cases from "./cases.js";
import { current, former } from "./identity.js";
import { counts, faults } from "./journal.js";
import { keepRecordings } from "./recordings.js";
import { layReserve } from "./room.js";
import { keepTwice, keepTwiceAgain } from "./second_copy.js";
import { setting, keepSetting, open } from "./store.js";
import { Sync } from "./sync.js";
import { isRenewed, isWaiting, register, takeOver } from "./update.js";
import { fetchOther, language, otherLanguage, readWords, say, speak } from "./words.js";
import { show, piece } from "./screens.js";
import { showAbout } from "./about_screen.js";
import { showCase, showPractice } from "./case_screen.js";
import { showInterview } from "./interview_screen.js";
import { showEnrol } from "./enrol_screen.js";
import { showChangePin, showPin } from "./pin_screen.js";
import { showStorage } from "./storage_screen.js";
import { showToday } from "./today_screen.js";

const IDLE = 5 * 60_000;
const SYNC_EVERY = 15 * 60_000;
const SCREENS = { today: showToday, case: showCase, practice: showPractice, interview: showInterview, storage: showStorage, pin: showChangePin, about: showAbout };

// All that the screens share. `key` is the PIN's: with it the tablet is open. `handed`: the respondent has it.
export const app = {
  db: null, device: null, key: null, work: null, sync: null, damaged: [], handed: false,
  leave: async () => {}, // Set by a screen that has something to put in order before the next one is drawn.
  go: (where) => (location.hash === `#${where}` ? draw() : void (location.hash = where)),
  draw: () => draw(),
  open: async (key) => {
    app.key = key;
    app.work = await cases.load(app.db, key);
    await layReserve(app.db);
    rest();
  },
  lock,
  reloadWork: async () => (app.work = await cases.load(app.db, app.key)),
  counts: async () => {
    const all = await Promise.all((await devices()).map((one) => counts(app.db, one.code)));
    return all.reduce((sum, one) => Object.fromEntries(Object.entries(one).map(([name, n]) => [name, n + (sum[name] ?? 0)])), {});
  },
  devices,
};

async function devices() {
  return [...(await former(app.db)), ...(app.device ? [app.device] : [])];
}

let drawing = Promise.resolve();

// One screen after the other, each left in order.
function draw() {
  drawing = drawing.then(async () => {
    await app.leave();
    app.leave = async () => {};
    await drawNow();
    head();
  }).catch((error) => (console.error(error), broken(error)));
  return drawing;
}

async function drawNow() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  if (name.startsWith("enrol=") || !app.device) return showEnrol(app, name.startsWith("enrol=") ? name.slice(6) : "");
  if (!app.key) return showPin(app);
  if (app.handed && location.hash !== `#interview/${app.handed}`) return history.replaceState(null, "", `#interview/${app.handed}`), showInterview(app, app.handed);
  return (SCREENS[name] ?? showToday)(app, ...rest);
}

async function lock({ thanks = false } = {}) {
  await app.leave();
  app.leave = async () => {};
  Object.assign(app, { key: null, work: null, handed: false, thanks });
  history.replaceState(null, "", "#today");
  if (isRenewed() && !thanks) return location.reload();
  draw();
}

const $ = (name) => document.querySelector(`[data-${name}]`);

function head() {
  const open = Boolean(app.key) && !app.handed;
  $("nav").hidden = !open;
  for (const link of $("nav").querySelectorAll("[data-link]")) {
    link.textContent = say(`nav.${link.dataset.link}`);
    link.toggleAttribute("aria-current", location.hash === link.hash);
  }
  $("lock").textContent = say("nav.lock");
  $("language").textContent = otherLanguage().toUpperCase();
  $("language").setAttribute("aria-label", say("nav.other_language"));
  $("language").lang = otherLanguage();
  $("larger").setAttribute("aria-label", say("nav.larger"));
  // An interview says it of its own wave.
  $("simulated").hidden = !open || location.hash.startsWith("#interview") || !app.work.waves.some((wave) => wave.simulated);
  $("simulated").textContent = say("simulated");
}

async function switchLanguage() {
  speak(otherLanguage());
  await keepSetting(app.db, "language", language());
  draw();
}

let timer;
function rest() {
  clearTimeout(timer);
  if (app.key) timer = setTimeout(() => lock(), IDLE);
}

function broken(error) {
  show(piece("broken", { detail: String(error) }));
}

function startSync() {
  const onPackage = async (said) => {
    if (!app.key) return;
    await cases.keepPackage(app.db, app.key, said);
    await app.reloadWork();
    keepRecordings(app.db).catch(console.error); // Nobody waits for them.
    head();
  };
  const known = async () => (app.key ? cases.knownForms(app.db) : null);
  const onState = (state) => {
    if (state.name === "done") keepTwiceAgain(app.db);
    dispatchEvent(new CustomEvent("synced", { detail: state }));
  };
  app.sync = new Sync(app.db, devices, { onPackage, known, onState });
  addEventListener("online", () => app.sync.now());
  setInterval(() => app.device && app.sync.now(), SYNC_EVERY);
}

async function start() {
  app.db = await open();
  app.restored = await keepTwice(app.db);
  await fetchOther().catch(() => {}); // A first start that was cut off: one language will do.
  speak((await setting(app.db, "language")) ?? language());
  app.device = await current(app.db);
  for (const device of await devices()) app.damaged.push(...(await faults(app.db, device)));
  startSync();
  addEventListener("hashchange", draw);
  for (const happened of ["pointerdown", "keydown", "input"]) addEventListener(happened, rest, true);
  $("lock").addEventListener("click", () => lock());
  $("language").addEventListener("click", switchLanguage);
  await draw();
  if (app.device) app.sync.now();
}

// Behind the PIN and nothing typed, sent off or to be read.
const isFree = () => !app.key && !app.thanks && !document.querySelector("[data-busy]") &&
  ![...document.querySelectorAll("main input")].some((one) => one.value);

// One window writes; another waits until it is closed.
async function main() {
  readWords();
  if ((await isWaiting()) && (await takeOver(isFree))) return;
  register();
  const mine = await new Promise((answer) => {
    navigator.locks.request("hailong-tablet", { ifAvailable: true }, (lock) => (answer(Boolean(lock)), lock && new Promise(() => {})));
  });
  if (mine) return start();
  show(piece("elsewhere"));
  await navigator.locks.request("hailong-tablet", () => location.reload());
}

main().catch(broken);
