"""X.509 certificates as C2PA asks for them: a root, and signers under it. Made here, stored elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ROOT_LASTS = timedelta(days=30 * 365)
SIGNER_LASTS = timedelta(days=10 * 365)
"""Far longer than its key signs: marks carry no time stamp of a third party, so that readers take a mark for
invalid from the day on which its certificate ends."""
CLOCKS_DIFFER_BY = timedelta(hours=1)
CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
"""C2PA's own purpose of a key. Readers that are not configured for it know the one for mail, which is given too."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and the private key that belongs to it, both as PEM."""

    certificate_pem: str
    private_key_pem: str
    serial: str
    expires_at: datetime


def make_root(*, host: str, at: datetime) -> KeyPair:
    """Make the certificate that signers stand under; it signs certificates and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(host, "Root of license marks")
    builder = (
        _builder(key, subject=name, issuer=name, at=at, expires_at=at + ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
    )
    return _pair(key, builder.sign(key, SHA256()))


def make_signer(*, root: KeyPair, host: str, at: datetime) -> KeyPair:
    """Make a key that signs marks, and its certificate under the root."""
    issuer = x509.load_pem_x509_certificate(root.certificate_pem.encode())
    issuing_key = load_pem_private_key(root.private_key_pem.encode(), password=None)
    assert isinstance(issuing_key, ec.EllipticCurvePrivateKey)  # noqa: S101  roots are made above
    key = ec.generate_private_key(ec.SECP256R1())
    expires_at = min(at + SIGNER_LASTS, issuer.not_valid_after_utc)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key())
    builder = (
        _builder(key, subject=_name(host, "License marks"), issuer=issuer.subject, at=at, expires_at=expires_at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(authority, critical=False)
    )
    return _pair(key, builder.sign(issuing_key, SHA256()))


def _builder(
    key: ec.EllipticCurvePrivateKey, *, subject: x509.Name, issuer: x509.Name, at: datetime, expires_at: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCKS_DIFFER_BY)
        .not_valid_after(expires_at)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(host: str, common_name: str) -> x509.Name:
    """Names of certificates are short: of a long host the end, which is what it is known by."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, host[-64:]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> KeyPair:
    return KeyPair(
        certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
        private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        serial=str(certificate.serial_number),
        expires_at=certificate.not_valid_after_utc,
    )
