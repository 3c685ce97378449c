"""Pipeline, the ventilator: PUSH, bind, send. Run: python3 pipeline_server.py [port] [seconds between tasks]"""
import sys
import time

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5690"
pause = float(sys.argv[2]) if len(sys.argv) > 2 else 1
socket = zmq.Context().socket(zmq.PUSH)
socket.bind("tcp://127.0.0.1:" + port)
print("READY pipeline " + socket.getsockopt_string(zmq.LAST_ENDPOINT)[len("tcp://"):], flush=True)
id = 0
while True:
    id += 1
    socket.send_string("%d - %s" % (id, time.strftime("%H:%M:%S")))
    time.sleep(pause)
