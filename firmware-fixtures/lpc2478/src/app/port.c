/* Interrupt-driven UARTs. Source: UM10237, chapter "UART0/2/3 and UART1": FIFO trigger 14, character
   time-out, THRE refills the FIFO. Left out: modem lines, auto-baud. */
#include "port.h"

#include "clock.h"
#include "lpc2478.h"
#include "support.h"
#include "tick.h"

#define FIFO_BYTES 16u

Port linkPort, consolePort;

static void refill(Port *port) {
    uint32_t out = port->txOut;
    for (uint32_t i = 0; i < FIFO_BYTES && out != port->txIn; i++) {
        UTHR(port->base) = port->tx[out];
        out = (out + 1u) & (TX_RING - 1u);
    }
    port->txRunning = out != port->txOut;
    port->txOut = (uint16_t)out;
}

static void service(Port *port) {
    uint32_t base = port->base;
    for (;;) {
        uint32_t iir = UIIR(base);
        if ((iir & 1u) != 0) return;
        uint32_t cause = (iir >> 1) & 7u;
        if (cause == 1) {
            refill(port);
            continue;
        }
        uint32_t in = port->rxIn;
        uint32_t stop = (port->rxOut - 1u) & (RX_RING - 1u);
        for (;;) {
            uint32_t lsr = ULSR(base);
            if ((lsr & ULSR_ERRORS) != 0) port->damaged = 1;
            if ((lsr & ULSR_RDR) == 0) break;
            port->rx[in] = (uint8_t)URBR(base);
            if (in == stop) port->damaged = 1;
            else in = (in + 1u) & (RX_RING - 1u);
        }
        port->rxIn = (uint16_t)in;
        workPending = 1;
    }
}

static void uart0Handler(void) { service(&consolePort); }
static void uart1Handler(void) { service(&linkPort); }

static void portStart(Port *port, uint32_t base, uint32_t lineControl, uint32_t channel,
                      void (*handler)(void)) {
    port->base = base;
    uartStart(base, lineControl, 0xC7); /* FIFOs on and empty, trigger 14 */
    VICVectAddr(channel) = (uint32_t)(uintptr_t)handler;
    VICVectPriority(channel) = 2;
    VICIntEnable = 1u << channel;
    UIER(base) = 7;
}

void portsStart(void) {
    portStart(&consolePort, UART0_BASE, ULCR_8N1, VIC_UART0, uart0Handler);
    portStart(&linkPort, UART1_BASE, ULCR_8E1, VIC_UART1, uart1Handler);
}

int portGet(Port *port) {
    uint32_t out = port->rxOut;
    if (out == port->rxIn) return -1;
    int byte = port->rx[out];
    port->rxOut = (uint16_t)((out + 1u) & (RX_RING - 1u));
    return byte;
}

uint32_t portLook(const Port *port, const uint8_t **bytes) {
    uint32_t in = port->rxIn;
    uint32_t out = port->rxOut;
    *bytes = &port->rx[out];
    return in >= out ? in - out : RX_RING - out;
}

void portTake(Port *port, uint32_t count) {
    port->rxOut = (uint16_t)((port->rxOut + count) & (RX_RING - 1u));
}

void portFlush(Port *port) { port->rxOut = port->rxIn; }

void portPut(Port *port, const uint8_t *bytes, uint32_t count) {
    uint32_t mask = interruptsMask();
    uint32_t in = port->txIn;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t next = (in + 1u) & (TX_RING - 1u);
        if (next == port->txOut) break;
        port->tx[in] = bytes[i];
        in = next;
    }
    port->txIn = (uint16_t)in;
    if (!port->txRunning && (ULSR(port->base) & ULSR_THRE) != 0) refill(port);
    interruptsRestore(mask);
}

int portIdle(const Port *port) {
    return port->txIn == port->txOut && (ULSR(port->base) & ULSR_TEMT) != 0;
}

void portDrain(const Port *port) {
    while (!portIdle(port)) {
    }
}
