"""The Pebble stand-in as a program, for the tests that hold it and the daemon to the same cases: its root folder is
that of the machine, and it runs in real time."""
import os
import signal
import sys

from .pebble import Pebble


def main():
    # A handler in Python runs when the main thread comes to it, which may be asleep by then. The wake-up descriptor is
    # written by the signal itself.
    stopped, stop = os.pipe()
    os.set_blocking(stop, False)
    signal.set_wakeup_fd(stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    pebble = Pebble("/", sys.argv[1], {}, "/usr/local/bin", in_real_time=True)
    os.read(stopped, 1)
    pebble.close()


if __name__ == "__main__":
    main()
