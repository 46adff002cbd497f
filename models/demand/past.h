/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/past.h - when so many bytes had been recorded.
 *
 * A curve that never falls, as points in order of time with straight lines in between. When the
 * table is full every second inner point is left out: what is long ago is known less exactly.
 *
 * Units    ns, bytes.
 * Memory   4 KiB in the struct.
 * Errors   none.
 * Cost     add O(1), amortised; time O(points passed).
 */
#ifndef MODELS_DEMAND_PAST_H
#define MODELS_DEMAND_PAST_H

#include <stddef.h>
#include <stdint.h>

enum { MDL_PAST_POINTS = 256 };

struct mdl_past { /* zeroed is empty */
    size_t count;
    struct {
        int64_t time_ns;
        double bytes;
    } point[MDL_PAST_POINTS];
};

/* So many bytes until time_ns: neither less than at the last point. */
void mdl_past_add(struct mdl_past *past, int64_t time_ns, double bytes);

/* When the curve last was at so many bytes; earlier points are forgotten, so that later calls ask
 * for no less. The last point where it is never reached. count > 0. */
int64_t mdl_past_time(struct mdl_past *past, double bytes);

#endif /* MODELS_DEMAND_PAST_H */
