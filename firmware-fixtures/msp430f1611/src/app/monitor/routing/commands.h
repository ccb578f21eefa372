/* Commands of the sink reach everybody: each node repeats a new one once, and the last one for who lags behind. */
#ifndef COMMANDS_H
#define COMMANDS_H
#include "messages.h"

void commandReceived(const Message *message);
/* Of the newest command known; 0 = none yet. */
uint8_t settingsNumber(void);
/* What a neighbour knows of commands. */
void compareSettings(uint8_t number);

#endif
