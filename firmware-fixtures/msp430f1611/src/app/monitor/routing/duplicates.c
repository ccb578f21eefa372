#include "duplicates.h"

#define REMEMBERED 8

typedef struct {
    uint16_t origin;
    uint8_t sequence;
    bool isUsed;
} Seen;

static Seen seen[REMEMBERED];
static uint8_t nextSeen;

static bool wasSeen(uint16_t origin, uint8_t sequence) {
    for (uint8_t i = 0; i < REMEMBERED; i++) {
        if (seen[i].isUsed && seen[i].origin == origin && seen[i].sequence == sequence) return true;
    }
    return false;
}

static void rememberContent(uint16_t origin, uint8_t sequence) {
    seen[nextSeen] = (Seen){.origin = origin, .sequence = sequence, .isUsed = true};
    nextSeen = (nextSeen + 1) % REMEMBERED;
}

bool isDuplicate(uint16_t origin, uint8_t sequence) {
    if (wasSeen(origin, sequence)) return true;
    rememberContent(origin, sequence);
    return false;
}
