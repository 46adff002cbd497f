/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/pick.h - one of several, by a uniform and their cumulated parts.
 */
#ifndef MODELS_DEMAND_PICK_H
#define MODELS_DEMAND_PICK_H

#include <stddef.h>

/* cumulated[count] ascending, ends at 1; u in (0, 1). O(log count). */
static inline size_t mdl_pick(const double *cumulated, size_t count, double u)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (u <= cumulated[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

#endif /* MODELS_DEMAND_PICK_H */
