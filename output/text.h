/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/text.h - foreign text made safe to show, and text that grows.
 */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* ---- text that grows: append without looking, ask once at the end ---- */
struct out_text {
    char *bytes; /* NUL-terminated once anything was added; free by out_text_release */
    size_t length, capacity;
    bool is_out_of_memory;
};

void out_text_add(struct out_text *text, const char *fmt, ...) SIM_PRINTF(2, 3);
void out_text_append(struct out_text *text, const char *bytes, size_t byte_count);
void out_text_release(struct out_text *text);

/* ---- UTF-8 ---- */

/* The code point at *next, which moves behind it; 0 at the end; UINT32_MAX for a byte that is
 * not UTF-8 (overlong, surrogate, above U+10FFFF), which is passed over. */
uint32_t out_utf8_next(const char **next);

/* True for controls (C0, DEL, C1), line and paragraph separators, bidi and zero-width marks,
 * byte order marks and non-characters. */
bool out_is_unprintable(uint32_t code_point);

/* in without what is unprintable or no UTF-8, at most max_points code points. Returns how many
 * were kept. out of at least 4 * max_points + 1 bytes. */
size_t out_clean(const char *in, char *out, size_t max_points);

/* As out_clean; when more than most code points are kept, the middle gives way to an ellipsis, so
 * that what tells two long names apart (often their end) stays. out of at least 4 * most + 1
 * bytes, most of at least 3. Returns out. */
char *out_shorten(const char *in, char *out, size_t most);

/* Columns that clean text takes on a terminal: code points, combining marks not counted. */
size_t out_text_width(const char *text);

#endif /* OUTPUT_TEXT_H */
