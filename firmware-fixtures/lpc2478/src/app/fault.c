/* Unexpected exceptions: cause and address go into battery RAM, the terminal starts again and reports them. */
#include "fault.h"

#include "battery.h"
#include "events.h"
#include "restart.h"
#include "support.h"
#include "version.h"

static Fault fault;

const char *faultName(uint32_t cause) {
    static const char *const names[] = {"none",           "undefined instruction", "software interrupt",
                                        "prefetch abort", "data abort",            "fast interrupt"};
    return cause < sizeof names / sizeof names[0] ? names[cause] : "unknown";
}

void faultStart(void) {
    if (!batteryLoad(BLOCK_FAULT, &fault, sizeof fault)) {
        memset(&fault, 0, sizeof fault);
        fault.reported = 1;
        return;
    }
    if (fault.reported) return;
    eventAdd(EVENT_FAULT, 0, (int32_t)fault.address);
    fault.reported = 1;
    batteryStore(BLOCK_FAULT, &fault, sizeof fault);
}

const Fault *faultLast(void) { return &fault; }

void faultHandler(uint32_t cause, uint32_t address) {
    fault.cause = cause;
    fault.address = address;
    fault.count++;
    fault.reported = 0;
    memcpy(fault.version, VERSION_TEXT, sizeof fault.version);
    batteryStore(BLOCK_FAULT, &fault, sizeof fault);
    restartTerminal();
}
