/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/period.h - a time by the clock or by the calendar: "36 h", "4 workday", "6 month".
 *
 * Hours, days and weeks are a fixed time. Working days and months (a year: 12) depend on the date
 * from which they count. The n-th working day after a date is that of sim/holiday; the moment on it
 * is the local hour of the beginning, moved into office hours (9 to 17). n months after a date is
 * the same day of the month, or the last where there is none, at the same moment of the day.
 * Midnight is the end of a day.
 *
 * Memory   none.
 * Errors   sim_period_parse: SIM_ESCHEMA, with what would be right.
 * Threads  pure functions.
 */
#ifndef SIM_PERIOD_H
#define SIM_PERIOD_H

#include "sim/calendar.h"
#include "sim/error.h"

enum sim_period_unit { SIM_PERIOD_S, SIM_PERIOD_WORKDAYS, SIM_PERIOD_MONTHS };

struct sim_period {
    enum sim_period_unit unit;
    double count; /* whole, of working days and months */
};

SIM_NODISCARD enum sim_status sim_period_parse(const char *text, struct sim_period *out,
                                               struct sim_error *err);

/* When a period is over that begins at from_ns, in a state ("" has no holidays; its zone is CET).
 */
int64_t sim_period_end_ns(const struct sim_period *period, const struct sim_calendar *calendar,
                          const char *country, int64_t from_ns);

/* The date `months` after a date (before, when negative). */
int64_t sim_add_months(int64_t days, int64_t months);

#endif /* SIM_PERIOD_H */
