/* What differs between the versions of the node. NODE_VERSION, 1 to 8, comes from the build. */
#ifndef VERSION_H
#define VERSION_H

#if NODE_VERSION == 1
#define VERSION_TEXT "1.00"
#elif NODE_VERSION == 2
#define VERSION_TEXT "1.01"
#elif NODE_VERSION == 3
#define VERSION_TEXT "1.02"
#elif NODE_VERSION == 4
#define VERSION_TEXT "1.03"
#elif NODE_VERSION == 5
#define VERSION_TEXT "1.04"
#elif NODE_VERSION == 6
#define VERSION_TEXT "1.05"
#elif NODE_VERSION == 7
#define VERSION_TEXT "1.06"
#elif NODE_VERSION == 8
#define VERSION_TEXT "1.07"
#else
#error "NODE_VERSION is 1 to 8"
#endif

#endif
