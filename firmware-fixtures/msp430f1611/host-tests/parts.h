/* Models of the two flashes with power cuts, and of the RAM between two power-ups. */
#ifndef PARTS_H
#define PARTS_H

#include <setjmp.h>
#include <stdint.h>

#define FLASH_CELLS 0x10000u
#define EXTERNAL_CELLS 0x100000u

enum { CLEAN, RANDOM_BITS, WEAK_BITS, OLD_DATA, MARGINAL, MODELS };
extern const char *const modelNames[];

/* Seeded. */
extern uint64_t seedState;
uint32_t next(void);
uint32_t below(uint32_t limit);

extern uint8_t flashCells[FLASH_CELLS], flashWeak[FLASH_CELLS];
extern uint8_t externalCells[EXTERNAL_CELLS];

extern jmp_buf out;
#define POWER_CUT 1
extern long operation; /* counts up; the cut falls into number cutOperation */
extern char lastOperation[40];
/* @param fraction 0 = before, 1 = after. */
void setCut(long where, int model, double fraction);
extern long cutOperation;
extern int cutModel;
extern double cutFraction;

void loseRam(void);
/* What the parts hold: saved once, put back for each run. */
void saveParts(void);
void restoreParts(void);
void eraseParts(int isUsed);

#endif
