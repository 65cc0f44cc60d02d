"""The same files in an S3-compatible store, and behind nginx: real servers of both."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.server import ThreadedMotoServer
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from chat.uploads import keeping
from chat.uploads.deliver import sweep_now
from chat.uploads.pictures import deliver as pictures
from chatsite.environment import read
from chatsite.stores import files
from tests.base import browser_of
from tests.cast import Cast
from tests.servers import running_site
from tests.services import free_port, until
from tests.uploads.corpus import hostile
from tests.uploads.desk import fetch, put
from tests.uploads.test_serving import MAKE, Bob

NGINX = """
daemon off; user {user}; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
  fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {origin}; proxy_set_header Host $http_host; client_max_body_size 5m; }}
    location /files-inside/ {{ internal; alias {uploads}/; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "FILES_S3_BUCKET": "chat",
        "FILES_S3_ENDPOINT": f"http://{host}:{port}",
        "FILES_S3_REGION": "us-east-1",
        "FILES_S3_KEY": "key",
        "FILES_S3_SECRET": "secret",
    }
    boto3.client(
        "s3", endpoint_url=given["FILES_S3_ENDPOINT"], region_name="us-east-1",
        aws_access_key_id="key", aws_secret_access_key="secret",
    ).create_bucket(Bucket="chat")  # fmt: skip
    yield given
    server.stop()


def test_files_in_an_s3_store(cast: Cast, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    environment, _tuning = read(bucket)
    store = S3Storage(**files(environment)["OPTIONS"])
    monkeypatch.setattr(keeping, "default_storage", store)
    picture = next(one for one in hostile() if one.name == "gps.jpg")
    upload = put(cast.bob, cast.lounge, picture.name, picture.data)
    text = put(cast.bob, cast.lounge, "tide.txt", b"0123456789")
    bob = browser_of(cast.bob)
    assert fetch(bob, f"/files/{text.pk}/tide.txt", Range="bytes=2-4").body == b"234"
    assert fetch(bob, f"/files/{text.pk}/tide.txt").body == b"0123456789"
    assert (
        bob.post("/settings/picture/", {"picture": SimpleUploadedFile("me", picture.data)}).status_code == 302
    )
    cast.bob.refresh_from_db()
    assert fetch(bob, f"/pictures/{cast.bob.picture}/").body[8:12] == b"WEBP"
    for path in ("gps.jpg", "preview/", "thumb/"):
        answer = fetch(bob, f"/files/{upload.pk}/{path}")
        assert (answer.status_code, len(answer.body)) == (200, int(answer["Content-Length"]))
    for one in (upload, text):
        assert bob.delete(f"/uploads/{one.pk}/").status_code == 204
    assert sweep_now() == 2
    bob.post("/settings/picture/", {"remove": "1"})
    assert pictures.sweep_now() == 1
    assert list(store.bucket.objects.all()) == []


@pytest.fixture
def behind_nginx(tmp_path: Path) -> Iterator[Bob]:
    port, program = free_port(), shutil.which("nginx") or "nginx"
    with running_site(FILES_ACCEL="/files-inside/", PUBLIC_ORIGINS=f"http://127.0.0.1:{port}") as site:
        room, session = site.python(MAKE).split()
        uploads = Path(site.env["DATA_DIR"]) / "uploads"
        conf = tmp_path / "nginx.conf"
        places = {"folder": tmp_path, "port": port, "origin": site.origin, "uploads": uploads}
        conf.write_text(NGINX.format(user=getpass.getuser(), **places))
        proxy = subprocess.Popen([program, "-c", str(conf), "-p", str(tmp_path)])
        try:
            site.processes[0].port = port
            bob = Bob(site, int(room), session)
            until(lambda: _answers(bob), "nginx did not start", 20)
            yield bob
        finally:
            proxy.terminate()
            proxy.wait()


def _answers(bob: Bob) -> bool:
    try:
        return bob.ask("GET", "/up")[0] == 200
    except OSError:
        return False


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx on this machine")
def test_nginx_sends_the_file_once_the_site_has_said_who_may(behind_nginx: Bob) -> None:
    bob = behind_nginx
    facts = bob.upload(100_000)
    assert bob.download(facts["url"]) == 100_000
    status, part = bob.ask("GET", facts["url"], Range="bytes=99990-")
    assert (status, len(part)) == (206, 10)
    assert bob.ask("GET", "/files-inside/")[0] == 404
    assert bob.ask("GET", facts["url"], Cookie="")[0] == 302
