/* Looks after the radio: one that does not answer or has lost its settings is started again. */
#ifndef RADIO_GUARD_H
#define RADIO_GUARD_H
#include <stdint.h>

void startGuardedRadio(uint16_t address);
void stopGuardedRadio(void);
extern uint16_t radioRestarts;

#endif
