"""The office's key as the documents describe it, made by another library than the server and the device use."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
FIRST = "0" * 64


class OfficeKey:
    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        point = serialization.PublicFormat.UncompressedPoint
        self.public = base64.b64encode(
            self.private.public_key().public_bytes(serialization.Encoding.X962, point)
        ).decode()

    def open(self, sealed: str) -> Any:
        return json.loads(SUITE.decrypt(base64.b64decode(sealed), self.private, info=b"hailong-entry-1"))

    def sign(self, text: str) -> str:
        first, second = utils.decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return base64.b64encode(first.to_bytes(32) + second.to_bytes(32)).decode()

    def receipt(self, device: str, entry: dict[str, Any], state: str = "taken") -> dict[str, Any]:
        text = f"hailong-receipt-1\n{device}\n{entry['seq']}\n{entry['hash']}\n{state}\n"
        return {"seq": entry["seq"], "hash": entry["hash"], "state": state, "reason": "", "signature": self.sign(text)}


def is_signed(public: str, signature: str, text: str) -> bool:
    raw = base64.b64decode(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(public))
    pair = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(pair, text.encode(), ec.ECDSA(hashes.SHA256()))
    return len(raw) == 64
