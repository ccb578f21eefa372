/* What runtime, applications and host agree on; README.md has it in words. For C and assembly. */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#define APP_RAM 0x1100
#define AREA_START 0x1900 /* ifunctions */
#define AREA_BYTES 0x0C00
#define RUNTIME_RAM 0x2500
#define STACK_TOP 0x3900

#define APP_START 0x4000 /* its vectors */
#define APP_HEADER 0x4020
#define APP_END 0xD000
#define RUNTIME_START 0xD000
#define SEGMENT_BYTES 512

#define NODE_SERVICE 0xD000
#define NODE_RESTART 0xD004
#define NODE_RADIO_TAKE 0xD008

#endif
