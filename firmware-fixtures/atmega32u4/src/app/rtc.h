/* This part has no real-time clock: softclock.c counts seconds. */
#ifndef RTC_H
#define RTC_H

#endif
