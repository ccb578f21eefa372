#include "duplicates.h"

#define REMEMBERED 8

typedef struct {
    uint16_t origin;
    uint8_t sequence;
    bool isUsed;
} Seen;

static Seen seen[REMEMBERED];
static uint8_t next;

static bool wasSeen(uint16_t origin, uint8_t sequence) {
    for (uint8_t i = 0; i < REMEMBERED; i++) {
        if (seen[i].isUsed && seen[i].origin == origin && seen[i].sequence == sequence) return true;
    }
    return false;
}

static void remember(uint16_t origin, uint8_t sequence) {
    seen[next] = (Seen){.origin = origin, .sequence = sequence, .isUsed = true};
    next = (next + 1) % REMEMBERED;
}

bool isDuplicate(uint16_t origin, uint8_t sequence) {
    if (wasSeen(origin, sequence)) return true;
    remember(origin, sequence);
    return false;
}
