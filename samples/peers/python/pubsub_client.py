"""Publish-subscribe, the subscriber: SUB, connect, SUBSCRIBE, recv. Run: python3 pubsub_client.py [port] [topic] [count]"""
import sys

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5680"
topic = sys.argv[2] if len(sys.argv) > 2 else ""
count = int(sys.argv[3]) if len(sys.argv) > 3 else sys.maxsize
socket = zmq.Context().socket(zmq.SUB)
socket.connect("tcp://127.0.0.1:" + port)
socket.setsockopt_string(zmq.SUBSCRIBE, topic)
for _ in range(count):
    print(socket.recv_string(), flush=True)
