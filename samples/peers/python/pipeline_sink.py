"""Pipeline, the collector: PULL, bind, recv. Run: python3 pipeline_sink.py [port]"""
import sys

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5691"
socket = zmq.Context().socket(zmq.PULL)
socket.bind("tcp://127.0.0.1:" + port)
print("READY pipeline-sink " + socket.getsockopt_string(zmq.LAST_ENDPOINT)[len("tcp://"):], flush=True)
results = 0
while True:
    results += 1
    print("%d: %s" % (results, socket.recv_string()), flush=True)
