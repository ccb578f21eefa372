/* What the shared modules (../../../common) need to know of this part. */
#ifndef TARGET_H
#define TARGET_H

/* Constants lie in the one address space there is. */
#define FLASH_TABLE
#define PROFILE_ENTRIES 192u

#endif
