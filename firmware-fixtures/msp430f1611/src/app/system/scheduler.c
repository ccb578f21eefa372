#include "scheduler.h"

#include <stddef.h>

#include "msp430f1611.h"
#include "node.h"

static Task *volatile firstTask;
static Task *lastTask;

static void append(Task *task) {
    task->next = NULL;
    task->isPosted = true;
    if (firstTask == NULL) firstTask = task;
    else lastTask->next = task;
    lastTask = task;
}

bool postTask(Task *task) {
    unsigned int wereOn = beginAtomic();
    bool isNew = !task->isPosted;
    if (isNew) append(task);
    endAtomic(wereOn);
    return isNew;
}

static Task *takeTask(void) {
    unsigned int wereOn = beginAtomic();
    Task *task = firstTask;
    if (task != NULL) {
        firstTask = task->next;
        task->isPosted = false;
    }
    endAtomic(wereOn);
    return task;
}

static bool runNextTask(void) {
    Task *task = takeTask();
    if (task == NULL) return false;
    task->run();
    return true;
}

static void sleepWhileIdle(void) {
    disableInterrupts();
    if (firstTask == NULL) sleepUntilInterrupt();
    enableInterrupts();
}

void runTasks(void) {
    for (;;) {
        nodeService();
        if (!runNextTask()) sleepWhileIdle();
    }
}
