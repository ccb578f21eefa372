/* The two serial ports: UART1 to the master station (8E1), UART0 to the console (8N1). */
#ifndef PORT_H
#define PORT_H

#include <stdint.h>

#define RX_RING 1024u
#define TX_RING 2048u

typedef struct {
    uint32_t base;
    volatile uint16_t rxIn, rxOut, txIn, txOut;
    volatile uint8_t txRunning;
    volatile uint8_t damaged; /* a character came with a parity, framing or overrun error */
    uint8_t rx[RX_RING];
    uint8_t tx[TX_RING];
} Port;

extern Port linkPort, consolePort;

void portsStart(void);
int portGet(Port *port);
/* Received bytes that lie together, and how many; portTake says that they are done with. */
uint32_t portLook(const Port *port, const uint8_t **bytes);
void portTake(Port *port, uint32_t count);
void portFlush(Port *port);
/* What does not fit is dropped: the console is a convenience, and link replies always fit. */
void portPut(Port *port, const uint8_t *bytes, uint32_t count);
/* Everything has left the pin. */
int portIdle(const Port *port);
/* Wait until it has; for the moment before a restart. */
void portDrain(const Port *port);

#endif
