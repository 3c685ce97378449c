// UDP echo in batches: recvmmsg takes what has come, up to 64 datagrams, and sendmmsg sends them all back: two system calls for many.
// What batching can gain on a machine is this one's ratio to udp_echo.c. Prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

enum { BATCH = 64, LONGEST = 65536 };
static char buffers[BATCH][LONGEST];
static struct sockaddr_in peers[BATCH];
static struct iovec pieces[BATCH];
static struct mmsghdr messages[BATCH];

int main(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, length)) { perror("bind"); return 1; }
    getsockname(fd, (struct sockaddr *)&address, &length);
    printf("READY 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (int i = 0; i < BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){ .msg_name = &peers[i], .msg_iov = &pieces[i], .msg_iovlen = 1 };
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            pieces[i] = (struct iovec){ buffers[i], LONGEST };
            messages[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
        // MSG_WAITFORONE: wait for the first, then take only what is there already.
        int got = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < got; i++) pieces[i].iov_len = messages[i].msg_len;
        for (int sent = 0, n; sent < got; sent += n)
            if ((n = sendmmsg(fd, messages + sent, got - sent, 0)) <= 0) n = 1; // that one cannot be sent: go on with the next
    }
}
