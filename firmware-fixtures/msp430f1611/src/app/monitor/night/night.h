/* At night, when the sink is silent, nothing is sent: nobody would hear it. */
#ifndef NIGHT_H
#define NIGHT_H
#include <stdbool.h>

void startNight(void);
bool maySend(void);
/* A newer round of the sink was heard. */
void noteSinkAlive(void);

#endif
