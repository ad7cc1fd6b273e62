"""What a browser seals is opened by another library: HPKE as RFC 9180 has it."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from playwright.sync_api import Page

from tests.survey_app.tablet.keys import SUITE, OfficeKey

pytestmark = pytest.mark.browser

# RFC 9180, A.3.1, DHKEM(P-256, HKDF-SHA256): the pair that is used once, the receiver's public key, the shared secret.
SK_E = "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb"
PK_E = (
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
)
PK_R = (
    "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82"
    "6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0"
)
SHARED = "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8"


def test_the_shared_secret_is_that_of_the_rfc(modules: Page) -> None:
    found = modules.evaluate(
        """async ([secret, own, theirs]) => {
            const { encapsulate } = await import("/static/tablet/seal.js");
            const { toHex } = await import("/static/tablet/bytes.js");
            const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
            const base64 = (raw) => btoa(String.fromCharCode(...raw));
            const url = (raw) => base64(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
            const curve = { name: "ECDH", namedCurve: "P-256" };
            const point = bytes(own);
            const [x, y, d] = [point.slice(1, 33), point.slice(33), bytes(secret)].map(url);
            const jwk = { kty: "EC", crv: "P-256", x, y, d };
            const privateKey = await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]);
            const publicKey = await crypto.subtle.importKey("raw", point, curve, true, []);
            const office = await crypto.subtle.importKey("raw", bytes(theirs), curve, true, []);
            const made = await encapsulate(office, { privateKey, publicKey });
            return [toHex(made.enc), toHex(made.secret)];
        }""",
        [SK_E, PK_E, PK_R],
    )

    assert found == [PK_E, SHARED]


@pytest.mark.parametrize("length", [0, 1, 16, 5000, 200_000])
def test_another_library_opens_it(modules: Page, length: int) -> None:
    key, plain = OfficeKey(), bytes(number % 251 for number in range(length))
    sealed = modules.evaluate(
        """async ([office, plain]) => {
            const [{ seal }, { officeKeys }, bytes] = await Promise.all(
                ["seal", "keys", "bytes"].map((name) => import(`/static/tablet/${name}.js`)));
            const { sealTo } = await officeKeys(office);
            return bytes.toBase64(await seal(sealTo, bytes.fromBase64(plain)));
        }""",
        [key.public, base64.b64encode(plain).decode()],
    )

    assert SUITE.decrypt(base64.b64decode(sealed), key.private, info=b"hailong-entry-1") == plain


def test_the_same_is_never_sealed_alike_and_only_for_one_office(modules: Page) -> None:
    key = OfficeKey()
    seal = """async (office) => {
        const { seal } = await import("/static/tablet/seal.js");
        const { officeKeys } = await import("/static/tablet/keys.js");
        const { toBase64, utf8 } = await import("/static/tablet/bytes.js");
        const { sealTo } = await officeKeys(office);
        return [toBase64(await seal(sealTo, utf8("{}"))), toBase64(await seal(sealTo, utf8("{}")))];
    }"""
    first, second = modules.evaluate(seal, key.public)

    assert first != second
    assert key.open(first) == key.open(second) == {}
    with pytest.raises(InvalidTag):
        OfficeKey().open(first)
