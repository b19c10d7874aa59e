"""WACZ signature: ``signedData`` of ``datapackage-digest.json``, in the anonymous form, made and checked.

Source: https://specs.webrecorder.net/wacz-auth/0.1.0/. What is signed is the text of the digest (``sha256:…``), by
ECDSA with SHA-256; the signature is r and s side by side, the public key a SubjectPublicKeyInfo, both in base64, as
ArchiveWeb.page and wabac.js have it. Both curves are checked here; wabac.js checks P-384 alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from portal_crawler.archive.wacz_write import rfc3339
from portal_crawler.errors import UsageError

_CURVES = (ec.SECP256R1, ec.SECP384R1)
_AUTH_VERSION = "0.1.0"
_MAKE_ONE = "make one with: openssl ecparam -name secp384r1 -genkey -noout -out KEY.pem"


def signer(path: Path, created: datetime, software: str) -> Callable[[str], dict[str, str]]:
    """What signs the digest of a package with the private key in a PEM file. The same digest, the same signature.

    :param created: the time that the package names as its own.
    :raises UsageError: where the file holds no private key of P-256 or P-384, or one under a passphrase.
    """
    key = _private_key(path)

    def sign(digest: str) -> dict[str, str]:
        scheme = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979
        size = (key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(digest.encode(), scheme))
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "hash": digest,
            "created": rfc3339(created),
            "software": software,
            "version": _AUTH_VERSION,
            "signature": base64.b64encode(r.to_bytes(size, "big") + s.to_bytes(size, "big")).decode(),
            "publicKey": base64.b64encode(public).decode(),
        }

    return sign


def signature_problem(signed: Any, digest: str) -> str:
    """What is wrong with ``signedData``, as a clause; "" where the signature is that of its key over ``digest``.

    Of a signature with a domain's certificate, that certificate's key is taken; whether its issuer can be trusted and
    whether the time stamp holds is not checked.
    """
    if not isinstance(signed, dict):
        return "its signedData is no object"
    if signed.get("hash") != digest:
        return f"its signature is over another digest than that of the package ({signed.get('hash')})"
    try:
        key = _public_key(signed)
        signature = base64.b64decode(str(signed["signature"]), validate=True)
        key.verify(_der(signature, key), digest.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return "its signature is not that of its key over the package's digest"
    except (KeyError, ValueError, TypeError, binascii.Error, UnsupportedAlgorithm) as error:
        return f"its signature or key cannot be read ({error})"
    return ""


def signed_by(signed: dict[str, Any]) -> str:
    """Whose signature it is: the domain that it names, and the SHA-256 of the public key; "" where none can be read."""
    try:
        public = _public_key(signed).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (KeyError, ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        return ""
    key = f"the key with SHA-256 {hashlib.sha256(public).hexdigest()}"
    return f"{signed['domain']}, {key}" if signed.get("domain") else key


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise UsageError(str(path), "there is no such file", _MAKE_ONE) from None
    except OSError as error:
        raise UsageError(str(path), f"cannot be read: {error.strerror}", "give a readable file of a key") from error
    except TypeError as error:
        cure = "write it without one: openssl pkey -in KEY.pem -out PLAIN.pem"
        raise UsageError(str(path), "is a key under a passphrase", cure) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(str(path), "holds no private key in PEM", _MAKE_ONE) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, _CURVES):
        raise UsageError(str(path), "is no key of the curves P-256 and P-384", _MAKE_ONE)
    return key


def _public_key(signed: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    if signed.get("publicKey"):
        key: Any = serialization.load_der_public_key(base64.b64decode(str(signed["publicKey"]), validate=True))
    else:
        key = x509.load_pem_x509_certificates(str(signed["domainCert"]).encode())[0].public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("the key is of no elliptic curve")  # noqa: TRY004 - a value of the file, not of a caller
    return key


def _der(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """A signature in DER, which authsign writes, whether it is that already or r and s side by side."""
    size = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    return encode_dss_signature(int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big"))
