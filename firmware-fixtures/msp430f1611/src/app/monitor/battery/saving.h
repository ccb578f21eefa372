/* What is given up when the batteries run low, and taken up again afterwards. */
#ifndef SAVING_H
#define SAVING_H
#include "battery.h"

void saveAt(BatteryLevel level);

#endif
