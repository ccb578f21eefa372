/* Through whom the sink is reached. */
#ifndef PARENT_H
#define PARENT_H
#include <stdbool.h>
#include <stdint.h>

bool isSink(void);
uint16_t parentAddress(void);
/* To the sink; COST_UNKNOWN while there is no way. */
uint16_t ownCost(void);
/* Looks at all neighbours again. True: there is another parent now. */
bool chooseParent(void);
/* A frame did not arrive in all its tries. */
void noteParentFailure(void);
extern uint16_t parentChanges;

#endif
