#include "system.h"

#include "board.h"
#include "clock.h"
#include "timers.h"

void startSystem(void) {
    startBoard();
    startClock();
    postTimersTask();
}
