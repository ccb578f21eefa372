/* Record of the last exception that the program did not expect. */
#ifndef FAULT_H
#define FAULT_H

#include <stdint.h>

typedef struct {
    uint32_t cause; /* 1 undefined, 2 SWI, 3 prefetch abort, 4 data abort, 5 FIQ */
    uint32_t address;
    uint32_t count;
    uint8_t version[4];
    uint32_t reported;
} Fault;

void faultStart(void);
const Fault *faultLast(void);
const char *faultName(uint32_t cause);
void faultHandler(uint32_t cause, uint32_t address);

#endif
