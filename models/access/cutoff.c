/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/cutoff.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/period.h"
#include "sim/timer.h"

enum { WORD_BYTES = 48 };

static enum sim_status refuse(const char *text, struct sim_error *err)
{
    return sim_fail(err, SIM_ESCHEMA,
                    "'%.60s' are no cut-offs; write 'continuous', days of the month '[15, last]', "
                    "dates '[2026-03-15, 2026-09-15]' or 'every 6 month from 2026-03-15'",
                    text);
}

static enum sim_status parse_every(const char *text, struct mdl_cutoff *out, struct sim_error *err)
{
    const char *from = strstr(text, " from ");
    struct sim_period period = {0};
    char every[WORD_BYTES];

    if (!from || (size_t)(from - text) >= sizeof every)
        return refuse(text, err);
    snprintf(every, sizeof every, "%.*s", (int)(from - text - 6), text + 6);
    if (sim_period_parse(every, &period, err) != SIM_OK ||
        sim_date_parse(from + 6, &out->first_days, err) != SIM_OK)
        return SIM_ESCHEMA;
    if (period.unit != SIM_PERIOD_MONTHS || period.count < 1)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%.40s' is not a number of months from 1 on; write for example 'every 6 "
                        "month from 2026-03-15'",
                        every);
    out->kind = MDL_CUTOFF_EVERY;
    out->months = (int64_t)period.count;
    return SIM_OK;
}

static bool parse_day(const char *word, int64_t *day)
{
    char *end;

    if (strcmp(word, "last") == 0) {
        *day = MDL_CUTOFF_LAST;
        return true;
    }
    *day = strtol(word, &end, 10);
    return word[0] >= '1' && word[0] <= '9' && !*end && *day <= MDL_CUTOFF_LAST;
}

/* One of a list, all of one kind and ascending. */
static enum sim_status add_value(const char *text, const char *word, struct mdl_cutoff *out,
                                 struct sim_error *err)
{
    bool is_date = strlen(word) > 4 && word[0] >= '0' && word[0] <= '9';
    int64_t value;

    if (is_date && sim_date_parse(word, &value, err) != SIM_OK)
        return SIM_ESCHEMA;
    if ((!is_date && !parse_day(word, &value)) ||
        (out->count && (out->kind == MDL_CUTOFF_DATES) != is_date))
        return refuse(text, err);
    if (out->count == MDL_CUTOFF_MAX)
        return sim_fail(err, SIM_ESCHEMA, "more than %d cut-offs", (int)MDL_CUTOFF_MAX);
    if (out->count && value <= out->value[out->count - 1])
        return sim_fail(err, SIM_ESCHEMA, "'%s' does not come after the cut-off before it", word);
    out->kind = is_date ? MDL_CUTOFF_DATES : MDL_CUTOFF_DAYS;
    out->value[out->count++] = value;
    return SIM_OK;
}

enum sim_status mdl_cutoff_parse(const char *text, struct mdl_cutoff *out, struct sim_error *err)
{
    const char *at = text;

    *out = (struct mdl_cutoff){.kind = MDL_CUTOFF_CONTINUOUS};
    if (!*text || strcmp(text, "continuous") == 0)
        return SIM_OK;
    if (strncmp(text, "every ", 6) == 0)
        return parse_every(text, out, err);
    while (*at) {
        size_t length = strcspn(at, ", ");
        char word[WORD_BYTES];

        if (length == 0 || length >= sizeof word)
            return refuse(text, err);
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        if (add_value(text, word, out, err) != SIM_OK)
            return SIM_ESCHEMA;
        at += length;
        at += strspn(at, ", ");
    }
    return SIM_OK;
}

/* The first date of a list, days of each month or dates, not before a date; INT64_MAX: none. */
static int64_t next_listed(const struct mdl_cutoff *cutoff, int64_t days)
{
    for (size_t i = 0; cutoff->kind == MDL_CUTOFF_DATES && i < cutoff->count; i++)
        if (cutoff->value[i] >= days)
            return cutoff->value[i];
    for (int month = 0; cutoff->kind == MDL_CUTOFF_DAYS && month < 2; month++) {
        int64_t first = days - sim_date_from_days(days).day + 1;
        int64_t last;

        first = sim_add_months(first, month);
        last = sim_add_months(first, 1) - 1;
        for (size_t i = 0; i < cutoff->count; i++) {
            int64_t day = first + cutoff->value[i] - 1;

            day = day > last ? last : day;
            if (day >= days)
                return day;
        }
    }
    return INT64_MAX;
}

static int64_t next_every(const struct mdl_cutoff *cutoff, int64_t days)
{
    struct sim_date first = sim_date_from_days(cutoff->first_days);
    struct sim_date date = sim_date_from_days(days);
    int64_t months = (int64_t)(date.year - first.year) * 12 + date.month - first.month;
    int64_t step = months / cutoff->months - 1, at;

    do
        at = sim_add_months(cutoff->first_days, cutoff->months * step++);
    while (at < days);
    return at;
}

int64_t mdl_cutoff_next(const struct mdl_cutoff *cutoff, const struct sim_calendar *calendar,
                        enum sim_zone zone, int64_t time_ns)
{
    int64_t utc_hour = sim_calendar_utc_hour(calendar, time_ns - 1), days;

    if (cutoff->kind == MDL_CUTOFF_CONTINUOUS)
        return time_ns;
    days = sim_days_from_date(sim_local_date(zone, utc_hour));
    days = cutoff->kind == MDL_CUTOFF_EVERY ? next_every(cutoff, days) : next_listed(cutoff, days);
    return days == INT64_MAX ? SIM_NEVER : sim_calendar_local_ns(calendar, zone, days, SIM_DAY_NS);
}
