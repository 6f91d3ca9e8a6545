/* The heap. The two parameters in the middle are for finding leaks: a file's
 * name and a line. Memory is DRAM unless the image asks for more. */
#ifndef SDK_MEM_H
#define SDK_MEM_H

#include <stddef.h>

#include "c_types.h"

void *pvPortMalloc(size_t size, const char *file, unsigned line, bool is_iram);
void *pvPortZalloc(size_t size, const char *file, unsigned line);
void *pvPortCalloc(size_t count, size_t size, const char *file, unsigned line);
void *pvPortZallocIram(size_t size, const char *file, unsigned line);
void *pvPortCallocIram(size_t count, size_t size, const char *file,
                       unsigned line);
void *pvPortRealloc(void *block, size_t size, const char *file, unsigned line);
void vPortFree(void *block, const char *file, unsigned line);

#define os_malloc(size) pvPortMalloc((size), "", __LINE__, true)
#define os_zalloc(size) pvPortZallocIram((size), "", __LINE__)
#define os_calloc(count, size) pvPortCallocIram((count), (size), "", __LINE__)
#define os_realloc(block, size) pvPortRealloc((block), (size), "", __LINE__)
#define os_free(block) vPortFree((block), "", __LINE__)

#endif
