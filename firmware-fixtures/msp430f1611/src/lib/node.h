/* What the runtime does for applications, through its entry table (app.ld). */
#ifndef NODE_H
#define NODE_H
#include <stdbool.h>
#include <stdint.h>

/* Each turn of the main loop, ten times a second at least: the station is answered here. */
void nodeService(void);
void nodeRestart(void) __attribute__((noreturn));
/* A frame from the radio without its check sequence; true = it was the runtime's. */
bool nodeRadioTake(const uint8_t *frame, uint8_t bytes);

#endif
