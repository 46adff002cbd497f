/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/nearest.h"

#include <string.h>

enum { NEAREST_BYTES_MAX = 64, NEAREST_CANDIDATES_MAX = 5000 };

/* Edits (insert, delete, replace, swap of neighbours) that turn a into b; more than `limit` is
 * limit + 1. Optimal string alignment, three rows. */
static size_t edits(const char *a, const char *b, size_t limit)
{
    size_t rows[3][NEAREST_BYTES_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    size_t a_bytes = strlen(a), b_bytes = strlen(b);

    if (a_bytes > NEAREST_BYTES_MAX || b_bytes > NEAREST_BYTES_MAX ||
        (a_bytes > b_bytes ? a_bytes - b_bytes : b_bytes - a_bytes) > limit)
        return limit + 1;
    for (size_t j = 0; j <= b_bytes; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_bytes; i++) {
        size_t *spare = before, least = i;

        row[0] = i;
        for (size_t j = 1; j <= b_bytes; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
            least = best < least ? best : least;
        }
        if (least > limit)
            return limit + 1;
        before = last;
        last = row;
        row = spare;
    }
    return last[b_bytes];
}

const char *sim_nearest(const char *text, const char *const *candidates, size_t count)
{
    size_t bytes = strlen(text);
    size_t limit = bytes <= 2 ? 1 : bytes <= 5 ? 2 : 3, best = limit + 1;
    const char *nearest = NULL;

    count = count < NEAREST_CANDIDATES_MAX ? count : NEAREST_CANDIDATES_MAX;
    for (size_t i = 0; i < count && best > 0; i++) {
        size_t cost = edits(text, candidates[i], best - 1);

        if (cost < best && cost < strlen(candidates[i])) {
            best = cost;
            nearest = candidates[i];
        }
    }
    return nearest;
}
