/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/cutoff.h - the dates at which applications of a call are collected.
 *
 * Written as `continuous` (each application at once), days of each month ([15, last]), dates
 * ([2026-03-15, 2026-09-15]) or `every 6 month from 2026-03-15`. A cut-off is the end of its day,
 * 24:00 local time of the zone: what is submitted on the day is in time. A day beyond the end of a
 * month (31 in April) is its last.
 *
 * Units    ns since the scenario's start date.
 * Memory   none; the struct is copied.
 * Errors   mdl_cutoff_parse: SIM_ESCHEMA, with what would be right.
 * Cost     O(dates) per question.
 */
#ifndef MODELS_ACCESS_CUTOFF_H
#define MODELS_ACCESS_CUTOFF_H

#include <stddef.h>
#include <stdint.h>

#include "sim/calendar.h"
#include "sim/error.h"

enum mdl_cutoff_kind {
    MDL_CUTOFF_CONTINUOUS,
    MDL_CUTOFF_DAYS,  /* of each month */
    MDL_CUTOFF_DATES, /* then no more */
    MDL_CUTOFF_EVERY, /* so many months from a date, also before it */
};

enum { MDL_CUTOFF_MAX = 64, MDL_CUTOFF_LAST = 31 };

struct mdl_cutoff {
    enum mdl_cutoff_kind kind;
    size_t count;
    int64_t value[MDL_CUTOFF_MAX]; /* [count] ascending: days of the month, or days since 1970 */
    int64_t months, first_days;    /* of EVERY */
};

SIM_NODISCARD enum sim_status mdl_cutoff_parse(const char *text, struct mdl_cutoff *out,
                                               struct sim_error *err);

/* The first cut-off at or after time_ns; time_ns itself when continuous; SIM_NEVER after the last
 * date. */
int64_t mdl_cutoff_next(const struct mdl_cutoff *cutoff, const struct sim_calendar *calendar,
                        enum sim_zone zone, int64_t time_ns);

#endif /* MODELS_ACCESS_CUTOFF_H */
