/* Files from the station, staged in external flash. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdint.h>

#include "file.h"

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
uint8_t transferReply(uint8_t *out);

/* The same in parts of another size, `bytesEach`, over the radio. All that can be refused is refused when it begins. */
uint8_t transferBegin(const Envelope *envelope, uint16_t parts, uint8_t bytesEach);
/* @returns 0 if external flash does not take it, or it is no part of the file: the transfer is over. */
uint8_t transferPut(uint16_t part, const uint8_t *data, uint8_t count);
#define TRANSFER_NONE 0xFFFFu
/* How many parts are missing; TRANSFER_NONE where no transfer with such parts is in progress. */
uint16_t transferMissing(uint8_t bytesEach);
/* A bit each, 1 = missing. @returns the bytes. */
uint8_t transferMap(uint8_t *out);
/* All is there. @returns 1 when the update is certain. */
uint8_t transferFinish(void);

#endif
