/* Main loop of the terminal: serve what came in, do what a second asks for, sleep until the next interrupt. */
#include "agent.h"
#include "clock.h"
#include "link.h"
#include "lpc2478.h"
#include "port.h"
#include "support.h"
#include "terminal.h"
#include "tick.h"
#include "version.h"

static void banner(void) {
    static const char text[] = "terminal " VERSION_TEXT " ready\r\n";
    portPut(&consolePort, (const uint8_t *)text, sizeof text - 1);
}

void appMain(void) {
    clockStart();
    terminalStart();
    agentStart();
    tickStart();
    portsStart();
    interruptsRestore(0);
    linkStart();
    banner();
    uint32_t second = tickNow();
    for (;;) {
        /* An interrupt between this look and the next line costs one tick at most. */
        if (!workPending) {
            PCON = PCON_IDLE;
            continue;
        }
        workPending = 0;
        linkPoll();
        terminalPoll();
        if (tickNow() - second >= TICKS_PER_SECOND) {
            second += TICKS_PER_SECOND;
            terminalSecond();
            linkSecond();
        }
    }
}
