"""The journal of a device in the browser's own store: chained, checked, and never shortened before its receipt."""

import base64
import hashlib
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.survey_app.tablet.keys import FIRST, OfficeKey, is_signed

pytestmark = pytest.mark.browser
CODE = "K7QF3MXA"
HEAD = """async (args) => {
    const names = ["store", "journal", "keys", "vault"];
    const [store, journal, keys, vault] = await Promise.all(names.map((name) => import(`/static/tablet/${name}.js`)));
    const db = await store.open("test");
    const office = await keys.officeKeys(args[0]);
    const pair = (await store.setting(db, "pair")) ?? (await keys.newDeviceKey());
    await store.keepSetting(db, "pair", pair);
    const device = { code: args[1], pair, office };
    try { return await (async () => { %s })(); } finally { db.close(); }
}"""


class Journal:
    def __init__(self, page: Page) -> None:
        self.page, self.office = page, OfficeKey()

    def run(self, body: str, *more: Any) -> Any:
        return self.page.evaluate(HEAD % body, [self.office.public, CODE, *more])

    def append(self, *contents: Any) -> None:
        self.run("for (const one of args[2]) await journal.append(db, device, one);", list(contents))

    def entries(self) -> list[dict[str, Any]]:
        return list(self.run("return journal.entries(db, device.code);"))

    def faults(self) -> list[dict[str, Any]]:
        return list(self.run("return journal.faults(db, device);"))

    def change(self, seq: int, field: str, script: str) -> None:
        """Writes over one field of an entry, as somebody at the database of the browser would."""
        body = f"""const [entry] = await journal.entries(db, device.code, {seq}, {seq});
            const change = {script};
            await store.write(db, [["journal", "put", {{ ...entry, {field}: change(entry.{field}) }}]]);"""
        self.run(body)

    def keep(self, *receipts: dict[str, Any]) -> list[int]:
        return [one["seq"] for one in self.run("return journal.keepReceipts(db, device, args[2], 5);", list(receipts))]


@pytest.fixture
def journal(modules: Page) -> Journal:
    return Journal(modules)


def test_entries_are_sealed_chained_and_signed_as_the_documents_say(journal: Journal) -> None:
    journal.append({"kind": "attempt", "case": 1}, {"kind": "attempt", "case": 2, "name": "Lê Thị Lan"})
    public = journal.run("return keys.publicPoint(device.pair);")
    prev = FIRST
    for seq, entry in enumerate(journal.entries(), start=1):
        digest = hashlib.sha256(base64.b64decode(entry["sealed"])).hexdigest()
        text = f"hailong-entry-1\n{CODE}\n{seq}\n{prev}\n{digest}\n"
        assert entry["prev"] == prev
        assert entry["hash"] == hashlib.sha256(text.encode()).hexdigest()
        assert is_signed(public, entry["signature"], text)
        prev = entry["hash"]

    assert journal.office.open(journal.entries()[1]["sealed"])["name"] == "Lê Thị Lan"
    assert journal.run("return journal.head(db, device.code);") == {"seq": 2, "hash": prev}


def test_what_is_appended_at_once_stands_one_after_the_other(journal: Journal) -> None:
    journal.run("await Promise.all([...Array(40).keys()].map((n) => journal.append(db, device, { n })));")
    entries = journal.entries()

    assert [entry["seq"] for entry in entries] == list(range(1, 41))
    assert sorted(journal.office.open(entry["sealed"])["n"] for entry in entries) == list(range(40))
    assert journal.faults() == []


def test_steps_beside_an_entry_are_kept_with_it_or_not_at_all(journal: Journal) -> None:
    broken = """
        await store.keepSetting(db, "draft", 1);
        const steps = [["settings", "delete", "draft"], ["settings", "put", { no: () => {} }, "cannot be stored"]];
        return journal.append(db, device, {}, steps).then(() => "kept", (error) => error.name);"""

    assert journal.run(broken) == "DataCloneError"
    assert journal.entries() == []
    assert journal.run('return store.setting(db, "draft");') == 1


FLIP = """(text) => text.slice(0, 60) + (text[60] === "A" ? "B" : "A") + text.slice(61)"""


@pytest.mark.parametrize("field", ["sealed", "hash", "prev", "digest", "signature"])
def test_one_changed_byte_is_named(journal: Journal, field: str) -> None:
    journal.append(*({"n": number} for number in range(5)))
    journal.change(3, field, FLIP)
    found = journal.faults()

    assert {"seq": 3, "what": "changed"} in found
    # Whoever changes the hash breaks the link of the next one, too.
    assert [one["seq"] for one in found] == ([3, 4] if field == "hash" else [3])


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_entry_that_is_gone_is_named(journal: Journal, seq: int) -> None:
    journal.append(*({"n": number} for number in range(5)))
    journal.run('await store.write(db, [["journal", "delete", [device.code, args[2]]]]);', seq)

    assert {"seq": seq, "what": "missing"} in journal.faults()


def test_a_receipt_that_the_office_did_not_sign_is_not_believed(journal: Journal) -> None:
    journal.append({}, {}, {})
    first, second, third = journal.entries()
    good = journal.office.receipt(CODE, first)
    foreign = OfficeKey().receipt(CODE, second)
    other_state = journal.office.receipt(CODE, third, "waiting") | {"state": "taken"}

    assert journal.keep(good, foreign, other_state) == [2, 3]
    assert journal.run("return journal.counts(db, device.code);") == {
        "unsent": 2,
        "sent": 0,
        "taken": 1,
        "waiting": 0,
        "dropped": 0,
    }
    assert journal.run("return journal.firstWithoutReceipt(db, device.code);") == 2


@pytest.mark.parametrize("wrong", [{"hash": "f" * 64}, {"seq": 9}, {"signature": "no base64!"}, {"state": "forgotten"}])
def test_a_receipt_for_something_else_is_not_believed(journal: Journal, wrong: dict[str, Any]) -> None:
    journal.append({})
    receipt = journal.office.receipt(CODE, {**journal.entries()[0], **wrong}, wrong.get("state", "taken"))

    assert journal.keep({**receipt, **wrong}) == [wrong.get("seq", 1)]


def test_only_what_the_office_has_is_forgotten_and_never_its_hash(journal: Journal) -> None:
    journal.append({}, {}, {}, {})
    entries = journal.entries()
    states = ["taken", "waiting", "dropped"]
    assert journal.keep(*map(journal.office.receipt, [CODE] * 3, entries, states)) == []

    assert journal.run("return journal.forget(db, device.code, 4);") == 0  # The receipts came later.
    assert journal.run("return journal.forget(db, device.code, 5);") == 2
    assert [entry["sealed"] is None for entry in journal.entries()] == [True, False, True, False]
    assert [entry["hash"] for entry in journal.entries()] == [entry["hash"] for entry in entries]
    assert journal.faults() == []


def test_the_export_begins_where_the_office_may_lack_something(journal: Journal) -> None:
    journal.append({}, {}, {})
    first, second, third = journal.entries()
    journal.keep(journal.office.receipt(CODE, first), journal.office.receipt(CODE, second, "waiting"))
    exported = journal.run("return journal.exported(db, device.code);")
    fields = ("seq", "prev", "sealed", "hash", "signature")

    assert exported == {
        "format": "hailong-journal-1",
        "device": CODE,
        "entries": [{name: entry[name] for name in fields} for entry in (second, third)],
    }


def test_what_lies_under_the_pin_opens_with_no_other_and_in_no_other_place(journal: Journal) -> None:
    opened = journal.run(
        """const salt = keys.newSalt();
        const [right, wrong] = await Promise.all(["274951", "274952"].map((pin) => keys.pinKey(pin, salt, 1000)));
        await vault.keep(db, right, "notes", ["xã Thọ Hải"]);
        const moved = await store.read(db, "vault", "notes");
        await store.write(db, [["vault", "put", moved, "package"]]);
        const attempt = (key, name) => vault.get(db, key, name).catch((error) => error.name);
        return [await attempt(right, "notes"), await attempt(wrong, "notes"), await attempt(right, "package")];"""
    )

    assert opened == [["xã Thọ Hải"], "OperationError", "OperationError"]


def test_the_last_state_of_a_draft_is_kept_however_fast_it_changes(journal: Journal) -> None:
    kept = journal.run(
        """const { Saver } = await import("/static/tablet/drafts.js");
        const key = await keys.pinKey("274951", keys.newSalt(), 1000);
        const said = [];
        const saver = new Saver(db, key, { onSaved: (at) => said.push(at), onTrouble: (error) => said.push(error) });
        const wrong = [];
        for (let n = 1; n <= 150; n += 1) {
            const writing = saver.keep({ id: "one", changed: n });
            if (n % 3 === 0) await writing;
            if (n % 5 === 0) await saver.drain();
            if (n % 15 === 0 && (await vault.getDraft(db, key, "one")).changed !== said.at(-1)) wrong.push(n);
        }
        await saver.drain();
        return [(await vault.getDraft(db, key, "one")).changed, said.at(-1), wrong];"""
    )

    assert kept == [150, 150, []]
