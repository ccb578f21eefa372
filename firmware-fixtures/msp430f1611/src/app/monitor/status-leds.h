/* Red: a sample is being taken. Green: a message was received. Blue: one of ours has arrived. */
#ifndef STATUS_LEDS_H
#define STATUS_LEDS_H

void showSampling(void);
void showSampled(void);
void showReceived(void);
void showDelivered(void);
/* The radio does not start. */
void showFailure(void);

#endif
