"""Request-reply, the requester: REQ, connect, send, recv. Run: python3 reqrep_client.py [port] [message]"""
import sys

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5678"
message = sys.argv[2] if len(sys.argv) > 2 else "Hello There"
socket = zmq.Context().socket(zmq.REQ)
socket.connect("tcp://127.0.0.1:" + port)
socket.send_string(message)
print(socket.recv_string())
