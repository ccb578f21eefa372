/* What the monitor's nodes send each other. Numbers have their most significant byte first.
   Beacon: sequence (1), cost (2), parent (2), network time in s (4), round of the sink (2), number of the settings (1).
   Data: origin (2), sequence (1), hops so far (1), kind of content (1), content.
   Command: number (1), setting (1), value (2). Query: number (1), node or FFFF (2), kind of content (1). */
#ifndef MESSAGE_TYPES_H
#define MESSAGE_TYPES_H

#define MESSAGE_BEACON 0x10
#define MESSAGE_DATA 0x11
#define MESSAGE_COMMAND 0x12
#define MESSAGE_QUERY 0x13

#define CONTENT_SAMPLE 1
#define CONTENT_SUMMARY 2
#define CONTENT_ALARM 3
#define CONTENT_COUNTERS 4
#define CONTENT_NEIGHBOURS 5
#define CONTENT_BUNDLE 6
#define CONTENT_BATTERY 7
#define CONTENT_EVENTS 8
#define CONTENT_SETTINGS 9
#define CONTENT_ROUTE 10
#define CONTENT_DAY 11
#define CONTENT_HISTORY 12

#define SINK_ADDRESS 1
#define NO_NODE 0xFFFF

#endif
