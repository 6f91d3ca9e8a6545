/* Pogo's version: the one place. At most 15 characters (format/mark.h). */
#ifndef FORMAT_VERSION_H
#define FORMAT_VERSION_H

#define POGO_VERSION "0.1.0"

#endif
