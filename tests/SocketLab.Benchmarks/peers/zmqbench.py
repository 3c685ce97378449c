"""One role of a ZeroMQ measurement on pyzmq; zmq/zmqbench.c has the same roles. zmqbench.py ROLE ENDPOINT SIZE COUNT [PEERS]"""
import resource
import sys
import threading
import time

import zmq

role, endpoint, size, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
peers = int(sys.argv[5]) if len(sys.argv) > 5 else 1
context = zmq.Context()
data = bytes(size)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def open_socket(kind, bind):
    s = context.socket(kind)
    s.linger = 30000
    if kind == zmq.SUB:
        s.subscribe(b"")
    if kind == zmq.XPUB:
        s.setsockopt(zmq.XPUB_VERBOSE, 1)
        s.setsockopt(zmq.XPUB_NODROP, 1)
    s.bind(endpoint) if bind else s.connect(endpoint)
    return s


def receive(*sockets):
    warm, begin, used = count // 3, 0, 0  # the first third warms up
    for i in range(count):
        if i == warm:
            begin, used = time.perf_counter(), cpu()
        for s in sockets:
            s.recv()
    seconds, n = time.perf_counter() - begin, (count - warm) * len(sockets)
    print(f"received n={n} per_s={n / seconds:.0f} cpu_s_per_M={(cpu() - used) / n * 1e6:.3f}")


def send(s):
    warm = count // 3
    for _ in range(warm):
        s.send(data)
    begin, used = time.perf_counter(), cpu()
    for _ in range(count - warm):
        s.send(data)
    seconds, n = time.perf_counter() - begin, count - warm
    print(f"sent n={n} per_s={n / seconds:.0f} cpu_s_per_M={(cpu() - used) / n * 1e6:.3f}")
    s.close()


def request():
    s = open_socket(zmq.REQ, False)
    times, used = [], cpu()
    for _ in range(count):
        begin = time.perf_counter()
        s.send(data)
        s.recv()
        times.append(time.perf_counter() - begin)
    used = cpu() - used
    times = sorted(times[count // 10:])
    print(f"roundtrip n={count} p50_us={times[len(times) // 2] * 1e6:.2f} p99_us={times[len(times) * 99 // 100] * 1e6:.2f}"
          f" cpu_s_per_M={used / count * 1e6:.2f}")


if role == "pull":
    receive(open_socket(zmq.PULL, True))
elif role == "push":
    send(open_socket(zmq.PUSH, False))
elif role == "sub":
    receive(*[open_socket(zmq.SUB, False) for _ in range(peers)])
elif role == "pub":
    publisher = open_socket(zmq.XPUB, True)
    for _ in range(peers):
        publisher.recv()
    send(publisher)
elif role == "req":
    request()
elif role == "rep":
    s = open_socket(zmq.REP, True)
    for _ in range(count):
        s.send(s.recv())
elif role == "inproc":
    endpoint = "inproc://bench"
    pull = open_socket(zmq.PULL, True)
    thread = threading.Thread(target=lambda: send(open_socket(zmq.PUSH, False)))
    thread.start()
    receive(pull)
    thread.join()
else:
    sys.exit(2)
context.destroy(linger=30000)  # waits until everything has been sent
