"""TCP echo, the server: socket, bind, listen, accept, recv, sendall; one client after the other. Run: python3 tcp_echo_server.py [port]"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 5677
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", port))
s.listen()
print("READY tcp-echo 127.0.0.1:%d" % s.getsockname()[1], flush=True)
while True:
    connection, address = s.accept()
    with connection:
        while data := connection.recv(1024):  # some bytes of the stream; none: the client has finished
            connection.sendall(data)
