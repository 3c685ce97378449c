"""UDP echo, the client: socket, sendto, recvfrom. Run: python3 udp_echo_client.py [port] [message]"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5677
message = sys.argv[2] if len(sys.argv) > 2 else "Hello There"
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)  # a lost datagram is nothing but silence
s.sendto(message.encode(), ("127.0.0.1", port))
data, address = s.recvfrom(1024)
print(data.decode())
