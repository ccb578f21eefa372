/* memcpy and its kind: words where both ends allow it, bytes for the rest. */
#include "support.h"

void *memcpy(void *to, const void *from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((((uintptr_t)t | (uintptr_t)f) & 3u) == 0) {
        uint32_t *tw = (uint32_t *)(void *)t;
        const uint32_t *fw = (const uint32_t *)(const void *)f;
        for (; bytes >= 4; bytes -= 4) *tw++ = *fw++;
        t = (uint8_t *)tw;
        f = (const uint8_t *)fw;
    }
    for (; bytes >= 4; bytes -= 4, t += 4, f += 4) {
        uint8_t a = f[0], b = f[1], c = f[2], d = f[3];
        t[0] = a;
        t[1] = b;
        t[2] = c;
        t[3] = d;
    }
    while (bytes-- != 0) *t++ = *f++;
    return to;
}

/* Towards lower addresses only, or without overlap: what the frame reader needs. */
void *memmove(void *to, const void *from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    while (bytes-- != 0) *t++ = *f++;
    return to;
}

void *memset(void *to, int value, size_t bytes) {
    uint8_t *t = to;
    if (((uintptr_t)t & 3u) == 0) {
        uint32_t word = (uint8_t)value * 0x01010101u;
        uint32_t *tw = (uint32_t *)(void *)t;
        for (; bytes >= 4; bytes -= 4) *tw++ = word;
        t = (uint8_t *)tw;
    }
    while (bytes-- != 0) *t++ = (uint8_t)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes) {
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (; bytes-- != 0; x++, y++) {
        if (*x != *y) return *x - *y;
    }
    return 0;
}
