/* Tasks run one after the other, to their end; a task is in the queue once at most. */
#ifndef SCHEDULER_H
#define SCHEDULER_H
#include <stdbool.h>

typedef struct Task {
    void (*run)(void);
    struct Task *next;
    bool isPosted;
} Task;

/* Also from interrupts. False: it is in the queue already. */
bool postTask(Task *task);
/* The main loop of every application. */
void runTasks(void) __attribute__((noreturn));

#endif
