"""Request-reply, the replier: REP, bind, recv, send. Run: python3 reqrep_server.py [port]"""
import sys

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5678"
socket = zmq.Context().socket(zmq.REP)
socket.bind("tcp://127.0.0.1:" + port)
print("READY reqrep " + socket.getsockopt_string(zmq.LAST_ENDPOINT)[len("tcp://"):], flush=True)
while True:
    request = socket.recv()
    socket.send(b"Echo: " + request)
