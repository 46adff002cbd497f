/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct out_text *text, size_t more)
{
    size_t needed = text->length + more + 1, capacity = text->capacity ? text->capacity : 256;
    char *bytes;

    if (text->is_out_of_memory)
        return false;
    if (needed <= text->capacity)
        return true;
    while (capacity < needed)
        capacity *= 2;
    bytes = realloc(text->bytes, capacity);
    if (!bytes) {
        text->is_out_of_memory = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void out_text_append(struct out_text *text, const char *bytes, size_t byte_count)
{
    if (!reserve(text, byte_count))
        return;
    memcpy(text->bytes + text->length, bytes, byte_count);
    text->length += byte_count;
    text->bytes[text->length] = '\0';
}

enum { SHORTEN_MAX = 256 };

void out_text_add(struct out_text *text, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (length < 0 || !reserve(text, (size_t)length))
        return;
    va_start(args, fmt);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, fmt, args);
    va_end(args);
    text->length += (size_t)length;
}

void out_text_release(struct out_text *text)
{
    free(text->bytes);
    *text = (struct out_text){0};
}

uint32_t out_utf8_next(const char **next)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)*next;
    uint32_t point = byte[0];
    int more = point < 0x80                    ? 0
               : point >= 0xC2 && point < 0xE0 ? 1
               : (point & 0xF0) == 0xE0        ? 2
               : point >= 0xF0 && point < 0xF5 ? 3
                                               : -1;

    if (point == 0)
        return 0;
    *next += 1;
    if (more <= 0)
        return more < 0 ? UINT32_MAX : point;
    point &= 0x3Fu >> more;
    for (int i = 1; i <= more; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return UINT32_MAX;
        point = point << 6 | (byte[i] & 0x3Fu);
    }
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        return UINT32_MAX;
    *next += more;
    return point;
}

bool out_is_unprintable(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xAD || point == 0x61C ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || (point >= 0xFDD0 && point <= 0xFDEF) ||
           point == 0xFEFF || (point >= 0xFFF9 && point <= 0xFFFB) || (point & 0xFFFE) == 0xFFFE ||
           (point >= 0xE0000 && point <= 0xE007F) || point > 0x10FFFF;
}

size_t out_clean(const char *in, char *out, size_t max_points)
{
    const char *next = in;
    size_t kept = 0;

    while (kept < max_points) {
        const char *start = next;
        uint32_t point = out_utf8_next(&next);

        if (point == 0)
            break;
        if (out_is_unprintable(point))
            continue;
        memcpy(out, start, (size_t)(next - start));
        out += next - start;
        kept++;
    }
    *out = '\0';
    return kept;
}

/* Where the code point of this number begins in clean text. */
static const char *point_at(const char *text, size_t number)
{
    while (number-- > 0)
        out_utf8_next(&text);
    return text;
}

char *out_shorten(const char *in, char *out, size_t most)
{
    char clean[4 * SHORTEN_MAX + 1];
    size_t count = out_clean(in, clean, SHORTEN_MAX), head = (most - 1) / 2;
    const char *middle, *tail;

    if (count <= most) {
        memcpy(out, clean, strlen(clean) + 1);
        return out;
    }
    middle = point_at(clean, head);
    tail = point_at(clean, count - (most - 1 - head));
    while (middle > clean && middle[-1] == ' ')
        middle--;
    while (*tail == ' ')
        tail++;
    sprintf(out, "%.*s\xE2\x80\xA6%s", (int)(middle - clean), clean, tail);
    return out;
}

size_t out_text_width(const char *text)
{
    size_t width = 0;

    for (uint32_t point; (point = out_utf8_next(&text)) != 0;)
        width += point < 0x300 || point > 0x36F;
    return width;
}
