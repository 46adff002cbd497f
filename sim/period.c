/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/period.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/holiday.h"
#include "sim/units.h"

enum { OFFICE_OPENS = 9, OFFICE_CLOSES = 17, WORKDAYS_MAX = 10000, MONTHS_MAX = 1200 };

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static enum sim_status parse_count(const char *text, double factor, double most,
                                   enum sim_period_unit unit, struct sim_period *out,
                                   struct sim_error *err)
{
    char number[32];
    size_t length = strcspn(text, " ");
    double count;

    if (length >= sizeof number)
        return sim_fail(err, SIM_ESCHEMA, "'%.40s' has too many digits", text);
    memcpy(number, text, length);
    number[length] = '\0';
    if (sim_number_parse(number, &count, err) != SIM_OK)
        return SIM_ESCHEMA;
    count *= factor;
    if (count != floor(count) || count < 0 || count > most)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%.40s' is not a whole number of %s, 0 to %g; write for example '%s'",
                        text, unit == SIM_PERIOD_MONTHS ? "months" : "working days", most,
                        unit == SIM_PERIOD_MONTHS ? "6 month" : "4 workday");
    *out = (struct sim_period){unit, count};
    return SIM_OK;
}

enum sim_status sim_period_parse(const char *text, struct sim_period *out, struct sim_error *err)
{
    static const char *const workday[] = {"workday", "workdays", NULL};
    static const char *const month[] = {"month", "months", NULL};
    static const char *const year[] = {"yr", "year", "years", NULL};
    const char *space = strchr(text, ' '), *word = space ? space + 1 : "";
    double seconds;

    if (is_one_of(word, workday))
        return parse_count(text, 1, WORKDAYS_MAX, SIM_PERIOD_WORKDAYS, out, err);
    if (is_one_of(word, month))
        return parse_count(text, 1, MONTHS_MAX, SIM_PERIOD_MONTHS, out, err);
    if (is_one_of(word, year))
        return parse_count(text, 12, MONTHS_MAX, SIM_PERIOD_MONTHS, out, err);
    if (strncmp(word, "work", 4) == 0)
        return sim_fail(err, SIM_ESCHEMA, "'%.40s' is not a period; write '%.*s workday'", text,
                        (int)strcspn(text, " ") % 20, text);
    if (sim_unit_parse(text, SIM_UNIT_S, &seconds, err) != SIM_OK)
        return SIM_ESCHEMA;
    if (seconds < 0 || seconds > 100 * SIM_YEAR_S)
        return sim_fail(err, SIM_ESCHEMA, "'%.40s' is not a time of 0 s to 100 yr", text);
    *out = (struct sim_period){SIM_PERIOD_S, seconds};
    return SIM_OK;
}

int64_t sim_add_months(int64_t days, int64_t months)
{
    struct sim_date date = sim_date_from_days(days);
    int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;

    date.year = (int)(month / 12);
    date.month = (int)(month % 12) + 1;
    while (!sim_date_is_valid(date))
        date.day--;
    return sim_days_from_date(date);
}

static int64_t end_of_workdays(int64_t count, const char *country, int64_t days, int64_t hour_ns,
                               int64_t *end_ns)
{
    if (!sim_is_working_day(country, days))
        hour_ns = count ? OFFICE_CLOSES * SIM_HOUR_NS : OFFICE_OPENS * SIM_HOUR_NS;
    if (hour_ns < OFFICE_OPENS * SIM_HOUR_NS)
        hour_ns = OFFICE_OPENS * SIM_HOUR_NS;
    if (hour_ns > OFFICE_CLOSES * SIM_HOUR_NS)
        hour_ns = OFFICE_CLOSES * SIM_HOUR_NS;
    *end_ns = hour_ns;
    return sim_add_working_days(country, days, count);
}

int64_t sim_period_end_ns(const struct sim_period *period, const struct sim_calendar *calendar,
                          const char *country, int64_t from_ns)
{
    enum sim_zone zone = sim_zone_of_country(country);
    int64_t utc_hour = sim_calendar_utc_hour(calendar, from_ns - 1), days, hour_ns, end_ns;

    if (period->unit == SIM_PERIOD_S)
        return from_ns + sim_ns_from_s(period->count);
    days = sim_days_from_date(sim_local_date(zone, utc_hour));
    hour_ns = from_ns + sim_zone_offset_hours(zone, utc_hour) * SIM_HOUR_NS -
              sim_calendar_ns(calendar, days);
    if (period->unit == SIM_PERIOD_MONTHS)
        days = sim_add_months(days, (int64_t)period->count);
    else
        days = end_of_workdays((int64_t)period->count, country, days, hour_ns, &hour_ns);
    end_ns = sim_calendar_local_ns(calendar, zone, days, hour_ns);
    return end_ns < from_ns ? from_ns : end_ns;
}
