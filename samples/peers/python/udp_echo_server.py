"""UDP echo, the server: socket, bind, recvfrom, sendto. Run: python3 udp_echo_server.py [port]"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5677
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", port))
print("READY udp-echo 127.0.0.1:%d" % s.getsockname()[1], flush=True)
while True:
    data, address = s.recvfrom(1024)  # one datagram; a longer one is cut
    s.sendto(data, address)
