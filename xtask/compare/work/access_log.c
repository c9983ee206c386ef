// access_log FILE: how many lines tell of a server error, and the bytes sent with them.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LEN = 1 << 20 };
static char buffer[LEN] __attribute__((aligned(4096)));

// Behind the next `stop`, or NULL.
static const char *after(const char *at, const char *end, char stop) {
    at = at ? memchr(at, stop, end - at) : NULL;
    return at ? at + 1 : NULL;
}

// Behind the text between quotes that begins at `at`, or NULL.
static const char *quoted(const char *at, const char *end) {
    if (!at || at == end || *at++ != '"') {
        return NULL;
    }
    for (; at < end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '"') {
            return at + 1;
        }
    }
    return NULL;
}

// The number at `at`, up to a space; `-` is 0.
static uint64_t number(const char *at, const char *end) {
    uint64_t value = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (*at - '0');
    }
    return value;
}

static void line(const char *at, const char *end, uint64_t *errors, uint64_t *bytes) {
    at = after(after(after(at, end, ' '), end, ' '), end, ' '); // host, ident, user
    at = after(after(at, end, ']'), end, ' ');
    const char *status = quoted(at, end);
    const char *size = status && status < end ? after(status + 1, end, ' ') : NULL;
    const char *referer = after(size, end, ' ');
    const char *agent = quoted(referer, end);
    if (agent && agent < end && quoted(agent + 1, end) && number(status + 1, end) >= 500) {
        *errors += 1;
        *bytes += number(size, end);
    }
}

int main(int argc, char **argv) {
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        return 2;
    }
    uint64_t errors = 0, bytes = 0;
    size_t held = 0;
    ssize_t count;
    while (held < LEN && (count = read(file, buffer + held, LEN - held)) > 0) {
        const char *at = buffer, *end = buffer + held + count, *next;
        for (; (next = memchr(at, '\n', end - at)); at = next + 1) {
            line(at, next, &errors, &bytes);
        }
        held = end - at;
        memmove(buffer, at, held);
    }
    line(buffer, buffer + held, &errors, &bytes);
    printf("%llu %llu\n", (unsigned long long)errors, (unsigned long long)bytes);
    return 0;
}
