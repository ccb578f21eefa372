/* What differs between the versions of the terminal. APP_VERSION comes from the build. */
#ifndef VERSION_H
#define VERSION_H

#if APP_VERSION == 100
#define VERSION_TEXT "1.00"
#elif APP_VERSION == 110
#define VERSION_TEXT "1.10"
#elif APP_VERSION == 120
#define VERSION_TEXT "1.20"
#else
#error "APP_VERSION is 100, 110 or 120"
#endif

#endif
