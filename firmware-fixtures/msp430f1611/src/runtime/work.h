/* One segment in RAM: the one that is put together, or the one on its way into flash. */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>

extern uint8_t work[];

#endif
