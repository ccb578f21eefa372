/* Says at once what has changed by a lot since it was last said. */
#ifndef ALARM_H
#define ALARM_H
#include "sample.h"

void checkAlarms(const Sample *sample);
extern uint16_t alarmsRaised;

#endif
