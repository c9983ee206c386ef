// echo: sends back what each connection sends, a thread for each, until it is ended.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LEN = 64 << 10 };

static void *serve(void *argument) {
    int stream = (int)(intptr_t)argument;
    char *buffer = malloc(LEN);
    ssize_t count;
    while (buffer && (count = read(stream, buffer, LEN)) > 0) {
        for (ssize_t done = 0; done < count;) {
            ssize_t written = send(stream, buffer + done, count - done, MSG_NOSIGNAL);
            if (written < 0) {
                goto end;
            }
            done += written;
        }
    }
end:
    free(buffer);
    close(stream);
    return NULL;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, len) || listen(listener, 128) ||
        getsockname(listener, (struct sockaddr *)&address, &len)) {
        return 2;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (int stream; (stream = accept(listener, NULL, NULL)) >= 0;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)stream)) {
            close(stream);
        } else {
            pthread_detach(thread);
        }
    }
    return 2;
}
