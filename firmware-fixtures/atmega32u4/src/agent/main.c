/* Update agent of the node, 0x7000 to 0x7FFF: every reset comes here. Source: README.md, "Course of an update". */
#include <avr/io.h>
#include <avr/wdt.h>

#include "apply.h"
#include "boot.h"
#include "flash-map.h"
#include "flash.h"
#include "link.h"
#include "serial.h"
#include "transfer.h"

/* More than two repeats of a station that waits 10 s. */
#define SILENT_SECONDS 25

static void startApplication(void) { asm volatile("jmp 0"); }

__attribute__((OS_main)) int main(void) {
    /* A watchdog that has bitten stays on; nothing here may be cut short by it. */
    MCUSR = 0;
    wdt_disable();
    flashReady();
    uint8_t isHandedOver = GPIOR0 == HANDOVER0 && GPIOR1 == HANDOVER1 && GPIOR2 == HANDOVER2;
    GPIOR0 = 0;
    if (!isHandedOver) {
        if (bootDecision()) startApplication();
    }
    serialStart();
    if (!isHandedOver) linkLogin();
    linkServe(isHandedOver ? SILENT_SECONDS : 0, isHandedOver);
    if (afterReply == AFTER_APPLY) patchApply();
    wdt_enable(WDTO_15MS);
    for (;;) {
    }
}
