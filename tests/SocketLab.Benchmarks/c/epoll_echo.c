// TCP echo, single-threaded epoll: the reference that the others are measured against. Usage: epoll_echo; prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// What a peer has not taken yet; nothing more is read from it until it has.
struct pending { char *bytes; size_t at, end; };
static struct pending pending[65536];
static char buffer[65536];

int main(void)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) { perror("bind"); return 1; }
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("READY 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int epoll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (peer < 0) continue;
                setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event = (struct epoll_event){ .events = EPOLLIN, .data.fd = peer };
                epoll_ctl(epoll, EPOLL_CTL_ADD, peer, &event);
                continue;
            }
            struct pending *p = &pending[fd];
            if (p->bytes) {
                ssize_t sent = send(fd, p->bytes + p->at, p->end - p->at, MSG_NOSIGNAL);
                if (sent < 0) { free(p->bytes); p->bytes = NULL; close(fd); continue; }
                if ((p->at += sent) == p->end) {
                    free(p->bytes);
                    p->bytes = NULL;
                    event = (struct epoll_event){ .events = EPOLLIN, .data.fd = fd };
                    epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
                }
                continue;
            }
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) { close(fd); continue; }
            ssize_t sent = send(fd, buffer, got, MSG_NOSIGNAL);
            if (sent < got) {
                if (sent < 0) sent = 0;
                *p = (struct pending){ malloc(got - sent), 0, got - sent };
                memcpy(p->bytes, buffer + sent, got - sent);
                event = (struct epoll_event){ .events = EPOLLOUT, .data.fd = fd };
                epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
            }
        }
    }
}
