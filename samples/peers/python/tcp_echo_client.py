"""TCP echo, the client: socket, connect, sendall, recv. Run: python3 tcp_echo_client.py [port] [message]"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5677
message = (sys.argv[2] if len(sys.argv) > 2 else "Hello There").encode()
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.settimeout(10)
s.connect(("127.0.0.1", port))
s.sendall(message)
back = b""
while len(back) < len(message):  # a stream: the answer may come in pieces
    data = s.recv(1024)
    if not data:
        sys.exit("the server closed the connection")
    back += data
print(back.decode())
