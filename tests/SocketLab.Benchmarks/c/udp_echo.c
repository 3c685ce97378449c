// UDP echo: recvfrom and sendto in a loop, the reference that the others are measured against. Prints its port.
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

static char buffer[65536];

int main(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, length)) { perror("bind"); return 1; }
    getsockname(fd, (struct sockaddr *)&address, &length);
    printf("READY 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        struct sockaddr_in from;
        length = sizeof from;
        ssize_t got = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length);
        if (got >= 0) sendto(fd, buffer, got, 0, (struct sockaddr *)&from, length);
    }
}
