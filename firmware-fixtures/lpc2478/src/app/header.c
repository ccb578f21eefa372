/* The program header at 0x2020. Length and CRC are filled in after linking (build.mjs). */
#include "flash-map.h"
#include "version.h"

__attribute__((section(".header"), used)) const ProgramHeader programHeader = {
    HEADER_MAGIC,
    0,
    0,
    {VERSION_TEXT[0], VERSION_TEXT[1], VERSION_TEXT[2], VERSION_TEXT[3]},
    {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
};
