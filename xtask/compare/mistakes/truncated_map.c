// The newlines of a mapped file are counted, and the file becomes shorter.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LEN = 1 << 16 };

int main(void) {
    int file = memfd_create("log", 0);
    if (file < 0 || ftruncate(file, LEN) != 0) {
        return 2;
    }
    char *map = mmap(NULL, LEN, PROT_READ, MAP_PRIVATE, file, 0);
    if (map == MAP_FAILED || ftruncate(file, 0) != 0) {
        return 2;
    }
    int newlines = 0;
    for (int i = 0; i < LEN; i++) {
        newlines += map[i] == '\n';
    }
    printf("%d\n", newlines);
    return 0;
}
