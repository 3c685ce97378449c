// The load generator, one for all contestants. Every reply is checked: its number is the one that was sent.
//   load tcp PORT CONNECTIONS SIZE SECONDS   closed loop, one message under way on each connection
//   load stream PORT SIZE SECONDS            one connection, writes of SIZE, reading what comes back
//   load udp PORT WINDOW SIZE SECONDS        WINDOW datagrams under way
// Prints: rate (messages or bytes a second), p50 and p99 of the round trip in microseconds, lost, and replies in all, with those of the warm-up.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUCKETS 1000000 // a tenth of a microsecond each: up to 100 ms, the rest in the last one
static uint32_t histogram[BUCKETS];
static uint64_t samples;
static char out[1 << 20], in[1 << 20];

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void sample(uint64_t ns)
{
    uint64_t bucket = ns / 100;
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    samples++;
}

static double quantile(double q)
{
    uint64_t want = samples * q, seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += histogram[i]) > want) return i / 10.0;
    return 0;
}

static void die(const char *what) { perror(what); exit(1); }

static int dial(int type, int port)
{
    int fd = socket(AF_INET, type, 0), one = 1;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect");
    if (type == SOCK_STREAM) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

struct peer { int fd; size_t have; uint64_t number, sent_at; };

static void fire(struct peer *p, size_t size)
{
    p->number++;
    memcpy(out, &p->number, sizeof p->number);
    p->have = 0;
    p->sent_at = now_ns();
    if (send(p->fd, out, size, MSG_NOSIGNAL) != (ssize_t)size) die("send");
}

static void tcp(int port, int connections, size_t size, double seconds)
{
    struct peer *peers = calloc(connections, sizeof *peers);
    int epoll = epoll_create1(0);
    struct epoll_event events[256];
    for (int i = 0; i < connections; i++) {
        peers[i].fd = dial(SOCK_STREAM, port);
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = &peers[i] };
        epoll_ctl(epoll, EPOLL_CTL_ADD, peers[i].fd, &e);
    }
    uint64_t start = now_ns(), from = start + 200000000ull, end = from + (uint64_t)(seconds * 1e9), done = 0, all = 0;
    for (int i = 0; i < connections; i++) fire(&peers[i], size);
    for (uint64_t t = start; t < end;) {
        int count = epoll_wait(epoll, events, 256, 5000);
        if (count == 0) { fprintf(stderr, "no reply for 5 s\n"); exit(1); }
        for (int i = 0; i < count; i++) {
            struct peer *p = events[i].data.ptr;
            ssize_t got = recv(p->fd, in, size - p->have, 0);
            if (got <= 0) die("recv");
            if (p->have == 0 && got >= 8 && memcmp(in, &p->number, 8)) { fprintf(stderr, "wrong reply\n"); exit(1); }
            if ((p->have += got) < size) continue;
            t = now_ns();
            all++;
            if (t >= from) { done++; sample(t - p->sent_at); }
            fire(p, size);
        }
    }
    printf("%.0f %.1f %.1f 0 %lu\n", done / seconds, quantile(.5), quantile(.99), all);
}

static void stream(int port, size_t size, double seconds)
{
    int fd = dial(SOCK_STREAM, port);
    uint64_t sent = 0, got = 0, start = now_ns(), end = start + (uint64_t)(seconds * 1e9);
    while (now_ns() < end) {
        struct pollfd p = { .fd = fd, .events = POLLIN | (sent - got < (4u << 20) ? POLLOUT : 0) };
        poll(&p, 1, 5000);
        if (p.revents & POLLOUT) { ssize_t n = send(fd, out, size, MSG_DONTWAIT | MSG_NOSIGNAL); if (n > 0) sent += n; }
        if (p.revents & POLLIN) { ssize_t n = recv(fd, in, sizeof in, MSG_DONTWAIT); if (n == 0) die("closed"); if (n > 0) got += n; }
    }
    printf("%.0f 0 0 0 %lu\n", got / ((now_ns() - start) / 1e9), got);
}

// Takes all replies that are there and sends as many again, with two system calls: else the generator would be the limit, not a server.
static void udp(int port, int window, size_t size, double seconds)
{
    enum { MOST = 64 };
    static char outs[MOST][65536], ins[MOST][65536];
    struct iovec to[MOST], into[MOST];
    struct mmsghdr sends[MOST] = { 0 }, replies[MOST] = { 0 };
    for (int i = 0; i < MOST; i++) {
        to[i] = (struct iovec){ outs[i], size };
        into[i] = (struct iovec){ ins[i], sizeof ins[i] };
        sends[i].msg_hdr = (struct msghdr){ .msg_iov = &to[i], .msg_iovlen = 1 };
        replies[i].msg_hdr = (struct msghdr){ .msg_iov = &into[i], .msg_iovlen = 1 };
    }
    int fd = dial(SOCK_DGRAM, port);
    uint64_t number = 0, done = 0, all = 0, lost = 0, start = now_ns(), from = start + 200000000ull, end = from + (uint64_t)(seconds * 1e9);
    struct timeval patience = { .tv_usec = 200000 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    uint64_t *sent_at = calloc(65536, sizeof *sent_at);
    int under_way = 0;
    for (uint64_t t = start; t < end;) {
        while (under_way < window) {
            int n = window - under_way < MOST ? window - under_way : MOST;
            for (int i = 0; i < n; i++) {
                number++;
                memcpy(outs[i], &number, 8);
                sent_at[number & 65535] = t;
            }
            for (int sent = 0; sent < n;) {
                int some = sendmmsg(fd, sends + sent, n - sent, 0);
                if (some < 0) die("send");
                sent += some;
            }
            under_way += n;
        }
        int got = recvmmsg(fd, replies, window < MOST ? window : MOST, MSG_WAITFORONE, NULL);
        t = now_ns();
        if (got < 0) { lost += under_way; under_way = 0; continue; }
        for (int i = 0; i < got; i++) {
            uint64_t reply;
            memcpy(&reply, ins[i], 8);
            if (replies[i].msg_len != size || reply > number) { fprintf(stderr, "wrong reply\n"); exit(1); }
            under_way--;
            all++;
            if (t >= from) { done++; sample(t - sent_at[reply & 65535]); }
        }
    }
    printf("%.0f %.1f %.1f %lu %lu\n", done / seconds, quantile(.5), quantile(.99), lost, all);
}

int main(int argc, char **argv)
{
    if (argc == 6 && !strcmp(argv[1], "tcp")) tcp(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atof(argv[5]));
    else if (argc == 5 && !strcmp(argv[1], "stream")) stream(atoi(argv[2]), atoi(argv[3]), atof(argv[4]));
    else if (argc == 6 && !strcmp(argv[1], "udp")) udp(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atof(argv[5]));
    else { fprintf(stderr, "usage: load tcp PORT CONNECTIONS SIZE SECONDS | stream PORT SIZE SECONDS | udp PORT WINDOW SIZE SECONDS\n"); return 2; }
    return 0;
}
