"""UDP echo with Python's socket module. Prints its port."""
import socket

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print("READY 127.0.0.1:%d" % s.getsockname()[1], flush=True)
while True:
    data, address = s.recvfrom(65536)
    s.sendto(data, address)
