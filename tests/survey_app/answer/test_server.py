"""What only the real server can show: a body that is too large is answered, and no log names a citizen."""

import http.client
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from survey_app import clock
from tests.browser import granian
from tests.conftest import make_app
from tests.survey_app.answer.conftest import CODE, GOOD, make_open_point


@pytest.mark.slow
def test_ten_megabytes_are_refused_in_words_and_the_log_stays_silent(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.sqlite'}"
    app = make_app(tmp_path, url)
    today = clock.local_day(clock.utc_now())
    make_open_point(app, opens_on=today, closes_on=today + timedelta(days=365))
    app.extensions["engine"].dispose()
    with granian(tmp_path, url) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "203.0.113.7"}
        for sent in ("&".join(f"x{number}=1" for number in range(3000)), "comment=" + "a" * 10_000_000):
            connection.request("POST", f"/p/{CODE}?lang=vi", sent, headers)
            response = connection.getresponse()
            assert response.status == 413
            assert "Nội dung gửi lên quá lớn" in response.read().decode()
        connection.close()

    log = (tmp_path / "server.log").read_text()
    assert "203.0.113.7" not in log
    assert "127.0.0.1" not in log.replace(urlsplit(address).netloc, "")
    assert GOOD["comment"] not in log
