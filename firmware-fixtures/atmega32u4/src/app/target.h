/* What the shared modules (../../../common) need to know of this part. */
#ifndef TARGET_H
#define TARGET_H

/* Constants stay in program memory: SRAM is 2,560 bytes. */
#define FLASH_TABLE __flash
#define PROFILE_ENTRIES 3u

#endif
