/* Last sequence number of each of the last senders; the one heard longest ago makes room. */
#include "unique.h"

#include <stddef.h>

#define SENDERS 6

typedef struct {
    uint16_t from;
    uint8_t sequence;
    uint8_t age;
    bool isUsed;
} Sender;

static Sender senders[SENDERS];

static Sender *findSender(uint16_t from) {
    for (uint8_t i = 0; i < SENDERS; i++) {
        if (senders[i].isUsed && senders[i].from == from) return &senders[i];
    }
    return NULL;
}

static Sender *oldestSender(void) {
    Sender *oldest = &senders[0];
    for (uint8_t i = 0; i < SENDERS; i++) {
        if (!senders[i].isUsed) return &senders[i];
        if (senders[i].age > oldest->age) oldest = &senders[i];
    }
    return oldest;
}

static void growOlder(void) {
    for (uint8_t i = 0; i < SENDERS; i++) {
        if (senders[i].age < 0xFF) senders[i].age++;
    }
}

static void note(Sender *sender, uint16_t from, uint8_t sequence) {
    growOlder();
    *sender = (Sender){.from = from, .sequence = sequence, .age = 0, .isUsed = true};
}

bool isNewSequence(uint16_t from, uint8_t sequence) {
    Sender *sender = findSender(from);
    if (sender != NULL && sender->sequence == sequence) return false;
    note(sender != NULL ? sender : oldestSender(), from, sequence);
    return true;
}
