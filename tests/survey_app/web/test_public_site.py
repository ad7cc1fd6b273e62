"""The public site as it is served: to everybody, without a cookie, compressed, cached, and framed only where meant."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analysis.site.building import build
from tests.analysis.site.places import make_published
from tests.conftest import make_app

PAGE = "/ket-qua/sipas-2017/1/"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("serving")
    make_published(folder / "releases" / "one", number_of_units=3)
    build(folder / "releases", folder / "public", "https://hailong.example.vn")
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_page_comes_whole_without_a_cookie_and_under_a_strict_policy(reader: FlaskClient) -> None:
    found = reader.get(PAGE)

    assert found.status_code == 200
    assert found.mimetype == "text/html"
    assert "84,30" in found.text
    assert "Set-Cookie" not in found.headers
    policy = found.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["X-Frame-Options"] == "DENY"


def test_it_comes_compressed_where_the_reader_can(reader: FlaskClient) -> None:
    plain = reader.get(PAGE)
    packed = reader.get(PAGE, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    refused = reader.get(PAGE, headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_it_is_sent_once_and_then_only_said_to_be_the_same(reader: FlaskClient) -> None:
    first = reader.get(PAGE)
    again = reader.get(PAGE, headers={"If-None-Match": first.headers["ETag"]})

    assert "max-age" in first.headers["Cache-Control"]
    assert again.status_code == 304
    assert again.data == b""
    assert reader.head(PAGE).headers["Content-Length"] == str(len(first.data))


def test_only_the_embedded_figure_may_stand_in_a_frame(reader: FlaskClient) -> None:
    for address in (f"{PAGE}nhung/", "/en/results/sipas-2017/1/embed/"):
        found = reader.get(address)

        assert "frame-ancestors *" in found.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in found.headers


def test_addresses_without_their_slash_lead_to_it(reader: FlaskClient) -> None:
    found = reader.get("/ket-qua/sipas-2017/1")

    assert found.status_code == 301
    assert found.headers["Location"] == PAGE


@pytest.mark.parametrize(
    "address",
    [
        *("/ket-qua/../secrets.json", "/ket-qua/%2e%2e/secrets.json", "/ket-qua/..%2f..%2fsecrets.json"),
        *(
            "/ket-qua//etc/passwd",
            "/ket-qua/.hidden/",
            "/ket-qua/sipas-2017/9/",
            "/ket-qua/%00/",
            "/ket-qua/index.html.gz",
        ),
        *("/ket-quan/", "/en/results/sipas-2017/1/nhung/"),
    ],
)
def test_nothing_outside_the_folder_and_no_other_file_is_served(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_nobody_can_send_anything_there(reader: FlaskClient) -> None:
    assert reader.post(PAGE).status_code in (400, 404, 405)


def test_a_new_site_is_served_at_once(app: Flask, reader: FlaskClient) -> None:
    folder = Path(app.config["SETTINGS"].public).parent
    assert reader.get("/ket-qua/sipas-2017/2/").status_code == 404
    make_published(folder / "releases" / "two", 2, verdict="not_met", number_of_units=3)
    build(folder / "releases", folder / "public", "https://hailong.example.vn")

    assert "76,40" in reader.get("/ket-qua/sipas-2017/2/").text
    assert "76,40" in reader.get("/ket-qua/sipas-2017/").text


def test_the_front_page_leads_to_the_results(reader: FlaskClient) -> None:
    assert 'href="/ket-qua/"' in reader.get("/").text
    assert 'href="/en/results/"' in reader.get("/?lang=en").text


@pytest.mark.parametrize(
    ("address", "language", "words", "other"),
    [
        ("/ket-qua/", "vi", "Chưa có kết quả khảo sát nào được công bố.", "/en/results/"),
        ("/en/results/", "en", "No results have been published yet.", "/ket-qua/"),
    ],
)
def test_before_the_first_publication_it_says_that_there_is_none_yet(
    console_app: Flask, address: str, language: str, words: str, other: str
) -> None:
    reader = console_app.test_client()
    found = reader.get(address)

    assert found.status_code == 200
    assert f'<html lang="{language}">' in found.text
    assert words in found.text
    assert f'href="{other}"' in found.text
    assert "Set-Cookie" not in found.headers
    assert reader.get(f"{address}sipas-2017/").status_code == 404
