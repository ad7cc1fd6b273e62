// The worker that keeps the program on the device, and when a new version of it takes over: at a start or behind the
// PIN, never while a form is open.

const PATIENCE = 1500;

// Nobody waits for it: over a bad line it may take minutes, and a start must not.
export function register() {
  navigator.serviceWorker?.register("/tablet/worker.js", { updateViaCache: "none" }).catch(() => {});
}

export const isReady = () => Boolean(navigator.serviceWorker?.controller);

// Whether a new version is complete and waits for its turn.
export async function isWaiting() {
  const registration = await navigator.serviceWorker?.getRegistration("/tablet/");
  return Boolean(registration?.waiting && navigator.serviceWorker.controller);
}

let renewed = false;
export const isRenewed = () => renewed;

// Ends in a fresh start of the page and true; false where the new version is not ready so soon. It then takes over as
// soon as `isFree()`, and a page that is not goes on until it is locked. Other windows wait for their turn (see
// `app.js`), so none is cut off.
export async function takeOver(isFree) {
  const registration = await navigator.serviceWorker.getRegistration("/tablet/");
  return new Promise((done) => {
    const changed = () => (done((renewed = true)), isFree() && location.reload());
    navigator.serviceWorker.addEventListener("controllerchange", changed, { once: true });
    registration.waiting.postMessage("take over");
    setTimeout(() => done(false), PATIENCE);
  });
}
