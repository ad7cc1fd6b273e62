"""What was acknowledged is there, once, whole: whatever is killed, and at whatever instant.

The run of every day kills the server a few times; `KILLS=50 pytest tests/test_kill.py` is the long form.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import psutil
import pytest
import sqlalchemy as sa
import urllib3

from benchmarks import postgres
from benchmarks.site import Site, make_site, wait_for
from questionnaires import loader
from questionnaires.answers import Answers
from questionnaires.checking import check
from survey_app import clock, config, database, responses
from survey_app.commands.server import SECONDS_TO_LISTEN
from survey_app.models import Response
from survey_app.proofs import thanks, tokens
from survey_app.simulation import population
from survey_app.simulation.forms import fill
from survey_app.simulation.scenarios import SIPAS
from survey_app.simulation.send import FORM, read_forms

KILLS = int(os.environ.get("KILLS", "5"))
RESPONDENTS = 8
# Read by each new Python before all else: workers that are renewed begin as slowly as on a machine full of work.
SLOW = f"import sys, time\nif '--multiprocessing-fork' in sys.orig_argv:\n    time.sleep({SECONDS_TO_LISTEN + 3})\n"
INSTRUMENT = loader.load_builtin("sipas2017")
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Sent:
    """One form that left a respondent's phone, and the receipt if one came back."""

    response_id: UUID
    body: str
    content: str
    receipt: str | None = None


class Crowd:
    """Respondents who come one after the other until `stop`; a server that is away makes them come again later."""

    def __init__(self, site: Site, headers: Mapping[str, str] | None = None) -> None:
        self.site, self.headers = site, headers or {}
        self.key = config.read(site.environ).token_key
        self.acknowledged: list[Sent] = []
        self.unanswered: list[Sent] = []
        self.others: list[str] = []
        self.refused: list[str] = []
        self._forms = [fill(INSTRUMENT, person) for person in _people()]
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._come, args=(number,)) for number in range(RESPONDENTS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for_more(self, count: int) -> None:
        """Until so many more were acknowledged: so that what is broken next meets load."""
        enough = len(self.acknowledged) + count
        _wait_until(lambda: len(self.acknowledged) >= enough, 120)

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _come(self, number: int) -> None:
        chance = random.Random(number)
        pool = urllib3.PoolManager(retries=False, timeout=20)
        while not self._stopping.is_set():
            try:
                self._answer(pool, chance)
            except urllib3.exceptions.HTTPError as error:
                self.refused += [str(error)] * isinstance(error, urllib3.exceptions.NewConnectionError)
                time.sleep(0.02)

    def _answer(self, pool: urllib3.PoolManager, chance: random.Random) -> None:
        page = pool.request("GET", f"{self.site.address}/p/{self.site.code}", headers=self.headers)
        if page.status != 200:
            self._away(page.status)
            return
        (form,) = [found for found in read_forms(page.data.decode()) if "token" in found.hidden]
        filled = chance.choice(self._forms)
        checked = check(INSTRUMENT, filled).answers
        assert checked is not None
        body = urlencode({"token": form.hidden["token"], **filled}, doseq=True)
        token = tokens.read(self.key, form.hidden["token"])
        self.send(pool, Sent(token.response_id, body, checked.canonical_json()))

    def send(self, pool: urllib3.PoolManager, sent: Sent) -> Sent:
        """Posts the form; what comes back decides in which list it lands."""
        try:
            url = f"{self.site.address}/p/{self.site.code}"
            answer = pool.request("POST", url, body=sent.body, headers={**FORM, **self.headers}, redirect=False)
        except urllib3.exceptions.HTTPError:
            self.unanswered.append(sent)
            raise
        if answer.status != 303:
            self._away(answer.status)
            self.unanswered.append(sent)
            return sent
        sealed = parse_qs(urlsplit(answer.headers["Location"]).query)["r"][0]
        said, _fresh = thanks.read(self.key, sealed, clock.utc_now())
        self.acknowledged.append(replace(sent, receipt=said.receipt))
        return self.acknowledged[-1]

    def _away(self, status: int) -> None:
        """A database that is away is said so (503); any other refusal of a good form is a fault."""
        if status != 503:
            self.others.append(f"HTTP {status}")
        time.sleep(0.02)


def _people() -> list[population.Person]:
    profile = replace(SIPAS.profile, hamlets=(8, 8), people=(10, 10))
    return population.make(INSTRUMENT, ["15520"], profile).people()


def stored(site: Site) -> dict[UUID, tuple[str, str]]:
    """Content hash and answers of every stored response."""
    engine = database.make_engine(config.read(site.environ).database_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(Response.id, Response.content_hash, Response.answers)).all()
    engine.dispose()
    found = {row.id: (row.content_hash, row.answers) for row in rows}
    assert len(found) == len(rows)
    return found


def assert_kept(crowd: Crowd) -> None:
    """Every receipt stands for one stored response of the same content; nothing else and nothing half is there."""
    kept, sent = stored(crowd.site), {each.response_id: each for each in [*crowd.unanswered, *crowd.acknowledged]}
    codes = {question.code for question in INSTRUMENT.questions()}

    assert crowd.others == []
    assert {each.response_id for each in crowd.acknowledged} <= kept.keys()
    assert kept.keys() <= sent.keys()
    for response_id, (content_hash, content) in kept.items():
        answers = Answers.from_json(content)
        assert content == sent[response_id].content
        assert content_hash == answers.content_hash()
        assert codes == {code for code in [*answers.values, *answers.states] if not code.endswith("__other")}
    for each in crowd.acknowledged:
        assert each.receipt == responses.receipt(crowd.key, each.response_id, kept[each.response_id][0])


def assert_repeats_are_harmless(crowd: Crowd) -> None:
    """Whoever got no answer sends the same form again: each is there once, with a receipt."""
    pool, again = urllib3.PoolManager(retries=False, timeout=20), list(crowd.unanswered)
    receipts = [crowd.send(pool, sent).receipt for sent in again]

    assert None not in receipts
    assert_kept(crowd)
    assert len(stored(crowd.site)) == len({each.response_id for each in crowd.acknowledged})


@pytest.fixture
def site(tmp_path: Path, any_database_url: str) -> Iterator[Site]:
    site = make_site(tmp_path, any_database_url)
    site.start()
    yield site
    site.stop()


def under_load(
    site: Site,
    break_something: Callable[[random.Random], None],
    times: int,
    headers: Mapping[str, str] | None = None,
    after: int = 12,
) -> Crowd:
    crowd, chance = Crowd(site, headers), random.Random(2017)
    crowd.start()
    try:
        for _ in range(times):
            crowd.wait_for_more(12)
            time.sleep(chance.uniform(0.2, 0.8))
            break_something(chance)
        crowd.wait_for_more(after)
    finally:
        crowd.stop()
    return crowd


def test_killing_the_whole_server_loses_nothing(site: Site) -> None:
    def kill(_chance: random.Random) -> None:
        site.kill()
        site.start()

    crowd = under_load(site, kill, KILLS)

    assert len(crowd.acknowledged) > 2 * KILLS
    assert_kept(crowd)
    assert_repeats_are_harmless(crowd)


def test_killing_workers_loses_nothing_and_they_come_back(site: Site) -> None:
    first = _workers(site)
    assert len(first) == 2

    # The same worker dying twice within seconds would be a crash loop, which ends the server on purpose.
    crowd = under_load(site, lambda _chance: first.pop().kill(), 2)
    _wait_until(lambda: len(_workers(site)) == 2)
    assert site.server is not None
    wait_for(f"{site.address}/health/ready", site.server)  # A new process is there before it listens.

    assert_kept(crowd)
    assert_repeats_are_harmless(crowd)


def test_renewing_every_worker_under_load_refuses_nobody(tmp_path: Path) -> None:
    """As `systemctl reload` does it; connections are not kept, as our Caddyfile says.

    A worker that ends closes a connection that it took and has not read yet (one in a thousand, on a busy machine, but
    several at once, so that a share needs hundreds of forms); the same form sent again is taken.
    """
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "sitecustomize.py").write_text(SLOW)
    site = make_site(tmp_path, f"sqlite:///{tmp_path / 'renewed.sqlite'}")
    path = os.pathsep.join(filter(None, [str(tmp_path / "slow"), os.environ.get("PYTHONPATH")]))
    site = replace(site, environ={**site.environ, "PYTHONPATH": path})
    site.start()
    _wait_until(lambda: len(_workers(site)) == 2)
    first = {worker.pid for worker in _workers(site)}

    def renew(_chance: random.Random) -> None:
        assert site.server is not None
        os.kill(site.server.pid, signal.SIGHUP)
        _wait_until(lambda: len(_workers(site)) == 2 and not {worker.pid for worker in _workers(site)} & first, 180)

    try:
        crowd = under_load(site, renew, 1, {"Connection": "close"}, after=200)
        loaded_anew = ["spawn_main" in " ".join(worker.cmdline()) for worker in _workers(site)]

        assert len(crowd.acknowledged) > 20
        assert len(crowd.refused) <= 5 * RESPONDENTS, crowd.refused[0]  # A tenth of a second; it was seconds once.
        assert len(crowd.unanswered) <= max(2, len(crowd.acknowledged) // 100)
        assert_kept(crowd)
        assert_repeats_are_harmless(crowd)
        assert loaded_anew == [True, True]
    finally:
        site.stop()


def test_a_server_ends_although_a_worker_does_not_hear(tmp_path: Path) -> None:
    """One that is told to end just as it begins never does; here it is stopped, so that it happens each time."""
    site = make_site(tmp_path, f"sqlite:///{tmp_path / 'ended.sqlite'}")
    site.start()
    _wait_until(lambda: len(_workers(site)) == 2)
    _workers(site)[0].suspend()

    assert site.server is not None
    site.server.terminate()
    assert site.server.wait(timeout=60) == 0


def _wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _workers(site: Site) -> list[psutil.Process]:
    assert site.server is not None
    return [child for child in psutil.Process(site.server.pid).children() if _serves(child)]


def _serves(child: psutil.Process) -> bool:
    try:
        return "resource_tracker" not in " ".join(child.cmdline())
    except psutil.NoSuchProcess:  # It has just ended.
        return False


def test_killing_postgresql_loses_nothing(tmp_path: Path) -> None:
    server = postgres.start(tmp_path / "pg")
    site = make_site(tmp_path / "site", server.get_uri())
    site.start()

    try:
        crowd = under_load(site, lambda _chance: postgres.kill_and_start(server), max(2, KILLS // 10))
        assert len(crowd.acknowledged) > 20
        assert_kept(crowd)
        assert_repeats_are_harmless(crowd)
    finally:
        site.stop()
        server.cleanup()
