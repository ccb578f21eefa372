/* The boot decision. Source: README.md, "Course of an update"; SAFETY.md. */
#include "boot.h"

#include "apply.h"
#include "crc.h"
#include "journal.h"

uint8_t bootDecision(void) {
    journalLoad();
    if (newest.page <= STATE_BEGIN) patchResume();
    return newest.page != STATE_INVALID && imageGood() != 0;
}
