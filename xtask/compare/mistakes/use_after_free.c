// A word of a message is kept, and the message is let go.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// In a program these are functions of another file, into which no compiler looks either.
#define OF_ANOTHER_FILE __attribute__((noinline))

struct message {
    char *text;
};

OF_ANOTHER_FILE struct message *message_new(const char *text) {
    struct message *message = malloc(sizeof *message);
    message->text = strdup(text);
    return message;
}

OF_ANOTHER_FILE const char *message_word(const struct message *message) {
    return strchr(message->text, ' ') + 1;
}

OF_ANOTHER_FILE void message_free(struct message *message) {
    free(message->text);
    free(message);
}

int main(void) {
    struct message *message = message_new("zero copy");
    const char *word = message_word(message);
    message_free(message);
    printf("%s\n", word);
    return 0;
}
