// The worker that keeps the program on the device, and when a new version of it takes over: at a start or behind the
// PIN, never while a form is open.

// Whether a new version is complete and waits.
export async function register() {
  if (!navigator.serviceWorker) return false;
  const registration = await navigator.serviceWorker.register("/tablet/worker.js", { updateViaCache: "none" }).catch(() => null);
  return Boolean(registration?.waiting && navigator.serviceWorker.controller);
}

export const isReady = async () => Boolean(navigator.serviceWorker?.controller);

export async function isWaiting() {
  const registration = await navigator.serviceWorker?.getRegistration("/tablet/");
  return Boolean(registration?.waiting && navigator.serviceWorker.controller);
}

// Ends in a fresh start of the page. Other windows wait for their turn (see `app.js`), so none is cut off.
export async function takeOver() {
  const registration = await navigator.serviceWorker.getRegistration("/tablet/");
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration.waiting.postMessage("take over");
}
