// newlines FILE: how many newlines it holds.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { LEN = 1 << 20 };
static char buffer[LEN] __attribute__((aligned(4096)));

int main(int argc, char **argv) {
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        return 2;
    }
    size_t newlines = 0;
    ssize_t count;
    while ((count = read(file, buffer, LEN)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            newlines += buffer[i] == '\n';
        }
    }
    printf("%zu\n", newlines);
    return count < 0 ? 2 : 0;
}
