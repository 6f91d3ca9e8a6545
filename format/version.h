/* Pogo's version: the one place. At most 15 characters (format/mark.h). */
#ifndef FORMAT_VERSION_H
#define FORMAT_VERSION_H

#define POGO_MAJOR 0
#define POGO_MINOR 1
#define POGO_PATCH 0

#define VERSION_PART(number) #number
#define VERSION_TEXT(major, minor, patch)                                      \
    VERSION_PART(major) "." VERSION_PART(minor) "." VERSION_PART(patch)

#define POGO_VERSION VERSION_TEXT(POGO_MAJOR, POGO_MINOR, POGO_PATCH)

#endif
