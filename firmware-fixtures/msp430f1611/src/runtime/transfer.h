/* Files from the station, staged in external flash. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdint.h>

#define MISSING_REPLY_BYTES 132u
#define UNIT_HEADER_BYTES 11u
#define SEGMENT_AT 5u /* in the unit */

typedef enum { TRANSFER_STORED, TRANSFER_FILE_ERROR, TRANSFER_NOT_STORED } TransferResult;
/* What is to be done once the reply has left. */
typedef enum { AFTER_NOTHING, AFTER_RESTART, AFTER_APPLY } AfterReply;

extern AfterReply afterReply;

/* One file unit: header and data, no password field. */
TransferResult transferUnit(const uint8_t *unit, uint8_t count);
/* Group number and bitmap of the segments not received. @returns the bytes, 0 = no transfer in progress. */
uint8_t transferMissing(uint8_t *out);

#endif
