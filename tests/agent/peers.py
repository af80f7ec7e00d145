"""What may sit on the other side of an agent's socket."""

import contextlib
import json
import socket
import threading
import time

__all__ = ["answering", "listening", "questions", "sync"]


@contextlib.contextmanager
def listening(path, talk):
    """Let ``talk(connection)`` serve the first client of a socket; it ends when the client is gone."""

    def serve():
        with contextlib.suppress(OSError, StopIteration):  # the client is gone
            connection, _ = server.accept()
            with connection:
                talk(connection)

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield path
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(60)
        assert not thread.is_alive()


def questions(connection):
    """Yield what the client asks, until it is gone."""
    with connection.makefile("rb") as lines:
        for line in lines:
            yield json.loads(line.removeprefix(b"\xff"))


def sync(question):
    """Return the right answer to ``guest-sync-delimited``."""
    return b'\xff{"return": %d}\n' % question["arguments"]["id"]


def answering(*pieces, then=None, pause=0.0):
    """Return a talk that gets the first question right, and says these pieces to the next."""

    def talk(connection):
        asked = questions(connection)
        connection.sendall(sync(next(asked)))
        next(asked)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if then is not None:
            then(connection)
        else:
            list(asked)

    return talk
