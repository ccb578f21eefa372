/* The program at 0x2000: is it whole? */
#ifndef IMAGE_H
#define IMAGE_H

#include "flash-map.h"

/* Vectors sum to zero, the header is there, and the CRC over everything from 0x2000 is right. */
int imageGood(ProgramHeader *header);

#endif
