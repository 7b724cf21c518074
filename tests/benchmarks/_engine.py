"""An engine stand-in at a real socket: as many images and containers as no engine here could hold, and transfers.

python _engine.py SOCKET IMAGES CONTAINERS; prints "ready". A pull or push tells its progress ten times a second for
each of its layers, for as long as somebody listens; one with "silent" in its name says a few lines and then nothing.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from urllib.parse import unquote, urlsplit

API = "1.47"
LAYERS, EVERY_S, EVENT_S = 20, 0.1, 1.0
LAYER_BYTES = 50_000_000
VERSION = {
    "Platform": {"Name": "Docker Engine - Community"},
    "Version": "27.3.1",
    "ApiVersion": API,
    "MinAPIVersion": "1.24",
    "Os": "linux",
    "Arch": "amd64",
}

DETAILS = {
    "Id": f"sha256:{1:064x}",
    "RepoTags": ["registry.example/team1/service-00001:1.1"],
    "RepoDigests": [],
    "Created": "2026-01-02T03:04:05Z",
    "Size": 5_000_000,
    "Os": "linux",
    "Architecture": "amd64",
    "Config": {"ExposedPorts": {"80/tcp": {}}, "Cmd": ["serve"], "Env": ["PATH=/bin"]},
    "RootFS": {"Type": "layers", "Layers": [f"sha256:{number:064x}" for number in range(LAYERS)]},
}


def image(number: int) -> dict[str, object]:
    """A row of the list as an engine gives it."""
    digest = f"sha256:{number * 7919:064x}"
    name = f"registry.example/team{number % 40}/service-{number:05}"
    return {
        "Containers": -1,
        "Created": 1_700_000_000 + number * 37,
        "Id": f"sha256:{number:064x}",
        "Labels": {"org.opencontainers.image.version": f"1.{number % 50}.{number % 7}", "maintainer": "team"},
        "ParentId": "",
        "RepoDigests": [f"{name}@{digest}"],
        "RepoTags": [f"{name}:1.{number % 50}", *([f"{name}:latest"] if number % 10 == 0 else [])],
        "SharedSize": -1,
        "Size": 5_000_000 + number * 104_729 % 900_000_000,
        "VirtualSize": 5_000_000,
    }


def container(number: int) -> dict[str, object]:
    """A row of the list as an engine gives it."""
    port = {"IP": "127.0.0.1", "PrivatePort": 80, "PublicPort": 10_000 + number, "Type": "tcp"}
    return {
        "Id": f"{number:064x}",
        "Names": [f"/service-{number}"],
        "Image": f"registry.example/team{number % 40}/service-{number:05}:1.{number % 50}",
        "ImageID": f"sha256:{number:064x}",
        "Command": "/entrypoint.sh serve",
        "Created": 1_700_000_000 + number * 37,
        "Ports": [port],
        "Labels": {},
        "State": "running" if number % 3 else "exited",
        "Status": "Up 2 hours" if number % 3 else "Exited (0) 3 hours ago",
        "HostConfig": {"NetworkMode": "default"},
        "NetworkSettings": {"Networks": {}},
        "Mounts": [],
    }


class Engine(ThreadingMixIn, UnixStreamServer):
    """Answers each connection on a thread of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, place: str, images: int, containers: int) -> None:
        rows = [image(number) for number in range(images)]
        # two lists in turn, so that each new one really differs
        self.images = [json.dumps(rows).encode(), json.dumps([*rows[1:], image(images)]).encode()]
        self.containers = json.dumps([container(number) for number in range(containers)]).encode()
        self.asked = 0
        super().__init__(place, Answer)


class Answer(BaseHTTPRequestHandler):
    """The few requests that a desktop program makes."""

    protocol_version = "HTTP/1.1"
    server: Engine

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.endswith("/images/json"):
            self.server.asked += 1
            self._send(self.server.images[self.server.asked % 2])
        elif path.endswith("/containers/json"):
            self._send(self.server.containers)
        elif path.endswith("/events"):
            self._stream(self._events())
        elif path.endswith("/_ping"):
            self._send(b"OK")
        elif "/images/" in path and path.endswith("/json"):
            self._send(json.dumps(DETAILS).encode())
        elif path.endswith("/info"):
            self._send(json.dumps({"ID": "stand-in", "NCPU": 2}).encode())
        elif path.endswith("/version"):
            self._send(json.dumps(VERSION).encode())
        else:
            self._send(b'{"message": "No such object"}', 404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(self.path)
        if "/images/create" in path:
            self._stream(self._transfer("Downloading", "silent" in path))
        elif "/push" in path:
            self._stream(self._transfer("Pushing", "silent" in path))
        else:
            self._send(b'{"message": "No such object"}', 404)

    def _events(self):
        while True:
            time.sleep(EVENT_S)
            actor = {"ID": "sha256:1", "Attributes": {"name": "registry.example/app:1"}}
            yield {"Type": "image", "Action": "tag", "Actor": actor, "id": "sha256:1", "time": int(time.time())}

    def _transfer(self, word: str, silent: bool):
        layers = [f"{number:012x}" for number in range(0xA2ABF6C4D000, 0xA2ABF6C4D000 + LAYERS)]
        for layer in layers:
            yield {"status": "Pulling fs layer" if word == "Downloading" else "Preparing", "id": layer}
        done = 0
        while True:
            if silent and done:
                time.sleep(EVERY_S)
                yield None
                continue
            done = min(done + 100_000, LAYER_BYTES)
            for layer in layers:
                yield {"status": word, "id": layer, "progressDetail": {"current": done, "total": LAYER_BYTES}}
            time.sleep(EVERY_S)

    def _send(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Api-Version", API)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, lines) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for line in lines:
                if line is not None:
                    content = json.dumps(line).encode() + b"\r\n"
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(content), content))
        except OSError:
            self.close_connection = True  # nobody listens any more

    def address_string(self) -> str:
        return "a socket"

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    place, images, containers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    Path(place).unlink(missing_ok=True)
    with Engine(place, images, containers) as engine:
        print("ready", flush=True)
        engine.serve_forever()
