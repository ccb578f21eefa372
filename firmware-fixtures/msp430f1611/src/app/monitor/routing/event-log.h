/* What has happened lately, for who asks. */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H
#include <stdint.h>

typedef enum { EVENT_STARTED = 1, EVENT_PARENT, EVENT_NO_PARENT, EVENT_SETTING, EVENT_DROPPED, EVENT_BATTERY } Event;

void logEvent(Event event, uint16_t value);
/* Newest first, as many as fit. */
void sendEventLog(void);

#endif
