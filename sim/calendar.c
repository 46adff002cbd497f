/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/calendar.h"

#include <stdio.h>
#include <string.h>

int64_t sim_days_from_date(struct sim_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct sim_date sim_date_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t doe = shifted - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (struct sim_date){.year = (int)(yoe + era * 400 + (month <= 2)),
                             .month = month,
                             .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

bool sim_date_is_valid(struct sim_date date)
{
    struct sim_date back;

    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return false;
    back = sim_date_from_days(sim_days_from_date(date));
    return back.day == date.day && back.month == date.month && back.year == date.year;
}

int sim_weekday(int64_t days)
{
    int64_t weekday = (days + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int)(weekday < 0 ? weekday + 7 : weekday);
}

static bool digits(const char *text, int count, int *out)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + text[i] - '0';
    }
    *out = value;
    return true;
}

enum sim_status sim_date_parse(const char *text, int64_t *days, struct sim_error *err)
{
    size_t length = strlen(text);
    struct sim_date date = {.day = 1};
    bool is_written = (length == 10 || length == 7) && digits(text, 4, &date.year) &&
                      text[4] == '-' && digits(text + 5, 2, &date.month) &&
                      (length == 7 || (text[7] == '-' && digits(text + 8, 2, &date.day)));

    if (!is_written || !sim_date_is_valid(date) || date.year < 1970 || date.year > 2200)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%.40s' is not a date between 1970 and 2200; write for example "
                        "'2026-12-15' or '2026-12'",
                        text);
    *days = sim_days_from_date(date);
    return SIM_OK;
}

enum sim_zone sim_zone_of_country(const char *country)
{
    static const char west[] = "PT IE UK GB ", east[] = "FI EE LV LT RO BG GR EL CY UA MD TR ";
    char code[] = "?? ";

    if (strlen(country) != 2)
        return SIM_ZONE_CET;
    memcpy(code, country, 2);
    if (strcmp(country, "IS") == 0) /* no summer time since 1968 */
        return SIM_ZONE_UTC;
    if (strstr(west, code))
        return SIM_ZONE_WET;
    return strstr(east, code) ? SIM_ZONE_EET : SIM_ZONE_CET;
}

/* UTC hour of 01:00 UTC on the last Sunday of a month. */
static int64_t last_sunday(int year, int month)
{
    int64_t last = sim_days_from_date((struct sim_date){year, month, 31});

    return (last - (sim_weekday(last) + 1) % 7) * 24 + 1;
}

static bool is_summer(int64_t utc_hour)
{
    int64_t days = utc_hour / 24 - (utc_hour % 24 < 0);
    int year = sim_date_from_days(days).year;

    return utc_hour >= last_sunday(year, 3) && utc_hour < last_sunday(year, 10);
}

int sim_zone_offset_hours(enum sim_zone zone, int64_t utc_hour)
{
    if (zone == SIM_ZONE_UTC)
        return 0;
    return (int)zone - (int)SIM_ZONE_WET + is_summer(utc_hour);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int sim_hour_of_week(enum sim_zone zone, int64_t utc_hour)
{
    int64_t local = utc_hour + sim_zone_offset_hours(zone, utc_hour);
    int64_t days = floor_div(local, 24);

    return sim_weekday(days) * 24 + (int)(local - days * 24);
}

struct sim_date sim_local_date(enum sim_zone zone, int64_t utc_hour)
{
    return sim_date_from_days(floor_div(utc_hour + sim_zone_offset_hours(zone, utc_hour), 24));
}

int64_t sim_calendar_local_ns(const struct sim_calendar *calendar, enum sim_zone zone, int64_t days,
                              int64_t since_midnight_ns)
{
    int64_t utc_hour = days * 24 + since_midnight_ns / SIM_HOUR_NS;
    int offset = sim_zone_offset_hours(zone, utc_hour - sim_zone_offset_hours(zone, utc_hour));

    return sim_calendar_ns(calendar, days) + since_midnight_ns - offset * SIM_HOUR_NS;
}

void sim_date_format(int64_t days, char *buffer)
{
    struct sim_date date = sim_date_from_days(days);

    snprintf(buffer, 11, "%04u-%02u-%02u", (unsigned)date.year % 10000, (unsigned)date.month % 100,
             (unsigned)date.day % 100);
}
