"""docker-py's way through a unix socket, closed where nobody answers: its own leaves the socket to the collector."""

from typing import Any

from docker.transport import UnixHTTPAdapter
from docker.transport.unixconn import UnixHTTPConnection, UnixHTTPConnectionPool

from desktop.adapters.docker_socket import unix_socket


class _Connection(UnixHTTPConnection):
    def connect(self) -> None:
        made = unix_socket()
        try:
            made.settimeout(self.timeout)
            made.connect(self.unix_socket)
        except OSError:
            made.close()
            raise
        self.sock = made


class _Pool(UnixHTTPConnectionPool):
    def _new_conn(self) -> Any:
        timeout: Any = self.timeout
        return _Connection(self.base_url, self.socket_path, timeout)


class UnixAdapter(UnixHTTPAdapter):
    """To be mounted on a client in place of docker-py's."""

    def get_connection(self, url: Any, proxies: Any = None) -> _Pool:
        """The pool for *url*, the one of this engine."""
        with self.pools.lock:
            pool: _Pool | None = self.pools.get(url)
            if pool is None:
                pool = self.pools[url] = _Pool(url, self.socket_path, self.timeout, maxsize=self.max_pool_size)
            return pool
