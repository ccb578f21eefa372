/* Update agent: takes segments, stores them, checks the whole file, hands over to the loader. */
#ifndef AGENT_H
#define AGENT_H

#include <stdint.h>

#define MISSING_REPLY_BYTES 132u
#define FILE_ERROR_ID 0xFFFFFFFFu

typedef enum { AGENT_DONE, AGENT_FILE_ERROR, AGENT_NOT_STORED } AgentResult;

/* After a start: take up what the journal says. May restart the terminal. */
void agentStart(void);
/* "Clear file": no transfer is in progress any more. */
AgentResult agentClear(void);
/* One file unit: header, data, no password field. On AGENT_DONE the segment `*id` is in flash. */
AgentResult agentSegment(const uint8_t *unit, uint32_t count, uint32_t *id);
/* Group number and bitmap of the segments not received; 0 = no transfer in progress. */
int agentMissing(uint8_t *out);
/* The file is ready: restart as soon as the reply has left. */
int agentWantsRestart(void);

typedef struct {
    uint8_t state;
    uint32_t flag;
    uint32_t segments, missing, slotsUsed, slots;
} AgentStatus;
void agentStatus(AgentStatus *status);

#endif
