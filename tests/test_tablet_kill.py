"""Tablets send while the server is killed, also between COMMIT and the answer: what has a receipt is there, once.

The run of every day kills a few times; `KILLS=50 pytest tests/test_tablet_kill.py` is the long form.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import urllib3

from benchmarks.site import Site, make_site
from benchmarks.tablet_client import Refused, Tablet, over_http
from survey_app import config, create_app, database
from survey_app.clock import utc_now
from survey_app.enrolment import devices
from survey_app.models import CollectionPoint, Device, DeviceEntry, InstrumentVersion, Response, User, Wave
from tests import factories
from tests.staff import make_staff
from tests.survey_app.field.tablets import ANSWERS

KILLS = int(os.environ.get("KILLS", "4"))
CASES = 200
pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path, any_database_url: str) -> Iterator[Site]:
    site = make_site(tmp_path, any_database_url)
    site.start()
    yield site
    site.stop()


def codes(site: Site, count: int) -> list[str]:
    """Codes for so many tablets of one officer, whose cases are 1 to CASES."""
    settings = config.read(site.environ)
    app = create_app(settings)
    officer_id = make_staff(app, "officer")
    with app.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint)).one()
        for number in range(1, CASES + 1):
            factories.make_case(session, point.wave, point.unit, number, officer_id=officer_id)
        officer = session.get_one(User, officer_id)
        made = [devices.add_tablet(session, settings.token_key, officer, "", utc_now())[1] for _ in range(count)]
        session.commit()
    app.extensions["engine"].dispose()
    return made


def look(site: Site, *columns: Any, joined: bool = False) -> list[Any]:
    engine = database.make_engine(config.read(site.environ).database_url)
    with engine.connect() as connection:
        query = sa.select(*columns)
        rows = connection.execute(query.join(Wave.instrument_version) if joined else query).all()
    engine.dispose()
    return [tuple(row) for row in rows]


class Officers:
    """Officers with a tablet each, who interview and send until `stop`; a server that is away makes them send later."""

    def __init__(self, site: Site, count: int) -> None:
        self.tablets = [Tablet(over_http(site.address, timeout=10)) for _ in range(count)]
        for tablet, code in zip(self.tablets, codes(site, count), strict=True):
            tablet.enrol(code)
        ((self.wave, self.version),) = look(site, Wave.slug, InstrumentVersion.content_hash, joined=True)
        self.strange: list[str] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        tablet, chance = self.tablets[number], random.Random(number)
        cases = iter(range(1 + number, CASES + 1, len(self.tablets)))
        while not self._stopping.is_set():
            case = next(cases, None)
            if case is not None:
                said = {"case": case, "wave": self.wave, "version": self.version, "answers": ANSWERS}
                tablet.append(tablet.interview(**said))
            self._send(tablet)
            time.sleep(chance.uniform(0, 0.1))

    def _send(self, tablet: Tablet) -> None:
        try:
            tablet.send_entries()
        except (urllib3.exceptions.HTTPError, ValueError):
            time.sleep(0.05)
        except Refused as refused:
            if refused.status != 503:
                self.strange.append(str(refused))


def test_whatever_is_killed_each_interview_is_there_once(site: Site) -> None:
    officers = Officers(site, 4)
    officers.start()
    try:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.3, 1.0))
            site.kill()
            site.start()
    finally:
        officers.stop()
    tablets = officers.tablets
    for tablet in tablets:
        tablet.send_entries()
        assert tablet.send_entries(tablet.entries) == [tablet.receipts[entry["seq"]] for entry in tablet.entries]
        assert tablet.close()["equal"]
    sent = sum(len(tablet.entries) for tablet in tablets)

    assert officers.strange == []
    assert {receipt["state"] for tablet in tablets for receipt in tablet.receipts.values()} == {"taken"}
    assert look(site, sa.func.count(Response.id)) == [(sent,)]
    assert look(site, sa.func.count(DeviceEntry.id)) == [(sent,)]
    assert sorted(look(site, Device.seq, Device.head)) == sorted((len(one.entries), one.head) for one in tablets)
