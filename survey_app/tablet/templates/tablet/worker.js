// Keeps the tablet's pages and scripts on the device, so that it starts without a line. It answers only GET, only for
// what it holds; answers of officers and all of /api go past it. A new version waits until it is complete, and takes
// over at a start, never in the middle of an interview.

const PROGRAM = "hailong-{{ program }}-";
const NAME = `${PROGRAM}{{ version }}`;
const HELD = {{ held | tojson }};
const START = {{ start | tojson }};

async function sha256(buffer) {
  const digest = await crypto.subtle.digest("SHA-256", buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fetchWhole(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  const body = await answer.arrayBuffer();
  // A server in the middle of an update, or a page of somebody else's line: try again another time.
  if (!answer.ok || (await sha256(body)) !== HELD[address]) throw new Error(`${address} is not what was announced.`);
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(body, { headers });
}

async function install() {
  const found = await Promise.all(Object.keys(HELD).map(async (address) => [address, await fetchWhole(address)]));
  const cache = await caches.open(NAME);
  for (const [address, answer] of found) await cache.put(address, answer);
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PROGRAM) && name !== NAME).map((name) => caches.delete(name)));
}

function heldFor(request) {
  const { origin, pathname, search, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return null;
  if (pathname + search in HELD) return pathname + search;
  if (request.mode !== "navigate" || pathname !== START.split("?")[0]) return null;
  const inLanguage = `${pathname}?lang=${searchParams.get("lang")}`;
  return inLanguage in HELD ? inLanguage : START;
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => clients.claim())));
// The page asks for it at a start, while nobody is signed in and no form is open.
addEventListener("message", (event) => event.data === "take over" && event.waitUntil(skipWaiting()));
// Recordings of questions, which the page keeps by itself.
const isHeard = ({ method, url }) => method === "GET" && url.startsWith(`${location.origin}/audio/`);
const heard = (request) => caches.open("hailong-recordings").then((cache) => cache.match(request.url)).then((found) => found ?? fetch(request));

addEventListener("fetch", (event) => {
  if (isHeard(event.request)) return event.respondWith(heard(event.request));
  const address = heldFor(event.request);
  if (!address) return;
  const answer = caches.open(NAME).then((cache) => cache.match(address));
  event.respondWith(answer.then((found) => found ?? fetch(event.request)));
});
