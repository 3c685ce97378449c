"""Publish-subscribe, the publisher: PUB, bind, send. Run: python3 pubsub_server.py [port]"""
import sys
import time

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5680"
socket = zmq.Context().socket(zmq.PUB)
socket.bind("tcp://127.0.0.1:" + port)
print("READY pubsub " + socket.getsockopt_string(zmq.LAST_ENDPOINT)[len("tcp://"):], flush=True)
id = 0
while True:
    id, now = id + 1, time.strftime("%H:%M:%S")
    socket.send_string("1-Update! >> #%d >> %s" % (id, now))
    socket.send_string("2-Update! >> #%d >> %s" % (id, now))
    time.sleep(1)
