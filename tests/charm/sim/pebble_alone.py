"""The Pebble stand-in as a program, for the tests that hold it and the daemon to the same cases: its root folder is
that of the machine, and it runs in real time."""
import signal
import sys
import threading

from .pebble import Pebble


def main():
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    pebble = Pebble("/", sys.argv[1], {}, "/usr/local/bin", in_real_time=True)
    stopped.wait()
    pebble.close()


if __name__ == "__main__":
    main()
