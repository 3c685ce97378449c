// TCP echo, a thread a connection, blocking recv and send. Prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void *echo(void *argument)
{
    int peer = (int)(intptr_t)argument;
    char buffer[65536];
    ssize_t got;
    // A blocking send takes all of it, or the peer is gone.
    while ((got = recv(peer, buffer, sizeof buffer, 0)) > 0 && send(peer, buffer, got, MSG_NOSIGNAL) == got) { }
    close(peer);
    return NULL;
}

int main(void)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) { perror("bind"); return 1; }
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("READY 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&small, 256 * 1024);
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        pthread_t thread;
        if (peer < 0) continue;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, &small, echo, (void *)(intptr_t)peer)) close(peer);
    }
}
