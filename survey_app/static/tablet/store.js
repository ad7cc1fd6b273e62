// The device's own database: opening it, reading, and writing so that what was written outlives a power cut.
// What the records mean is left to the modules above. `second_copy.js` keeps all of it twice.

export const NAME = "hailong-tablet";
// `settings`: the device, the count of wrong PINs, clocks, places in the chains. `vault`: what lies under the PIN.
// `journal` and `receipts`: by device and place. `forms`: questionnaires, public texts.
export const STORES = { settings: null, vault: null, forms: null, journal: ["device", "seq"], receipts: ["device", "seq"] };

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

export function open(name = NAME, databases = indexedDB) {
  const request = databases.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) {
      request.result.createObjectStore(store, keyPath ? { keyPath } : {});
    }
  };
  return asked(request);
}

export const read = (db, store, key) => asked(db.transaction(store).objectStore(store).get(key));

export const readAll = (db, store, range) => asked(db.transaction(store).objectStore(store).getAll(range));

export const readKeys = (db, store, range) => asked(db.transaction(store).objectStore(store).getAllKeys(range));

// All of one device, from a place on.
export const ofDevice = (code, from = 0, to = Infinity) => IDBKeyRange.bound([code, from], [code, to]);

// Where everything is kept twice: what does the same steps to the copy, by the name of the database.
export const repeats = new Map();

// `steps`: [store, "put" | "add" | "delete", value, key?]. All of them or none; resolves when they lie on the disk, twice.
export const write = (db, steps) =>
  inTurn(async () => {
    await commit(db, steps);
    await repeats.get(db.name)?.(steps);
  });

// One after the other: while one of the two is written the other one is whole.
let last = Promise.resolve();
export function inTurn(work) {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

// The same, in this database alone; `clear` is a verb, too.
export function commit(db, steps) {
  const stores = [...new Set(steps.map(([store]) => store))];
  const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error ?? new DOMException("The storage was cut off.", "AbortError"));
    try {
      for (const [store, verb, value, key] of steps) {
        const into = transaction.objectStore(store);
        if (key === undefined) into[verb](value);
        else into[verb](value, key);
      }
    } catch (error) {
      transaction.abort(); // What went before would be kept otherwise.
      failed(error);
    }
  });
}

export const setting = (db, name) => read(db, "settings", name);

export const keepSetting = (db, name, value) => write(db, [["settings", "put", value, name]]);

export const isFull = (error) => error?.name === "QuotaExceededError";
