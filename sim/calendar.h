/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/calendar.h - dates, local hours, weekdays, months as integer time.
 *
 * The clock counts nanoseconds from the scenario's start date, 00:00 UTC. A calendar knows that
 * date and answers in local time: zones WET, CET, EET (UTC+0, +1, +2) with the EU's summer time
 * (last Sunday of March to last Sunday of October, 01:00 UTC), computed, not looked up.
 *
 * Source   Howard Hinnant, "chrono-compatible low-level date algorithms" (days from civil);
 *          Directive 2000/84/EC for summer time.
 */
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

#define SIM_HOUR_NS INT64_C(3600000000000)
#define SIM_DAY_NS  (24 * SIM_HOUR_NS)

enum sim_zone { SIM_ZONE_UTC, SIM_ZONE_WET, SIM_ZONE_CET, SIM_ZONE_EET };

#define SIM_DATE_NONE (-1000000) /* in days: a date that a scenario does not give */

struct sim_date {
    int year, month, day; /* month and day from 1 */
};

int64_t sim_days_from_date(struct sim_date date); /* since 1970-01-01 */
struct sim_date sim_date_from_days(int64_t days);
bool sim_date_is_valid(struct sim_date date);
int sim_weekday(int64_t days); /* 0 = Monday */

/* "2026-12-15" or "2026-12" (its first). */
SIM_NODISCARD enum sim_status sim_date_parse(const char *text, int64_t *days,
                                             struct sim_error *err);

/* Zone of a state by its two-letter code ("EL" and "GR" both); CET when unknown. Turkey, all year
 * at UTC+3, is in EET: an hour off in winter. */
enum sim_zone sim_zone_of_country(const char *country);

/* Local hours ahead of UTC at an instant given as hours since 1970-01-01 00:00 UTC. */
int sim_zone_offset_hours(enum sim_zone zone, int64_t utc_hour);

struct sim_calendar {
    int64_t start_days; /* of clock 0 */
};

static inline int64_t sim_calendar_ns(const struct sim_calendar *calendar, int64_t days)
{
    return (days - calendar->start_days) * SIM_DAY_NS;
}

/* Floor to whole UTC hours since 1970. */
static inline int64_t sim_calendar_utc_hour(const struct sim_calendar *calendar, int64_t time_ns)
{
    int64_t hour = time_ns / SIM_HOUR_NS - (time_ns % SIM_HOUR_NS < 0);

    return calendar->start_days * 24 + hour;
}

/* Hour of the local week, 0 = Monday 00:00 .. 167, and local date, of a UTC hour since 1970. */
int sim_hour_of_week(enum sim_zone zone, int64_t utc_hour);
struct sim_date sim_local_date(enum sim_zone zone, int64_t utc_hour);

/* The clock at a local date and time since its midnight, which lies in [0, 24 h]. */
int64_t sim_calendar_local_ns(const struct sim_calendar *calendar, enum sim_zone zone, int64_t days,
                              int64_t since_midnight_ns);

/* "2026-03-29" into buffer of at least 11 bytes. */
void sim_date_format(int64_t days, char *buffer);

#endif /* SIM_CALENDAR_H */
