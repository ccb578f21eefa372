/* Radio driver: sends with carrier sense, back-off and repetition, receives with check and acknowledgement. */
#ifndef RADIO_H
#define RADIO_H
#include <stdbool.h>
#include <stdint.h>

/* False: the chip does not answer. Listens from then on. */
bool startRadio(uint16_t address);
void stopRadio(void);
bool isRadioOn(void);
uint16_t ownAddress(void);
/* Last 16 bits of the board's serial number. */
uint16_t addressFromSerialNumber(void);

/* The frame stays where it is until `radioSent`. False: busy, or off. */
bool sendFrame(const uint8_t *frame, uint8_t bytes);
bool isSending(void);

/* What the application has to have. `wasReceived`: it was acknowledged, or nobody was to acknowledge it. */
void radioSent(bool wasReceived);
/* Of a data frame with a good check sequence; the frame is gone afterwards. */
void radioReceived(const uint8_t *frame, uint8_t bytes, int8_t rssi, uint8_t quality);

typedef struct {
    uint16_t sent, received, repeated, unanswered, channelBusy, damaged, overflows;
} RadioCounters;
extern RadioCounters radioCounters;

/* Within the driver. */
void startReceiver(void);
void stopReceiver(void);
void stopSender(void);
void ackReceived(uint8_t sequence);

#endif
