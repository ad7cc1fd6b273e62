// How safe the browser's storage is: granted for good or not, how much is left, whether it looks like a private window.

const MEGABYTE = 1024 * 1024;
export const LOW = 50 * MEGABYTE;
// Ordinary windows are offered a share of the disk; a private one gets a little of the memory.
const TINY = 600 * MEGABYTE;

export async function measure(storage = navigator.storage) {
  if (!storage?.estimate) return { persisted: null, left: null, low: false, tiny: false };
  const [persisted, { quota = 0, usage = 0 }] = await Promise.all([storage.persisted(), storage.estimate()]);
  const left = Math.max(0, quota - usage);
  return { persisted, left, low: left < LOW, tiny: !persisted && quota < TINY };
}

export const askToPersist = async (storage = navigator.storage) => (await storage?.persist?.()) ?? null;

export const megabytes = (bytes) => Math.floor(bytes / MEGABYTE);
