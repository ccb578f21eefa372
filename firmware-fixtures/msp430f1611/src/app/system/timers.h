/* Any number of timers on one alarm. */
#ifndef TIMERS_H
#define TIMERS_H
#include <stdbool.h>
#include <stdint.h>

typedef struct Timer {
    void (*fired)(void);
    struct Timer *next;
    uint32_t startedMs;
    uint32_t periodMs;
    bool isLinked;
    bool isRunning;
    bool isPeriodic;
} Timer;

void startPeriodic(Timer *timer, uint32_t periodMs);
void startOneShot(Timer *timer, uint32_t delayMs);
void stopTimer(Timer *timer);
bool isTimerRunning(const Timer *timer);
/* For the clock's alarm. */
void postTimersTask(void);

#endif
