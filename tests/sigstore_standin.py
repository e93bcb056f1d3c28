"""A Sigstore of the tests' own: authority, certificate log and transparency log, whose keys a test lets verify trust.

What it signs is refused by the public Sigstore's keys, and refused by these where anything of it was changed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pypublish.edges.attestations import HOME
from pypublish.edges.world import World
from pypublish.model import Publisher

ISSUER = "https://token.actions.githubusercontent.com"
PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
SCT_LIST = "1.3.6.1.4.1.11129.2.4.2"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
TRUSTED = "sigstore-python/tuf/https%3A%2F%2Ftuf-repo-cdn.sigstore.dev/trusted_root.json"
"""Where the library looks first for the keys of the public Sigstore."""
COMMIT, RUN = "c" * 40, "https://github.com/acme/hello/actions/runs/7/attempts/1"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def der_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def canonical(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def der_text(text: str) -> bytes:
    length = len(text.encode())
    return bytes([0x0C, *((length,) if length < 128 else (0x81, length))]) + text.encode()


@dataclass(frozen=True, kw_only=True)
class Sigstore:
    """The instance, with keys of its own."""

    authority: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    certificate_log: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    log: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def trusted_by(self, world: World) -> None:
        """Let verify trust this instance in place of the public one."""
        path = world.scratch / HOME / TRUSTED
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(self.trusted_root()), "utf-8")

    def trusted_root(self) -> dict[str, object]:
        since = {"start": "2020-01-01T00:00:00Z"}
        subject = {"organization": "tests", "commonName": "tests"}

        def log(key: ec.EllipticCurvePrivateKey) -> dict[str, object]:
            public = {
                "rawBytes": encoded(der_of(key)),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": since,
            }
            identity = {"keyId": encoded(hashlib.sha256(der_of(key)).digest())}
            return {
                "baseUrl": "https://log.example",
                "hashAlgorithm": "SHA2_256",
                "publicKey": public,
                "logId": identity,
            }

        chain = {"certificates": [{"rawBytes": encoded(self.root().public_bytes(Encoding.DER))}]}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log(self.log)],
            "certificateAuthorities": [
                {"subject": subject, "uri": "https://authority.example", "certChain": chain, "validFor": since}
            ],
            "ctlogs": [log(self.certificate_log)],
            "timestampAuthorities": [],
        }

    def root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests' Sigstore")])
        public = self.authority.public_key()
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
        )
        return (
            x509.CertificateBuilder(serial_number=1, issuer_name=name, subject_name=name, public_key=public)
            .not_valid_before(self.now - timedelta(days=1))
            .not_valid_after(self.now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self.authority, hashes.SHA256())
        )

    def certificate(
        self, publisher: Publisher, key: ec.EllipticCurvePrivateKey, *, tag: str, names_environment: bool
    ) -> x509.Certificate:
        """Certify a job, as the authority does for the identity token of one."""
        root, ref = self.root(), f"refs/tags/{tag}"
        repository = f"https://github.com/{publisher.owner}/{publisher.repository}"
        workflow = f"{repository}/.github/workflows/{publisher.workflow}@{ref}"
        claims = {8: ISSUER, 9: workflow, 12: repository, 13: COMMIT, 14: ref, 18: workflow, 21: RUN}
        if names_environment and publisher.environment:
            claims[23] = publisher.environment
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"), False
        )
        builder = (
            x509.CertificateBuilder(serial_number=2, issuer_name=root.subject, subject_name=x509.Name([]))
            .public_key(key.public_key())
            .not_valid_before(self.now - timedelta(minutes=5))
            .not_valid_after(self.now + timedelta(minutes=5))
            .add_extension(
                x509.KeyUsage(
                    **usage, digital_signature=True, crl_sign=False, encipher_only=False, decipher_only=False
                ),
                critical=True,
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), critical=False
            )
            .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(workflow)]), critical=True)
        )
        for number, claim in claims.items():
            oid = x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, der_text(claim)), critical=False)
        draft = self._with_timestamp(builder, b"").sign(self.authority, hashes.SHA256())
        return self._with_timestamp(builder, draft.tbs_precertificate_bytes).sign(self.authority, hashes.SHA256())

    def _with_timestamp(self, builder: x509.CertificateBuilder, content: bytes) -> x509.CertificateBuilder:
        """Add the certificate log's promise (RFC 6962) to have seen a certificate, without this very extension."""
        at = struct.pack("!Q", int(self.now.timestamp() * 1000))
        issuer = hashlib.sha256(der_of(self.authority)).digest()
        entry = issuer + struct.pack("!I", len(content))[1:] + content
        signature = signed(self.certificate_log, b"\0\0" + at + b"\0\1" + entry + b"\0\0")
        identity = hashlib.sha256(der_of(self.certificate_log)).digest()
        promise = b"\0" + identity + at + b"\0\0" + b"\4\3" + struct.pack("!H", len(signature)) + signature
        several = struct.pack("!H", len(promise)) + promise
        listed = struct.pack("!H", len(several)) + several
        der = bytes([0x04, *((len(listed),) if len(listed) < 128 else (0x81, len(listed)))]) + listed
        oid = x509.ObjectIdentifier(SCT_LIST)
        return builder.add_extension(x509.UnrecognizedExtension(oid, der), critical=False)

    def attest(
        self, file: Path, publisher: Publisher, *, tag: str = "v1.2.0", names_environment: bool = True
    ) -> dict[str, object]:
        """Make the attestation that a publisher's job makes of a file (PEP 740)."""
        key = new_key()
        certificate = self.certificate(publisher, key, tag=tag, names_environment=names_environment)
        subject = {"name": file.name, "digest": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}}
        statement = canonical(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [subject],
                "predicateType": PUBLISH,
                "predicate": None,
            }
        )
        head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(statement)} ".encode()
        signature = signed(key, head + statement)
        return {
            "version": 1,
            "verification_material": {
                "certificate": encoded(certificate.public_bytes(Encoding.DER)),
                "transparency_entries": [self._logged(statement, signature, certificate)],
            },
            "envelope": {"statement": encoded(statement), "signature": encoded(signature)},
        }

    def _logged(self, statement: bytes, signature: bytes, certificate: x509.Certificate) -> dict[str, object]:
        """Log a signature as the only entry of the transparency log, and prove it."""
        body = canonical(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
                    "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(statement).hexdigest()},
                    "signatures": [
                        {
                            "signature": encoded(signature),
                            "verifier": encoded(certificate.public_bytes(Encoding.PEM)),
                        }
                    ],
                },
            }
        )
        identity = hashlib.sha256(der_of(self.log)).digest()
        at = int(self.now.timestamp())
        promise = {"body": encoded(body), "integratedTime": at, "logID": identity.hex(), "logIndex": 0}
        root = hashlib.sha256(b"\0" + body).digest()
        note = f"log.example - 1\n1\n{encoded(root)}\n"
        mark = encoded(identity[:4] + signed(self.log, note.encode()))
        return {
            "logIndex": "0",
            "logId": {"keyId": encoded(identity)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(at),
            "inclusionPromise": {"signedEntryTimestamp": encoded(signed(self.log, canonical(promise)))},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": encoded(root),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\N{EM DASH} log.example {mark}\n"},
            },
            "canonicalizedBody": encoded(body),
        }
