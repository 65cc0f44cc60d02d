// load: many WebSocket clients in one thread. Prints one line of JSON per phase.
//
// Every client of a room counts every message of it. A message's text is `mark TIME NUMBER x`, so that a receiver
// knows when it was sent and which it is: what arrives twice or not at all is found even where it evens out.
//
//   load --port P --clients N [--rooms FILE] [--cookies FILE] [--path PATH] [--first FRAME]... [--ready TEXT]
//        [--send TEMPLATE] [--size BYTES] [--seconds S] [--window MESSAGES | --rate PER_SECOND] [--publishers N]
//        [--hold] [--storm MESSAGES --sync TEMPLATE]
//
// Client number i is in room i mod (lines of --rooms) and signs in with line i mod (lines of --cookies). Templates hold
// {text}, {uuid}, {room} and {after}. --hold waits for a line on standard input between connecting and load.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK "Tq9z"
#define MOST_FIRST 4
#define MOST_MESSAGES 2000000
#define PATIENCE 20.0  // seconds without any progress before a phase is given up
#define GRACE 5.0      // seconds after the load for what is still on its way

enum State { IDLE, CONNECTING, SHAKING, OPENING, READY, GONE };

typedef struct {
    int fd;
    enum State state;
    int firsts;           // opening frames sent
    int attempts;
    unsigned char *in;    // received and not yet understood
    size_t in_length, in_room;
    char *out;            // not yet taken by the system
    size_t out_length;
    double began, ready_at, come_back_at;
    uint64_t got, sum;    // messages, and the sum of their numbers
    uint64_t after;       // the room's number in the first `hello`
    bool greeted;         // has had its first `hello`
    uint64_t seen;        // in a storm, by number: what is caught up with may also have come live
} Client;

typedef struct { char **lines; int count; } Lines;
typedef struct { double *values; size_t count, room; } Samples;

static struct {
    const char *host, *path, *ready, *send, *sync;
    const char *first[MOST_FIRST];
    int firsts, port, clients, publishers, window, size, at_once, storm;
    double seconds, rate;
    bool hold;
    Lines rooms, cookies;
} option = {.host = "127.0.0.1", .path = "/", .send = "{text}", .publishers = 1, .window = 3, .size = 70,
            .at_once = 32, .seconds = 5};

static Client *clients;
static int epoll, ready, failed, closed;
static uint64_t sent, delivered, bytes_in, first_frame_bytes, refused;
static double last_delivery;
static double *sent_at;          // by message number
static int *missing;             // clients that have not had it yet, by message number
static uint64_t *room_sum, *room_sent;
static uint64_t completed;
static Samples delays, last_delays, openings;
static char *scratch;
static size_t scratch_room;

static void die(const char *what) { perror(what); exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static Lines read_lines(const char *path) {
    Lines lines = {0};
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\r\n")] = 0;
        lines.lines = realloc(lines.lines, sizeof(char *) * (lines.count + 1));
        lines.lines[lines.count++] = strdup(line);
    }
    free(line);
    fclose(file);
    return lines;
}

static void add(Samples *samples, double value) {
    if (samples->count == samples->room) {
        samples->room = samples->room ? samples->room * 2 : 1 << 16;
        samples->values = realloc(samples->values, samples->room * sizeof(double));
    }
    samples->values[samples->count++] = value;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double percentile(Samples *samples, double share) {
    if (!samples->count) return 0;
    qsort(samples->values, samples->count, sizeof(double), compare);
    size_t at = (size_t)(samples->count * share);
    return samples->values[at < samples->count ? at : samples->count - 1];
}

static int room_of(const Client *client) {
    int index = client - clients;
    return option.rooms.count ? index % option.rooms.count : 0;
}

// Out

static void watch(Client *client, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = client};
    if (epoll_ctl(epoll, operation, client->fd, &event) < 0) die("epoll_ctl");
}

static void leave(Client *client) {
    if (client->state == READY) ready--;
    if (client->state != GONE && client->state != IDLE) close(client->fd);
    client->state = GONE;
    client->in_length = client->out_length = 0;
}

static void flush(Client *client) {
    size_t done = 0;
    while (done < client->out_length) {
        ssize_t n = send(client->fd, client->out + done, client->out_length - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        done += n;
    }
    memmove(client->out, client->out + done, client->out_length -= done);
    watch(client, EPOLL_CTL_MOD, client->out_length ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void put(Client *client, const void *data, size_t length) {
    bool idle = !client->out_length;
    client->out = realloc(client->out, client->out_length + length);
    memcpy(client->out + client->out_length, data, length);
    client->out_length += length;
    if (idle) flush(client);
}

static void put_frame(Client *client, int opcode, const char *text, size_t length) {
    static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
    unsigned char *frame = malloc(length + 14);
    size_t at = 0;
    frame[at++] = 0x80 | opcode;
    if (length < 126) {
        frame[at++] = 0x80 | length;
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = length >> 8;
        frame[at++] = length;
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < length; i++) frame[at + i] = text[i] ^ mask[i & 3];
    put(client, frame, at + length);
    free(frame);
}

static char *fill(const Client *client, const char *template, const char *text) {
    static uint64_t made;
    static uint64_t salt;
    if (!salt) salt = (uint64_t)time(NULL) << 20 ^ getpid();
    char uuid[40], after[24];
    made++;
    snprintf(uuid, sizeof uuid, "%08x-%04x-4000-8000-%012llx", (unsigned)(salt >> 16), (unsigned)salt & 0xffff,
             (unsigned long long)made);
    snprintf(after, sizeof after, "%llu", (unsigned long long)client->after);
    const char *room = option.rooms.count ? option.rooms.lines[room_of(client)] : "";
    const char *names[] = {"{text}", "{uuid}", "{room}", "{after}"};
    const char *values[] = {text, uuid, room, after};
    size_t needed = strlen(template) + strlen(text) * 2 + 256;
    if (scratch_room < needed) scratch = realloc(scratch, scratch_room = needed);
    char *to = scratch;
    for (const char *from = template; *from;) {
        int name = 0;
        while (name < 4 && strncmp(from, names[name], strlen(names[name]))) name++;
        if (name == 4) {
            *to++ = *from++;
        } else {
            to = stpcpy(to, values[name]);
            from += strlen(names[name]);
        }
    }
    *to = 0;
    return scratch;
}

static void put_text(Client *client, const char *template, const char *text) {
    const char *filled = fill(client, template, text);
    put_frame(client, 1, filled, strlen(filled));
}

static void publish(Client *client) {
    if (sent >= MOST_MESSAGES) return;
    char *text = malloc(option.size + 96);
    int length = sprintf(text, MARK "%llu ", (unsigned long long)sent);
    while (length < option.size) text[length++] = 'x';
    text[length] = 0;
    int room = room_of(client);
    sent_at[sent] = now();
    missing[sent] = option.clients / (option.rooms.count ? option.rooms.count : 1);
    room_sum[room] += sent;
    room_sent[room]++;
    sent++;
    put_text(client, option.send, text);
    free(text);
}

// In

static void count_messages(Client *client, const char *payload, size_t length) {
    const char *end = payload + length;
    const char *at = payload;
    double when = now();
    while ((at = memmem(at, end - at, MARK, strlen(MARK)))) {
        at += strlen(MARK);
        uint64_t number = strtoull(at, NULL, 10);
        if (number >= sent) continue;
        if (option.storm) {
            if (client->seen >> number & 1) continue;
            client->seen |= 1ull << number;
        }
        client->got++;
        client->sum += number;
        delivered++;
        last_delivery = when;
        add(&delays, when - sent_at[number]);
        if (--missing[number] == 0) {
            completed++;
            add(&last_delays, when - sent_at[number]);
        }
    }
}

static void become_ready(Client *client, const char *payload, size_t length) {
    client->state = READY;
    client->ready_at = now();
    ready++;
    add(&openings, client->ready_at - client->began);
    first_frame_bytes = length;
    if (!option.sync) return;
    if (!client->greeted) {
        client->greeted = true;
        // `hello`: [room, seq, ...
        char key[40];
        snprintf(key, sizeof key, "[%s,", option.rooms.lines[room_of(client)]);
        const char *found = memmem(payload, length, key, strlen(key));
        client->after = found ? strtoull(found + strlen(key), NULL, 10) : 0;
    } else {
        put_text(client, option.sync, "");
    }
}

static void answer_ping(Client *client, const char *payload, size_t length) {
    const char *nonce = memmem(payload, length, "\"nonce\":", 8);
    if (!nonce) return;
    nonce += 8;
    char pong[128];
    int n = snprintf(pong, sizeof pong, "{\"type\":\"pong\",\"nonce\":%.*s}", (int)strcspn(nonce, ",}"), nonce);
    put_frame(client, 1, pong, n);
}

static void take_bye(Client *client, const char *payload, size_t length) {
    const char *found = memmem(payload, length, "\"retry_after\":", 14);
    refused++;
    if (found) client->come_back_at = now() + strtod(found + 14, NULL);
}

static void take_text(Client *client, const char *payload, size_t length) {
    if (client->state == OPENING) {
        if (!option.ready || memmem(payload, length, option.ready, strlen(option.ready))) {
            become_ready(client, payload, length);
        } else if (memmem(payload, length, "\"type\":\"bye\"", 12)) {
            take_bye(client, payload, length);
        } else if (client->firsts < option.firsts) {
            put_text(client, option.first[client->firsts++], "");
        }
    } else if (length == 1 && payload[0] == '2') {
        put_frame(client, 1, "3", 1);  // engine.io's ping
    } else if (length < 200 && memmem(payload, length, "\"type\":\"ping\"", 13)) {
        answer_ping(client, payload, length);
    } else if (length < 200 && memmem(payload, length, "\"type\":\"bye\"", 12)) {
        take_bye(client, payload, length);
    } else {
        if (memmem(payload, length, "\"type\":\"error\"", 14)) refused++;
        count_messages(client, payload, length);
    }
}

static bool take_handshake(Client *client) {
    unsigned char *end = memmem(client->in, client->in_length, "\r\n\r\n", 4);
    if (!end) return false;
    if (memcmp(client->in, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "refused: %.120s\n", client->in);
        failed++;
        leave(client);
        return false;
    }
    client->in_length -= end + 4 - client->in;
    memmove(client->in, end + 4, client->in_length);
    client->state = OPENING;
    if (client->firsts < option.firsts) put_text(client, option.first[client->firsts++], "");
    if (!option.ready) become_ready(client, "", 0);
    return true;
}

static void take_frames(Client *client) {
    size_t at = 0;
    while ((client->state == OPENING || client->state == READY) && client->in_length - at >= 2) {
        unsigned char *frame = client->in + at;
        size_t header = 2, length = frame[1] & 127;
        size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (client->in_length - at < header + extra) break;
        if (extra) length = 0;
        for (size_t i = 0; i < extra; i++) length = length << 8 | frame[2 + i];
        header += extra;
        if (client->in_length - at < header + length) break;
        char *payload = (char *)frame + header, kept = payload[length];
        payload[length] = 0;
        int opcode = frame[0] & 15;
        if (opcode == 1) take_text(client, payload, length);
        if (opcode == 9) put_frame(client, 10, payload, length);
        payload[length] = kept;
        at += header + length;
        if (opcode == 8) {
            closed++;
            leave(client);
            return;
        }
    }
    if (client->state == GONE) return;
    memmove(client->in, client->in + at, client->in_length -= at);
}

static void take(Client *client) {
    for (;;) {
        if (client->in_room - client->in_length < 16384) {
            client->in_room = client->in_room ? client->in_room * 2 : 32768;
            client->in = realloc(client->in, client->in_room + 1);
        }
        ssize_t n = recv(client->fd, client->in + client->in_length, client->in_room - client->in_length, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            closed++;
            leave(client);
            return;
        }
        client->in_length += n;
        client->in[client->in_length] = 0;
        bytes_in += n;
        if (client->state == SHAKING && !take_handshake(client)) {
            if (client->state == GONE) return;
            continue;
        }
        take_frames(client);
        if (client->state == GONE || n < 4096) return;
    }
}

// Connections

static void enter(Client *client) {
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->fd < 0) die("socket");
    int one = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(option.port)};
    inet_pton(AF_INET, option.host, &address.sin_addr);
    client->state = CONNECTING;
    client->firsts = 0;
    client->attempts++;
    if (client->attempts == 1) client->began = now();
    watch(client, EPOLL_CTL_ADD, EPOLLOUT);
    if (connect(client->fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) leave(client);
}

static void shake(Client *client) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        closed++;
        leave(client);
        return;
    }
    int index = client - clients;
    const char *cookie = option.cookies.count ? option.cookies.lines[index % option.cookies.count] : NULL;
    char request[2048];
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: %s:%d\r\nOrigin: http://%s:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                     fill(client, option.path, ""), option.host, option.port, option.host, option.port,
                     cookie ? "Cookie: " : "", cookie ? cookie : "", cookie ? "\r\n" : "");
    client->state = SHAKING;
    put(client, request, n);
}

static void turn(int milliseconds) {
    struct epoll_event events[512];
    int count = epoll_wait(epoll, events, 512, milliseconds);
    for (int i = 0; i < count; i++) {
        Client *client = events[i].data.ptr;
        if (client->state == GONE) continue;
        if (client->state == CONNECTING) shake(client);
        else if (events[i].events & EPOLLOUT) flush(client);
        if (client->state != GONE && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take(client);
    }
}

static void wait_for(double seconds) {
    double end = now() + seconds;
    while (now() < end) turn(20);
}

static void give_up(const char *phase) {
    fprintf(stderr, "%s: no progress for %.0f s; ready %d, failed %d, closed %d\n", phase, PATIENCE, ready, failed,
            closed);
    exit(3);
}

static void connect_all(void) {
    double began = now(), progress = began;
    int started = 0, before = 0;
    while (ready < option.clients) {
        while (started < option.clients && started - ready - failed - closed < option.at_once)
            enter(&clients[started++]);
        turn(10);
        if (ready != before) {
            before = ready;
            progress = now();
        }
        if (failed + closed || now() - progress > PATIENCE) give_up("connect");
    }
    double took = now() - began;
    printf("{\"phase\":\"connect\",\"clients\":%d,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.2f,"
           "\"p95_ms\":%.2f,\"first_bytes\":%llu}\n",
           ready, took, ready / took, percentile(&openings, .5) * 1e3, percentile(&openings, .95) * 1e3,
           (unsigned long long)first_frame_bytes);
    fflush(stdout);
}

static void hold(void) {
    struct pollfd input = {.fd = 0, .events = POLLIN};
    while (poll(&input, 1, 0) == 0) turn(50);
    char line[16];
    if (read(0, line, sizeof line) < 0) die("standard input");
}

// The load

static bool all_equal(void) {
    for (int i = 0; i < option.clients; i++) {
        int room = room_of(&clients[i]);
        if (clients[i].got != room_sent[room] || clients[i].sum != room_sum[room]) return false;
    }
    return true;
}

static void offer(double began, double until) {
    static int next;
    if (option.rate > 0) {
        while (sent < (uint64_t)((now() - began) * option.rate) && now() < until)
            publish(&clients[next++ % option.publishers]);
    } else {
        while (sent - completed < (uint64_t)option.window && now() < until)
            publish(&clients[next++ % option.publishers]);
    }
}

static void load(void) {
    double began = now(), until = began + option.seconds, progress = began;
    uint64_t before = 0;
    bytes_in = 0;
    while (now() < until) {
        offer(began, until);
        turn(option.rate > 0 ? 1 : 100);
        if (delivered != before) {
            before = delivered;
            progress = now();
        }
        if (now() - progress > PATIENCE) give_up("load");
    }
    double ended = now();
    while (completed < sent && now() < ended + GRACE) turn(20);
    double took = (last_delivery > ended ? last_delivery : ended) - began;
    uint64_t expected = sent * (option.clients / (option.rooms.count ? option.rooms.count : 1));
    printf("{\"phase\":\"load\",\"sent\":%llu,\"delivered\":%llu,\"expected\":%llu,\"exact\":%s,\"refused\":%llu,"
           "\"deliveries_per_s\":%.0f,\"messages_per_s\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"last_p50_ms\":%.2f,"
           "\"last_p99_ms\":%.2f,\"bytes_each\":%.0f,\"seconds\":%.2f}\n",
           (unsigned long long)sent, (unsigned long long)delivered, (unsigned long long)expected,
           all_equal() && closed == 0 ? "true" : "false", (unsigned long long)refused, delivered / took, sent / took,
           percentile(&delays, .5) * 1e3, percentile(&delays, .99) * 1e3, percentile(&last_delays, .5) * 1e3,
           percentile(&last_delays, .99) * 1e3, delivered ? (double)bytes_in / delivered : 0, took);
    fflush(stdout);
}

// All but the first are cut at once; the first writes while they are away. Each comes back as the browser does.

static void cut(Client *client) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    leave(client);
    client->attempts = 0;
    client->come_back_at = now() + drand48() * 2;
}

static double back_off(int attempts) {
    double most = fmin(30, ldexp(1, attempts > 6 ? 5 : attempts - 1));
    return most * (0.5 + drand48() / 2);
}

static void storm(void) {
    double began = now(), progress = began;
    uint64_t before = 0;
    int most_attempts = 0;
    closed = 0;
    for (int i = 1; i < option.clients; i++) cut(&clients[i]);
    for (int i = 0; i < option.storm; i++) publish(&clients[0]);
    for (int live = 0; live < option.clients;) {
        double when = now();
        live = 0;
        for (int i = 0; i < option.clients; i++) {
            Client *client = &clients[i];
            if (client->state == GONE && client->come_back_at <= when) {
                client->come_back_at = when + back_off(client->attempts + 1);
                enter(client);
            }
            int room = room_of(client);
            live += client->state == READY && client->got == room_sent[room] && client->sum == room_sum[room];
            if (client->attempts > most_attempts) most_attempts = client->attempts;
        }
        turn(5);
        if (delivered != before) {
            before = delivered;
            progress = now();
        }
        if (now() - progress > PATIENCE + 30) give_up("storm");
    }
    printf("{\"phase\":\"storm\",\"clients\":%d,\"seconds\":%.2f,\"most_attempts\":%d,\"refused\":%llu,\"exact\":%s}\n",
           option.clients, now() - began, most_attempts, (unsigned long long)refused, all_equal() ? "true" : "false");
    fflush(stdout);
}

static void read_options(int count, char **words) {
    static const struct option known[] = {
        {"host", 1, 0, 'h'}, {"port", 1, 0, 'p'}, {"path", 1, 0, 'u'}, {"clients", 1, 0, 'n'},
        {"publishers", 1, 0, 'P'}, {"window", 1, 0, 'W'}, {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 's'},
        {"size", 1, 0, 'z'}, {"cookies", 1, 0, 'c'}, {"rooms", 1, 0, 'R'}, {"first", 1, 0, 'f'},
        {"ready", 1, 0, 'y'}, {"send", 1, 0, 't'}, {"hold", 0, 0, 'H'}, {"at-once", 1, 0, 'C'},
        {"storm", 1, 0, 'S'}, {"sync", 1, 0, 'a'}, {0, 0, 0, 0}};
    for (int letter; (letter = getopt_long(count, words, "", known, NULL)) != -1;) switch (letter) {
        case 'h': option.host = optarg; break;
        case 'p': option.port = atoi(optarg); break;
        case 'u': option.path = optarg; break;
        case 'n': option.clients = atoi(optarg); break;
        case 'P': option.publishers = atoi(optarg); break;
        case 'W': option.window = atoi(optarg); break;
        case 'r': option.rate = atof(optarg); break;
        case 's': option.seconds = atof(optarg); break;
        case 'z': option.size = atoi(optarg); break;
        case 'c': option.cookies = read_lines(optarg); break;
        case 'R': option.rooms = read_lines(optarg); break;
        case 'f': if (option.firsts < MOST_FIRST) option.first[option.firsts++] = optarg; break;
        case 'y': option.ready = optarg; break;
        case 't': option.send = optarg; break;
        case 'H': option.hold = true; break;
        case 'C': option.at_once = atoi(optarg); break;
        case 'S': option.storm = atoi(optarg); break;
        case 'a': option.sync = optarg; break;
        default: exit(2);
    }
    if (!option.port || option.clients < 1 || option.storm > 63) {
        fprintf(stderr, "load needs --port and --clients, and a storm has at most 63 messages\n");
        exit(2);
    }
}

int main(int count, char **words) {
    read_options(count, words);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int rooms = option.rooms.count ? option.rooms.count : 1;
    epoll = epoll_create1(0);
    clients = calloc(option.clients, sizeof *clients);
    sent_at = calloc(MOST_MESSAGES, sizeof *sent_at);
    missing = calloc(MOST_MESSAGES, sizeof *missing);
    room_sum = calloc(rooms, sizeof *room_sum);
    room_sent = calloc(rooms, sizeof *room_sent);
    srand48(getpid());
    connect_all();
    if (option.hold) hold();
    wait_for(0.5);  // what the connecting stirred up
    if (option.storm) storm();
    else if (option.seconds > 0) load();
    return 0;
}
