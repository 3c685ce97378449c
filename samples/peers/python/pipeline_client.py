"""Pipeline, a worker: PULL, recv, work, then PUSH, send. Run: python3 pipeline_client.py [port] [sink's port] [seconds of work]"""
import random
import sys
import time

import zmq

port = sys.argv[1] if len(sys.argv) > 1 else "5690"
sink = sys.argv[2] if len(sys.argv) > 2 else "5691"
context = zmq.Context()
results = context.socket(zmq.PUSH)
results.connect("tcp://127.0.0.1:" + sink)
tasks = context.socket(zmq.PULL)
tasks.connect("tcp://127.0.0.1:" + port)
while True:
    task = tasks.recv_string()  # first receive, then work
    work = float(sys.argv[3]) if len(sys.argv) > 3 else abs(random.normalvariate(2, 1))
    time.sleep(work)
    print("%s - worked %.3f s" % (task, work), flush=True)
    results.send_string(task)
