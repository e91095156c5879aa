/*
 * lg: replays HTTP/1.1 requests over keep-alive connections and measures how long each takes.
 *
 *   lg -f requests -p port[,port...] [-c connections] [-d seconds] [-w warm-up seconds] [-r requests/s]
 *
 * Closed loop (no -r): every connection sends its next request when it has its reply. Measures capacity; its latency is
 * that of a queue as long as there are connections, and says nothing about a server that is not saturated.
 *
 * Open loop (-r): requests fall due at random moments (Poisson), whether the server keeps up or not. Latency counts from
 * the moment a request fell due, so time spent waiting for a free connection is in it (no coordinated omission).
 *
 * The file holds requests, each as `<length in decimal>\n<that many bytes>`; they are sent in random order. Connections
 * are spread over the ports evenly. One line of JSON comes out, times in microseconds:
 *   rps         replies per second
 *   mean .. max latency; buckets are 1.6 % wide
 *   errs        connections that broke            bad   replies other than 2xx and 304
 *   busy        share of one core that lg itself used
 *
 * Limits: one thread, so about 200,000 requests/s (busy near 1 means that lg was the bottleneck); one request at a time
 * per connection; replies need a Content-Length or a status without a body; IPv4 loopback only. In open loop it spins
 * and takes a whole core: on a machine whose cores are all used it competes with what it measures.
 *
 * Build: cc -O2 -o lg lg.c -lm
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PORTS = 16, MAX_EVENTS = 256, MAX_HEAD = 16384, READ_BYTES = 262144 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

/* Requests ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  const char *bytes;
  size_t length;
} request;

static request *requests;
static size_t request_count;

static void load_requests(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  size_t room = 0, length;
  while (fscanf(file, "%zu", &length) == 1 && fgetc(file) == '\n') {
    if (request_count == room) requests = realloc(requests, (room = room ? room * 2 : 1024) * sizeof *requests);
    char *bytes = malloc(length);
    if (fread(bytes, 1, length, file) != length) fail("a request is cut off");
    requests[request_count++] = (request){bytes, length};
  }
  fclose(file);
  if (request_count == 0) {
    fprintf(stderr, "%s holds no requests\n", path);
    exit(1);
  }
}

static uint64_t random_state;

/* xorshift64: order of requests and gaps between them need no better. */
static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static double next_exponential(double mean) {
  double uniform = (double)(next_random() >> 11) * (1.0 / 9007199254740992.0);
  return -log(1.0 - uniform) * mean;
}

/* Latencies --------------------------------------------------------------------------------------------------------- */

/* Log-linear histogram over tenths of a microsecond: 64 steps in every power of two. */
enum { STEPS = 64, BUCKETS = 4096 };
static uint64_t buckets[BUCKETS], measured, sum_ns, max_ns, errors, bad;

static int bucket_of(uint64_t tenths) {
  if (tenths < STEPS) return (int)tenths;
  int shift = 63 - __builtin_clzll(tenths) - 6;
  int index = (shift + 1) * STEPS + (int)((tenths >> shift) - STEPS);
  return index < BUCKETS ? index : BUCKETS - 1;
}

static double bucket_us(int index) {
  if (index < STEPS) return index / 10.0;
  int shift = index / STEPS - 1;
  return (double)((uint64_t)(STEPS + index % STEPS) << shift) / 10.0;
}

static void record(uint64_t ns) {
  buckets[bucket_of(ns / 100)]++;
  measured++;
  sum_ns += ns;
  if (ns > max_ns) max_ns = ns;
}

static double quantile_us(double q) {
  uint64_t rank = (uint64_t)ceil(q * (double)measured), seen = 0;
  for (int i = 0; i < BUCKETS; i++)
    if (measured > 0 && (seen += buckets[i]) >= rank) return bucket_us(i);
  return 0;
}

/* Connections ------------------------------------------------------------------------------------------------------- */

typedef struct {
  int fd;
  uint64_t due_ns;     /* when the request in flight fell due */
  size_t head_length;  /* bytes of the reply's head so far */
  size_t body_left;    /* bytes of its body still to come, once the head is complete */
  int in_body;
  char head[MAX_HEAD];
} connection;

static connection *connections;
static int connection_count = 64;

/* Idle connections, first in first out: a stack would send most requests to whoever answered last. */
static int *idle, idle_first, idle_count;

static void push_idle(int index) {
  idle[(idle_first + idle_count++) % connection_count] = index;
}

static int pop_idle(void) {
  int index = idle[idle_first];
  idle_first = (idle_first + 1) % connection_count;
  idle_count--;
  return index;
}

static void open_connections(int epoll, const int *ports, int port_count) {
  connections = calloc((size_t)connection_count, sizeof *connections);
  idle = calloc((size_t)connection_count, sizeof *idle);
  for (int i = 0; i < connection_count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ports[i % port_count])};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    connections[i].fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    push_idle(i);
  }
}

static void drop(connection *c) {
  errors++;
  close(c->fd);
  c->fd = -1;
}

static void send_next(int index, uint64_t due_ns) {
  connection *c = &connections[index];
  const request *r = &requests[next_random() % request_count];
  c->due_ns = due_ns;
  c->head_length = 0;
  c->in_body = 0;
  for (size_t sent = 0; sent < r->length;) {
    ssize_t n = write(c->fd, r->bytes + sent, r->length - sent);
    if (n >= 0) sent += (size_t)n;
    else if (errno != EAGAIN) return drop(c);
  }
}

/* Length of the body that a complete head announces, or -1 when lg cannot tell. */
static long body_length(const char *head) {
  int status = atoi(head + 9);
  if (status < 200 || (status >= 300 && status != 304)) bad++;
  if (status == 204 || status == 304) return 0;
  const char *field = strcasestr(head, "\r\ncontent-length:");
  return field ? atol(field + 17) : -1;
}

/* Takes bytes of a reply. Returns 1 when the reply is complete, -1 when it makes no sense. */
static int take(connection *c, const char *bytes, size_t length) {
  if (!c->in_body) {
    size_t before = c->head_length;
    size_t room = MAX_HEAD - 1 - before;
    size_t copied = length < room ? length : room;
    memcpy(c->head + before, bytes, copied);
    c->head_length += copied;
    c->head[c->head_length] = 0;
    char *blank = memmem(c->head, c->head_length, "\r\n\r\n", 4);
    if (!blank) return copied < length ? -1 : 0;
    size_t head_length = (size_t)(blank - c->head) + 4;
    *blank = 0;
    long body = body_length(c->head);
    if (body < 0) return -1;
    c->in_body = 1;
    c->body_left = (size_t)body;
    bytes += head_length - before;
    length -= head_length - before;
  }
  if (length > c->body_left) return -1;
  c->body_left -= length;
  return c->body_left == 0;
}

/* The measurement --------------------------------------------------------------------------------------------------- */

static void run(int epoll, double rate, double warm_s, double measure_s) {
  static char scratch[READ_BYTES];
  struct epoll_event events[MAX_EVENTS];
  uint64_t begin = now_ns(), from = begin + (uint64_t)(warm_s * 1e9), until = from + (uint64_t)(measure_s * 1e9);
  double gap_ns = rate > 0 ? 1e9 / rate : 0, due = (double)begin;

  if (rate == 0)
    while (idle_count > 0) send_next(pop_idle(), now_ns());

  for (uint64_t now = begin; now < until; now = now_ns()) {
    if (rate > 0)
      for (; due <= (double)now && idle_count > 0; due += next_exponential(gap_ns)) send_next(pop_idle(), (uint64_t)due);

    int ready = epoll_wait(epoll, events, MAX_EVENTS, rate > 0 ? 0 : 10);
    for (int i = 0; i < ready; i++) {
      int index = (int)events[i].data.u32;
      connection *c = &connections[index];
      ssize_t n = read(c->fd, scratch, sizeof scratch);
      if (n < 0 && errno == EAGAIN) continue;
      int done = n > 0 ? take(c, scratch, (size_t)n) : -1;
      if (done < 0) drop(c);
      if (done <= 0) continue;
      uint64_t end = now_ns();
      /* By its end, not its start: else a closed loop would lose the slowest, and gain none at the other edge. */
      if (end > from && end <= until) record(end - c->due_ns);
      if (rate > 0) push_idle(index);
      else send_next(index, end);
    }
  }
}

static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
  int ports[MAX_PORTS], port_count = 0, option;
  double rate = 0, warm_s = 1, measure_s = 5;
  while ((option = getopt(argc, argv, "f:p:c:d:w:r:")) != -1) switch (option) {
    case 'f': load_requests(optarg); break;
    case 'p':
      for (char *port = strtok(optarg, ","); port && port_count < MAX_PORTS; port = strtok(NULL, ","))
        ports[port_count++] = atoi(port);
      break;
    case 'c': connection_count = atoi(optarg); break;
    case 'd': measure_s = atof(optarg); break;
    case 'w': warm_s = atof(optarg); break;
    case 'r': rate = atof(optarg); break;
    default: return 2;
  }
  if (request_count == 0 || port_count == 0 || connection_count < 1) {
    fprintf(stderr, "usage: lg -f requests -p port[,port...] [-c connections] [-d s] [-w warm-up s] [-r requests/s]\n");
    return 2;
  }
  random_state = now_ns() | 1;
  int epoll = epoll_create1(0);
  open_connections(epoll, ports, port_count);
  double cpu = cpu_seconds();
  run(epoll, rate, warm_s, measure_s);
  cpu = cpu_seconds() - cpu;
  printf("{\"offered\":%.0f,\"rps\":%.0f,\"mean\":%.1f,\"p50\":%.1f,\"p95\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f,"
         "\"errs\":%lu,\"bad\":%lu,\"busy\":%.2f}\n",
         rate, (double)measured / measure_s, measured ? (double)sum_ns / 1e3 / (double)measured : 0, quantile_us(.5),
         quantile_us(.95), quantile_us(.99), quantile_us(.999), (double)max_ns / 1e3, errors, bad,
         cpu / (warm_s + measure_s));
  return 0;
}
