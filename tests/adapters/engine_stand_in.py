"""An engine that answers by script over real HTTP, for what the real ones can't be made to do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Script(BaseHTTPRequestHandler):
    """Plays what its server was given for a path; *silent* waits until the stand-in ends."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.stand_in.play(self)

    def do_POST(self):
        self.do_GET()

    def do_DELETE(self):
        self.do_GET()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Stay quiet: a client that hangs up is what the tests are about."""


class StandIn:
    """`answers[path]` is (status, body) or a Stream; `asked` are (method, path, query, headers) in order."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._server = Server(("127.0.0.1", 0), Script)
        self._server.stand_in = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self):
        return f"tcp://127.0.0.1:{self._server.server_port}"

    def play(self, asker):
        parts = urlsplit(asker.path)
        path = "/" + parts.path.split("/", 2)[2] if parts.path.startswith("/v1.") else parts.path
        self.asked.append((asker.command, path, dict(parse_qsl(parts.query)), dict(asker.headers)))
        length = int(asker.headers.get("Content-Length", 0))
        asker.rfile.read(length)
        answer = self.answers.get(path, (404, {"message": f"page not found: {path}"}))
        if isinstance(answer, Stream):
            return answer.play(asker, self)
        status, body = answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        asker.send_response(status)
        asker.send_header("Content-Type", "application/json")
        asker.send_header("Content-Length", str(len(data)))
        asker.end_headers()
        asker.wfile.write(data)

    def end(self):
        self.go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Stream:
    """Chunks (bytes, or objects as JSON lines); *silent* "before" the headers or "after" the chunks; *cut* short."""

    def __init__(self, *chunks, silent="", cut=False):
        self.chunks, self.silent, self.cut = chunks, silent, cut

    def play(self, asker, stand_in):
        stand_in.reached.set()
        if self.silent == "before":
            stand_in.go_on.wait(20)
        asker.send_response(200)
        asker.send_header("Transfer-Encoding", "chunked")
        asker.end_headers()
        for chunk in self.chunks:
            data = chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode() + b"\r\n"
            asker.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if self.silent == "after":
            stand_in.go_on.wait(20)
        if self.cut:
            asker.close_connection = True
        else:
            asker.wfile.write(b"0\r\n\r\n")
