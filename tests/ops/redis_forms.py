"""One real Redis behind every form of REDIS_URL: accounts, TLS, a socket in the file system, a Sentinel."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services import Redis, Service, find, free_port, until

PASSWORD = "p@ss:w/rd"
QUOTED = "p%40ss%3Aw%2Frd"


@dataclass(frozen=True)
class Forms:
    """`urls`: name of the form → REDIS_URL; `authority` signed the certificate, `stranger` did not."""

    urls: dict[str, str]
    authority: Path
    stranger: Path
    redis: Redis
    sentinel: Sentinel


class GuardedRedis(Redis):
    """Asks for an account; also speaks TLS and listens on a socket in its folder."""

    def __init__(self) -> None:
        super().__init__()
        self.tls_port = free_port()
        self.socket = self.folder / "redis.sock"
        self.authority = _authority(self.folder / "authority.pem", sign_for=self.folder)
        self.stranger = _authority(self.folder / "stranger.pem")

    def command(self) -> list[str]:
        return [
            *super().command(), "--tls-port", str(self.tls_port), "--tls-auth-clients", "no",
            "--tls-cert-file", str(self.folder / "server.pem"), "--tls-key-file", str(self.folder / "key.pem"),
            "--unixsocket", str(self.socket), "--requirepass", PASSWORD,
            "--user", "chat", "on", f">{PASSWORD}", "~t:*", "&*", "+@all", "-@admin", "-@dangerous", "+info",
        ]  # fmt: skip


class Sentinel(Service):
    """Knows the given Redis as `chat`."""

    def __init__(self, redis: GuardedRedis) -> None:
        super().__init__("sentinel")
        (self.folder / "sentinel.conf").write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\nrequirepass watchword\n"
            f"sentinel monitor chat 127.0.0.1 {redis.port} 1\nsentinel auth-pass chat {PASSWORD}\n"
        )

    def command(self) -> list[str]:
        return [find("redis-server"), str(self.folder / "sentinel.conf"), "--sentinel"]

    def knows(self) -> bool:
        """Whether it has seen that the server it watches is a master."""
        asked = [find("redis-cli"), "-p", str(self.port), "-a", "watchword", "--no-auth-warning"]
        words = ["sentinel", "master", "chat"]
        told = subprocess.run([*asked, *words], capture_output=True, text=True, check=False).stdout
        return "\nmaster\n" in told


@contextmanager
def every_form() -> Iterator[Forms]:
    redis = GuardedRedis()
    sentinel = Sentinel(redis)
    try:
        redis.start()
        sentinel.start()
        until(sentinel.knows, "Sentinel does not find Redis")
        yield Forms(
            {
                "password": f"redis://:{QUOTED}@127.0.0.1:{redis.port}/1",
                "account": f"redis://chat:{QUOTED}@localhost:{redis.port}",
                "tls": f"rediss://chat:{QUOTED}@127.0.0.1:{redis.tls_port}/0",
                "socket": f"unix://chat:{QUOTED}@{redis.socket}?db=2",
                "sentinel": f"redis+sentinel://chat:{QUOTED}@127.0.0.1:1,127.0.0.1:{sentinel.port}/chat/3",
            },
            redis.authority,
            redis.stranger,
            redis,
            sentinel,
        )
    finally:
        sentinel.close()
        redis.close()


def _authority(path: Path, *, sign_for: Path | None = None) -> Path:
    """Write an authority's certificate; `sign_for`: and a server's for 127.0.0.1, with its key, in that folder."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, path.stem)])
    key = ec.generate_private_key(ec.SECP256R1())
    _certificate(name, name, key.public_key(), key, path, x509.BasicConstraints(ca=True, path_length=0))
    if sign_for:
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
        here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        _certificate(subject, name, own.public_key(), key, sign_for / "server.pem", here)
        (sign_for / "key.pem").write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return path


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    key: ec.EllipticCurvePrivateKey,
    path: Path,
    extension: x509.ExtensionType,
) -> None:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
