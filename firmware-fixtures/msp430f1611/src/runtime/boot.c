/* What a start does before anything else. Source: SAFETY.md. */
#include "boot.h"

#include "apply.h"
#include "bundle.h"
#include "image.h"
#include "records.h"

uint8_t hasApplication;

static uint8_t isStartable(void) {
    if (!bundleLoad()) return 0;
    if (newest.state == STATE_APPLYING && !updateApply()) return 0;
    return areaLoad() && imageGood();
}

uint8_t bootDecision(void) {
    recordsLoad();
    hasApplication = isStartable();
    return hasApplication;
}
