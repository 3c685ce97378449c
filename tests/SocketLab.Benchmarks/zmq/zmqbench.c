/* One role of a ZeroMQ measurement on libzmq; ZmqRoles.cs has the same roles on the managed engine. Each prints one line.
   gcc -O2 -o zmqbench zmqbench.c -lzmq -lpthread
   zmqbench pull|push|rep|req|pub|sub|inproc|tcp-pull|tcp-push ENDPOINT SIZE COUNT [PEERS] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static void *ctx;
static const char *endpoint;
static int size, count, peers;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }

static double cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void print(const char *what, int n, int bytes, double seconds, double used)
{
    printf("%s n=%d size=%d per_s=%.0f MB_per_s=%.1f cpu_s_per_M=%.3f\n", what, n, bytes, n / seconds, n / seconds * bytes / 1e6,
           used / n * 1e6);
}

static void *open_socket(int type, int bind)
{
    void *s = zmq_socket(ctx, type);
    int linger = 30000;
    zmq_setsockopt(s, ZMQ_LINGER, &linger, sizeof linger);
    if (type == ZMQ_SUB) zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0);
    if (type == ZMQ_XPUB) { int one = 1; zmq_setsockopt(s, ZMQ_XPUB_VERBOSE, &one, sizeof one); zmq_setsockopt(s, ZMQ_XPUB_NODROP, &one, sizeof one); }
    int rc = bind ? zmq_bind(s, endpoint) : zmq_connect(s, endpoint);
    if (rc) { fprintf(stderr, "%s: %s\n", endpoint, zmq_strerror(zmq_errno())); exit(1); }
    return s;
}

/* The first third warms up. */
static void receive(void **s, int sockets)
{
    zmq_msg_t m;
    zmq_msg_init(&m);
    int warm = count / 3;
    double c = 0, t = 0;
    for (int i = 0; i < count; i++) {
        if (i == warm) { c = cpu(); t = now(); }
        for (int j = 0; j < sockets; j++) zmq_msg_recv(&m, s[j], 0);
    }
    print("received", (count - warm) * sockets, (int)zmq_msg_size(&m), now() - t, cpu() - c);
    zmq_msg_close(&m);
    for (int j = 0; j < sockets; j++) zmq_close(s[j]);
}

static void send_all(void *s)
{
    char *data = calloc(1, size + 1);
    int warm = count / 3;
    for (int i = 0; i < warm; i++) zmq_send(s, data, size, 0);
    double c = cpu(), t = now();
    for (int i = warm; i < count; i++) zmq_send(s, data, size, 0);
    print("sent", count - warm, size, now() - t, cpu() - c);
    zmq_close(s);
}

/* Within the process a long message is handed over, not copied. */
static void *push_thread(void *unused)
{
    (void)unused;
    void *s = open_socket(ZMQ_PUSH, 0);
    if (size <= 1024) { send_all(s); return NULL; }
    for (int i = 0; i < count; i++) {
        zmq_msg_t m;
        zmq_msg_init_size(&m, size);
        zmq_msg_send(&m, s, 0);
    }
    zmq_close(s);
    return NULL;
}

static int by_value(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }

static void req(void)
{
    void *s = open_socket(ZMQ_REQ, 0);
    double *times = malloc(count * sizeof *times), sum = 0, c = cpu();
    zmq_msg_t m;
    for (int i = 0; i < count; i++) {
        double t = now();
        zmq_msg_init_size(&m, size);
        zmq_msg_send(&m, s, 0);
        zmq_msg_init(&m);
        zmq_msg_recv(&m, s, 0);
        zmq_msg_close(&m);
        times[i] = now() - t;
    }
    c = cpu() - c;
    int warm = count / 10, n = count - warm;
    for (int i = warm; i < count; i++) sum += times[i];
    qsort(times + warm, n, sizeof *times, by_value);
    printf("roundtrip n=%d size=%d mean_us=%.2f p50_us=%.2f p99_us=%.2f cpu_s_per_M=%.2f\n", count, size, sum / n * 1e6,
           times[warm + n / 2] * 1e6, times[warm + n * 99 / 100] * 1e6, c / count * 1e6);
    zmq_close(s);
}

static void rep(void)
{
    void *s = open_socket(ZMQ_REP, 1);
    zmq_msg_t m;
    for (int i = 0; i < count; i++) {
        zmq_msg_init(&m);
        zmq_msg_recv(&m, s, 0);
        zmq_msg_send(&m, s, 0);
    }
    zmq_close(s);
}

static void pub(void)
{
    void *s = open_socket(ZMQ_XPUB, 1);
    for (int i = 0; i < peers; i++) { char b[16]; zmq_recv(s, b, sizeof b, 0); }
    send_all(s);
}

/* Plain TCP, the same bytes in writes of 64 KiB: what the kernel carries when nobody looks for messages. */
static void plain_tcp(int sends)
{
    static char block[65536];
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(strrchr(endpoint, ':') + 1)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    long left = (long)size * count, warm = left - left / 3;
    if (sends) {
        while (connect(s, (struct sockaddr *)&at, sizeof at)) usleep(1000);
        while (left > 0) {
            ssize_t n = write(s, block, left < (long)sizeof block ? left : (long)sizeof block);
            if (n <= 0) exit(1);
            left -= n;
        }
        close(s);
        return;
    }
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 1)) { perror("listen"); exit(1); }
    int peer = accept(s, NULL, NULL);
    double t = 0, c = 0;
    while (left > 0) {
        if (t == 0 && left <= warm) { t = now(); c = cpu(); warm = left; }
        ssize_t n = read(peer, block, sizeof block);
        if (n <= 0) exit(1);
        left -= n;
    }
    print("received", (int)(warm / size), size, now() - t, cpu() - c);
}

int main(int argc, char **argv)
{
    if (argc < 5) return 2;
    const char *role = argv[1];
    endpoint = argv[2]; size = atoi(argv[3]); count = atoi(argv[4]); peers = argc > 5 ? atoi(argv[5]) : 1;
    if (!strncmp(role, "tcp-", 4)) { plain_tcp(!strcmp(role, "tcp-push")); return 0; }
    ctx = zmq_ctx_new();
    if (!strcmp(role, "pull")) { void *s = open_socket(ZMQ_PULL, 1); receive(&s, 1); }
    else if (!strcmp(role, "push")) send_all(open_socket(ZMQ_PUSH, 0));
    else if (!strcmp(role, "rep")) rep();
    else if (!strcmp(role, "req")) req();
    else if (!strcmp(role, "pub")) pub();
    else if (!strcmp(role, "sub")) { void *s[64]; for (int j = 0; j < peers; j++) s[j] = open_socket(ZMQ_SUB, 0); receive(s, peers); }
    else if (!strcmp(role, "inproc")) {
        endpoint = "inproc://bench";
        void *s = open_socket(ZMQ_PULL, 1);
        pthread_t t;
        pthread_create(&t, NULL, push_thread, NULL);
        receive(&s, 1);
        pthread_join(t, NULL);
    }
    else return 2;
    zmq_ctx_term(ctx);
    return 0;
}
