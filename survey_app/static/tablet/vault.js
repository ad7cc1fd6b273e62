// What lies under the officer's PIN: the cases and the drafts. Nothing of it can be read without the key in memory.

import { join, text, utf8 } from "./bytes.js";
import { read, readAll, readKeys, write } from "./store.js";

const DRAFT = "draft:";
const DRAFTS = () => IDBKeyRange.bound(DRAFT, `${DRAFT}\uffff`);

// The name is bound to the bytes: a record put in the place of another does not open.
async function lock(key, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: utf8(name) };
  return join(iv, await crypto.subtle.encrypt(how, key, utf8(JSON.stringify(value))));
}

async function unlock(key, name, locked) {
  const how = { name: "AES-GCM", iv: locked.slice(0, 12), additionalData: utf8(name) };
  return JSON.parse(text(await crypto.subtle.decrypt(how, key, locked.slice(12))));
}

// A step for `store.write`, so that it can share a transaction with others.
export const step = async (key, name, value) => ["vault", "put", await lock(key, name, value), name];

export const dropDraft = (id) => ["vault", "delete", DRAFT + id];

export const keep = async (db, key, name, value) => write(db, [await step(key, name, value)]);

export async function get(db, key, name) {
  const locked = await read(db, "vault", name);
  return locked && unlock(key, name, locked);
}

export const keepDraft = (db, key, draft) => keep(db, key, DRAFT + draft.id, draft);

export const getDraft = (db, key, id) => get(db, key, DRAFT + id);

export async function drafts(db, key) {
  const [names, locked] = await Promise.all([readKeys(db, "vault", DRAFTS()), readAll(db, "vault", DRAFTS())]);
  const found = await Promise.all(names.map((name, at) => unlock(key, name, locked[at])));
  return found.sort((one, other) => other.changed.localeCompare(one.changed));
}

// Counted without the PIN, for the warning before they are lost.
export const countDrafts = async (db) => (await readKeys(db, "vault", DRAFTS())).length;

// Steps for `store.write` that put all of it under another key; in one transaction they are done wholly or not at all.
export async function rewrapped(db, before, after) {
  const names = await readKeys(db, "vault");
  return Promise.all(names.map(async (name) => step(after, name, await get(db, before, name))));
}

// Steps for `store.write` that leave nothing here.
export const emptied = async (db) => (await readKeys(db, "vault")).map((name) => ["vault", "delete", name]);
