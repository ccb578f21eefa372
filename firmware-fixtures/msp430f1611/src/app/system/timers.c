#include "timers.h"

#include <stddef.h>

#include "clock.h"
#include "scheduler.h"

/* The runtime wants to be asked ten times a second. */
#define LONGEST_SLEEP_MS 64

static void updateTimers(void);
static Task timersTask = {.run = updateTimers};
static Timer *timers;

static void linkTimer(Timer *timer) {
    Timer **end = &timers;
    if (timer->isLinked) return;
    while (*end != NULL) end = &(*end)->next;
    *end = timer;
    timer->isLinked = true;
}

/* Now, not when the walk began: one that fired may have started it since. */
static bool isDue(const Timer *timer) {
    return timer->isRunning && clockMs() - timer->startedMs >= timer->periodMs;
}

/* A period begins where the last one ended, so that lateness does not add up. */
static void fire(Timer *timer) {
    if (timer->isPeriodic) timer->startedMs += timer->periodMs;
    else timer->isRunning = false;
    timer->fired();
}

static void fireDue(void) {
    for (Timer *timer = timers; timer != NULL; timer = timer->next) {
        if (isDue(timer)) fire(timer);
    }
}

static uint32_t remainingMs(const Timer *timer) {
    uint32_t elapsedMs = clockMs() - timer->startedMs;
    return elapsedMs >= timer->periodMs ? 0 : timer->periodMs - elapsedMs;
}

static uint16_t shortestMs(void) {
    uint32_t shortest = LONGEST_SLEEP_MS;
    for (const Timer *timer = timers; timer != NULL; timer = timer->next) {
        uint32_t remaining = timer->isRunning ? remainingMs(timer) : LONGEST_SLEEP_MS;
        if (remaining < shortest) shortest = remaining;
    }
    return (uint16_t)shortest;
}

static void setAlarm(void) {
    uint16_t ms = shortestMs();
    if (ms == 0) postTask(&timersTask);
    else setClockAlarm(ms * TICKS_PER_MS);
}

static void updateTimers(void) {
    fireDue();
    setAlarm();
}

void postTimersTask(void) { postTask(&timersTask); }

static void beginTimer(Timer *timer, uint32_t periodMs, bool isPeriodic) {
    timer->startedMs = clockMs();
    timer->periodMs = periodMs;
    timer->isPeriodic = isPeriodic;
    timer->isRunning = true;
    linkTimer(timer);
    postTimersTask();
}

void startPeriodic(Timer *timer, uint32_t periodMs) { beginTimer(timer, periodMs, true); }
void startOneShot(Timer *timer, uint32_t delayMs) { beginTimer(timer, delayMs, false); }
void stopTimer(Timer *timer) { timer->isRunning = false; }
bool isTimerRunning(const Timer *timer) { return timer->isRunning; }
