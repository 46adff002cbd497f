/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/working_time.h - the working hours of a country as a clock that stands still when
 * offices are closed.
 *
 * Open are 09:00 to 17:00 local time of its working days (sim/holiday): Monday to Friday without
 * public holidays. The clock counts from the first day of the table.
 *
 * Units    ns; a working day is MDL_WORKING_DAY_NS of this clock.
 * Memory   the arena's, 12 bytes a day; read-only once made, so replications share it.
 * Errors   init: SIM_ENOMEM. Past the table's last day nobody works: answers are SIM_NEVER.
 * Cost     O(1); init O(days).
 */
#ifndef MODELS_ACCESS_WORKING_TIME_H
#define MODELS_ACCESS_WORKING_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/calendar.h"
#include "sim/error.h"

enum { MDL_WORKING_DAY_OPENS = 9, MDL_WORKING_DAY_CLOSES = 17 }; /* local hours */
#define MDL_WORKING_DAY_NS ((MDL_WORKING_DAY_CLOSES - MDL_WORKING_DAY_OPENS) * SIM_HOUR_NS)

struct mdl_working_time {
    int64_t first_day;      /* days of the clock (time_ns / SIM_DAY_NS) */
    size_t day_count;       /* calendar days in the table */
    const uint32_t *before; /* [day_count + 1] working days before the i-th */
    size_t count;           /* working days in the table */
    const int64_t *open_ns; /* [count] clock at which they open */
};

/* A table from begin_ns to finish_ns, whole days. An unknown country has weekends, no holidays. */
SIM_NODISCARD enum sim_status mdl_working_time_init(struct mdl_working_time *working,
                                                    const char *country,
                                                    const struct sim_calendar *calendar,
                                                    int64_t begin_ns, int64_t finish_ns,
                                                    struct sim_arena *arena, struct sim_error *err);

/* Working time from the beginning of the table to time_ns. */
int64_t mdl_working_ns(const struct mdl_working_time *working, int64_t time_ns);

/* The earliest moment by which work_ns >= 0 have been worked since time_ns; time_ns for 0. */
int64_t mdl_working_until(const struct mdl_working_time *working, int64_t time_ns, int64_t work_ns);

/* time_ns when it is open then, else when it opens next. At its closing time it is closed. */
int64_t mdl_working_open(const struct mdl_working_time *working, int64_t time_ns);

#endif /* MODELS_ACCESS_WORKING_TIME_H */
