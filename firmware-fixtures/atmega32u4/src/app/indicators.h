/* Pins that show what the node does. */
#ifndef INDICATORS_H
#define INDICATORS_H

void indicatorsStart(void);
void indicatorsSecond(void);

#endif
