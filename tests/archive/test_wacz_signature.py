from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from portal_crawler.archive.wacz_signature import signature_problem, signed_by, signer
from portal_crawler.errors import UsageError

CREATED = dt.datetime(2004, 10, 15, 8, 30, tzinfo=dt.UTC)
DIGEST = "sha256:" + "0f" * 32
CURVES = [ec.SECP256R1(), ec.SECP384R1()]


def _pem(key: Any, path: Path, secret: bytes | None = None) -> Path:
    lock = serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock))
    return path


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_signature_holds_for_its_digest_alone(tmp_path: Path, curve: ec.EllipticCurve) -> None:
    path = _pem(ec.generate_private_key(curve), tmp_path / "key.pem")
    signed = signer(path, CREATED, "portal-crawler")(DIGEST)
    assert list(signed) == ["hash", "created", "software", "version", "signature", "publicKey"]
    assert (signed["hash"], signed["created"]) == (DIGEST, "2004-10-15T08:30:00Z")
    assert signature_problem(signed, DIGEST) == ""
    assert signer(path, CREATED, "portal-crawler")(DIGEST) == signed
    other = "sha256:" + "0e" * 32
    assert "over another digest" in signature_problem(signed, other)
    assert "is not that of its key" in signature_problem({**signed, "hash": other}, other)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_it_is_the_form_that_web_crypto_verifies(tmp_path: Path, curve: ec.EllipticCurve) -> None:
    """r and s side by side (IEEE P1363), each as wide as the curve; the key as SubjectPublicKeyInfo."""
    signed = signer(_pem(ec.generate_private_key(curve), tmp_path / "key.pem"), CREATED, "x")(DIGEST)
    assert len(base64.b64decode(signed["signature"])) == 2 * curve.key_size // 8
    public = serialization.load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)


def test_a_signature_by_a_domains_certificate_is_checked_with_its_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "archive.library.test")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(CREATED).not_valid_after(CREATED + dt.timedelta(days=90))
    certificate = builder.sign(key, hashes.SHA256())
    signed = {
        "hash": DIGEST,
        "signature": base64.b64encode(key.sign(DIGEST.encode(), ec.ECDSA(hashes.SHA256()))).decode(),
        "domain": "archive.library.test",
        "domainCert": certificate.public_bytes(serialization.Encoding.PEM).decode(),
    }
    assert signature_problem(signed, DIGEST) == ""
    assert signed_by(signed).startswith("archive.library.test, the key with SHA-256 ")
    other = ec.generate_private_key(ec.SECP256R1()).sign(DIGEST.encode(), ec.ECDSA(hashes.SHA256()))
    assert "is not that of its key" in signature_problem(
        {**signed, "signature": base64.b64encode(other).decode()}, DIGEST
    )


@pytest.mark.parametrize(
    "change", [{"signature": "!"}, {"publicKey": "AAAA"}, {"publicKey": ""}, {"signature": "AAAA"}], ids=str
)
def test_what_is_no_signature_is_told(tmp_path: Path, change: dict[str, str]) -> None:
    signed = signer(_pem(ec.generate_private_key(ec.SECP256R1()), tmp_path / "key.pem"), CREATED, "x")(DIGEST)
    assert signature_problem({**signed, **change}, DIGEST)
    assert signature_problem("text", DIGEST) == "its signedData is no object"


def test_keys_that_cannot_sign_are_named_with_the_cure(tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256K1())
    wrong = {
        _pem(rsa.generate_private_key(65537, 2048), tmp_path / "rsa.pem"): "is no key of the curves P-256 and P-384",
        _pem(curve, tmp_path / "k1.pem"): "is no key of the curves P-256 and P-384",
        _pem(
            ec.generate_private_key(ec.SECP256R1()), tmp_path / "locked.pem", b"secret"
        ): "is a key under a passphrase",
        tmp_path / "nowhere.pem": "there is no such file",
    }
    (tmp_path / "text.pem").write_text("no key")
    wrong[tmp_path / "text.pem"] = "holds no private key in PEM"
    for path, problem in wrong.items():
        with pytest.raises(UsageError, match=problem) as told:
            signer(path, CREATED, "x")
        assert "openssl" in told.value.cure
