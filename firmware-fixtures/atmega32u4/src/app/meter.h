/* The metering side: starts its parts and gives each its second. */
#ifndef METER_H
#define METER_H

void meterStart(void);
void meterSecond(void);
void meterPoll(void);

#endif
