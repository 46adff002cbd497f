/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/past.h"

#include <string.h>

static void thin(struct mdl_past *past)
{
    size_t kept = 1;

    for (size_t i = 2; i + 1 < past->count; i += 2)
        past->point[kept++] = past->point[i];
    past->point[kept++] = past->point[past->count - 1];
    past->count = kept;
}

void mdl_past_add(struct mdl_past *past, int64_t time_ns, double bytes)
{
    if (past->count > 0 && past->point[past->count - 1].time_ns == time_ns)
        past->count--;
    if (past->count == MDL_PAST_POINTS)
        thin(past);
    past->point[past->count].time_ns = time_ns;
    past->point[past->count++].bytes = bytes;
}

int64_t mdl_past_time(struct mdl_past *past, double bytes)
{
    size_t first = 0;
    double part;

    while (first + 1 < past->count && past->point[first + 1].bytes <= bytes)
        first++;
    past->count -= first;
    memmove(past->point, past->point + first, past->count * sizeof *past->point);
    if (past->count == 1 || past->point[0].bytes >= bytes)
        return past->point[0].time_ns;
    part = (bytes - past->point[0].bytes) / (past->point[1].bytes - past->point[0].bytes);
    return past->point[0].time_ns +
           (int64_t)(part * (double)(past->point[1].time_ns - past->point[0].time_ns));
}
