/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/output/bytes.h - whole files in memory.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdio.h>
#include <stdlib.h>

#define UNUSED __attribute__((unused))

/* Contents of a file, NUL-terminated, to be freed; NULL when it is not there. */
static UNUSED char *fixture_read(const char *path, size_t *byte_count)
{
    FILE *file = fopen(path, "rb");
    char *bytes;
    long length;

    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    rewind(file);
    bytes = malloc((size_t)length + 1);
    if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length)
        abort();
    bytes[length] = '\0';
    fclose(file);
    *byte_count = (size_t)length;
    return bytes;
}

#endif /* BYTES_H */
