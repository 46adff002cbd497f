/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/holiday.h"

#include <string.h>

#include "sim/calendar.h"

enum rule_kind {
    FIXED,    /* month, day */
    MOVING,   /* the same; on a weekend, a later day is free instead */
    WESTERN,  /* day = days after Western Easter Sunday */
    ORTHODOX, /* the same after Orthodox Easter Sunday */
    WEEKDAY,  /* the first weekday `weekday` on or after month, day */
};

struct rule {
    enum rule_kind kind;
    int month, day, weekday; /* 0 = Monday */
    int since, until;        /* years, both included; 0 = always */
};

#define OR_LATER(m, d)                                                                             \
    {                                                                                              \
        MOVING, m, d, 0, 0, 0                                                                      \
    }
#define ON(m, d)                                                                                   \
    {                                                                                              \
        FIXED, m, d, 0, 0, 0                                                                       \
    }
#define ON_FROM(m, d, y)                                                                           \
    {                                                                                              \
        FIXED, m, d, 0, y, 0                                                                       \
    }
#define ON_UNTIL(m, d, y)                                                                          \
    {                                                                                              \
        FIXED, m, d, 0, 0, y                                                                       \
    }
#define EASTER(d)                                                                                  \
    {                                                                                              \
        WESTERN, 0, d, 0, 0, 0                                                                     \
    }
#define ORTHODOX_EASTER(d)                                                                         \
    {                                                                                              \
        ORTHODOX, 0, d, 0, 0, 0                                                                    \
    }
#define FIRST(weekday, m, d)                                                                       \
    {                                                                                              \
        WEEKDAY, m, d, weekday, 0, 0                                                               \
    }
#define MONDAY   0
#define FRIDAY   4
#define SATURDAY 5

#define GOOD_FRIDAY    EASTER(-2)
#define EASTER_MONDAY  EASTER(1)
#define ASCENSION      EASTER(39)
#define WHIT_MONDAY    EASTER(50)
#define CORPUS_CHRISTI EASTER(60)
#define NEW_YEAR       ON(1, 1)
#define EPIPHANY       ON(1, 6)
#define LABOUR_DAY     ON(5, 1)
#define ASSUMPTION     ON(8, 15)
#define ALL_SAINTS     ON(11, 1)
#define IMMACULATE     ON(12, 8)
#define CHRISTMAS      ON(12, 25)
#define ST_STEPHEN     ON(12, 26)

enum { RULES_MAX = 20 };

/* What changed lately, and what is no law:
 * FI, SE  Midsummer Eve and Christmas Eve (SE: New Year's Eve) are no public holidays, but free by
 *         custom and collective agreement for most (pam.fi, mid-week public holidays).
 * HU      24 December from 2025; in 2024 it was a rest day moved from a Saturday.
 * PL      24 December from 2025 (Dz.U. 2024 poz. 1965).
 * SK      1 September (from 2024) and 17 November (from 2025) are working days for good, 8 May and
 *         15 September in 2026 only (act 241/1993 as amended; vlada.gov.sk, statne-sviatky).
 */

static const struct state {
    const char *code;
    struct rule rule[RULES_MAX]; /* the rest is 0: FIXED in month 0, which never comes */
} states[] = {
    {"AT",
     {NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI,
      ASSUMPTION, ON(10, 26), ALL_SAINTS, IMMACULATE, CHRISTMAS, ST_STEPHEN}},
    {"BE",
     {NEW_YEAR, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY, ON(7, 21), ASSUMPTION,
      ALL_SAINTS, ON(11, 11), CHRISTMAS}},
    {"BG",
     {OR_LATER(1, 1), OR_LATER(3, 3), ORTHODOX_EASTER(-2), ORTHODOX_EASTER(-1), ORTHODOX_EASTER(0),
      ORTHODOX_EASTER(1), OR_LATER(5, 1), OR_LATER(5, 6), OR_LATER(5, 24), OR_LATER(9, 6),
      OR_LATER(9, 22), OR_LATER(12, 24), OR_LATER(12, 25), OR_LATER(12, 26)}},
    {"CY",
     {NEW_YEAR, EPIPHANY, ORTHODOX_EASTER(-48), ON(3, 25), ON(4, 1), ORTHODOX_EASTER(-2),
      ORTHODOX_EASTER(1), LABOUR_DAY, ORTHODOX_EASTER(50), ASSUMPTION, ON(10, 1), ON(10, 28),
      ON(12, 24), CHRISTMAS, ST_STEPHEN}},
    {"CZ",
     {NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, ON(5, 8), ON(7, 5), ON(7, 6), ON(9, 28),
      ON(10, 28), ON(11, 17), ON(12, 24), CHRISTMAS, ST_STEPHEN}},
    {"DE",
     {NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, WHIT_MONDAY, ON(10, 3),
      CHRISTMAS, ST_STEPHEN}},
    {"DK",
     {NEW_YEAR,
      EASTER(-3),
      GOOD_FRIDAY,
      EASTER_MONDAY,
      {WESTERN, 0, 26, 0, 0, 2023},
      ASCENSION,
      WHIT_MONDAY,
      CHRISTMAS,
      ST_STEPHEN}},
    {"EE",
     {NEW_YEAR, ON(2, 24), GOOD_FRIDAY, EASTER(0), LABOUR_DAY, EASTER(49), ON(6, 23), ON(6, 24),
      ON(8, 20), ON(12, 24), CHRISTMAS, ST_STEPHEN}},
    {"ES",
     {NEW_YEAR, EPIPHANY, GOOD_FRIDAY, LABOUR_DAY, ASSUMPTION, ON(10, 12), ALL_SAINTS, ON(12, 6),
      IMMACULATE, CHRISTMAS}},
    {"FI",
     {NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, ASCENSION, FIRST(FRIDAY, 6, 19),
      FIRST(SATURDAY, 6, 20), FIRST(SATURDAY, 10, 31), ON(12, 6), ON(12, 24), CHRISTMAS,
      ST_STEPHEN}},
    {"FR",
     {NEW_YEAR, EASTER_MONDAY, LABOUR_DAY, ON(5, 8), ASCENSION, WHIT_MONDAY, ON(7, 14), ASSUMPTION,
      ALL_SAINTS, ON(11, 11), CHRISTMAS}},
    {"GR",
     {NEW_YEAR, EPIPHANY, ORTHODOX_EASTER(-48), ON(3, 25), ORTHODOX_EASTER(-2), ORTHODOX_EASTER(1),
      LABOUR_DAY, ORTHODOX_EASTER(50), ASSUMPTION, ON(10, 28), CHRISTMAS, ST_STEPHEN}},
    {"HR",
     {NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR_DAY, ON(5, 30), CORPUS_CHRISTI, ON(6, 22), ON(8, 5),
      ASSUMPTION, ALL_SAINTS, ON(11, 18), CHRISTMAS, ST_STEPHEN}},
    {"HU",
     {NEW_YEAR, ON(3, 15), GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, WHIT_MONDAY, ON(8, 20),
      ON(10, 23), ALL_SAINTS, CHRISTMAS, ST_STEPHEN, ON_FROM(12, 24, 2025)}},
    {"IE",
     {NEW_YEAR, FIRST(MONDAY, 2, 1), ON(3, 17), EASTER_MONDAY, FIRST(MONDAY, 5, 1),
      FIRST(MONDAY, 6, 1), FIRST(MONDAY, 8, 1), FIRST(MONDAY, 10, 25), CHRISTMAS, ST_STEPHEN}},
    {"IT",
     {NEW_YEAR, EPIPHANY, EASTER_MONDAY, ON(4, 25), LABOUR_DAY, ON(6, 2), ASSUMPTION,
      ON_FROM(10, 4, 2026), ALL_SAINTS, IMMACULATE, CHRISTMAS, ST_STEPHEN}},
    {"LT",
     {NEW_YEAR, ON(2, 16), ON(3, 11), EASTER(0), EASTER_MONDAY, LABOUR_DAY, ON(6, 24), ON(7, 6),
      ASSUMPTION, ALL_SAINTS, ON(11, 2), ON(12, 24), CHRISTMAS, ST_STEPHEN}},
    {"LU",
     {NEW_YEAR, EASTER_MONDAY, LABOUR_DAY, ON(5, 9), ASCENSION, WHIT_MONDAY, ON(6, 23), ASSUMPTION,
      ALL_SAINTS, CHRISTMAS, ST_STEPHEN}},
    {"LV",
     {NEW_YEAR, GOOD_FRIDAY, EASTER(0), EASTER_MONDAY, LABOUR_DAY, OR_LATER(5, 4), ON(6, 23),
      ON(6, 24), OR_LATER(11, 18), ON(12, 24), CHRISTMAS, ST_STEPHEN, ON(12, 31)}},
    {"MT",
     {NEW_YEAR, ON(2, 10), ON(3, 19), GOOD_FRIDAY, ON(3, 31), LABOUR_DAY, ON(6, 7), ON(6, 29),
      ASSUMPTION, ON(9, 8), ON(9, 21), IMMACULATE, ON(12, 13), CHRISTMAS}},
    {"NL",
     {NEW_YEAR, EASTER(0), EASTER_MONDAY, ON(4, 27), ASCENSION, EASTER(49), WHIT_MONDAY, CHRISTMAS,
      ST_STEPHEN}},
    {"PL",
     {NEW_YEAR, EPIPHANY, EASTER(0), EASTER_MONDAY, LABOUR_DAY, ON(5, 3), EASTER(49),
      CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS, ON(11, 11), ON_FROM(12, 24, 2025), CHRISTMAS,
      ST_STEPHEN}},
    {"PT",
     {NEW_YEAR, GOOD_FRIDAY, EASTER(0), ON(4, 25), LABOUR_DAY, CORPUS_CHRISTI, ON(6, 10),
      ASSUMPTION, ON(10, 5), ALL_SAINTS, ON(12, 1), IMMACULATE, CHRISTMAS}},
    {"RO",
     {NEW_YEAR, ON(1, 2), ON_FROM(1, 6, 2024), ON_FROM(1, 7, 2024), ON(1, 24), ORTHODOX_EASTER(-2),
      ORTHODOX_EASTER(0), ORTHODOX_EASTER(1), LABOUR_DAY, ON(6, 1), ORTHODOX_EASTER(49),
      ORTHODOX_EASTER(50), ASSUMPTION, ON(11, 30), ON(12, 1), CHRISTMAS, ST_STEPHEN}},
    {"SE",
     {NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER(0), EASTER_MONDAY, LABOUR_DAY, ASCENSION, EASTER(49),
      ON(6, 6), FIRST(FRIDAY, 6, 19), FIRST(SATURDAY, 6, 20), FIRST(SATURDAY, 10, 31), ON(12, 24),
      CHRISTMAS, ST_STEPHEN, ON(12, 31)}},
    {"SI",
     {NEW_YEAR, ON(1, 2), ON(2, 8), EASTER_MONDAY, ON(4, 27), LABOUR_DAY, ON(5, 2), ON(6, 25),
      ASSUMPTION, ON(10, 31), ALL_SAINTS, CHRISTMAS, ST_STEPHEN}},
    {"SK",
     {NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR_DAY, ON_UNTIL(5, 8, 2025),
      ON_FROM(5, 8, 2027), ON(7, 5), ON(8, 29), ON_UNTIL(9, 1, 2023), ON_UNTIL(9, 15, 2025),
      ON_FROM(9, 15, 2027), ALL_SAINTS, ON_UNTIL(11, 17, 2024), ON(12, 24), CHRISTMAS, ST_STEPHEN}},
};

int64_t sim_easter_western(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;

    return sim_days_from_date((struct sim_date){year, month, day});
}

/* Meeus's rule gives the Julian date; the calendars are 13 days apart from 1900 to 2099. */
int64_t sim_easter_orthodox(int year)
{
    int d = (19 * (year % 19) + 15) % 30;
    int e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
    int month = (d + e + 114) / 31, day = (d + e + 114) % 31 + 1;
    int century = year / 100;

    return sim_days_from_date((struct sim_date){year, month, day}) + century - century / 4 - 2;
}

static const struct state *find(const char *country)
{
    if (strcmp(country, "EL") == 0)
        country = "GR";
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].code, country) == 0)
            return &states[i];
    return NULL;
}

static bool is_met(const struct rule *rule, int64_t days, struct sim_date date)
{
    int64_t first;

    if ((rule->since && date.year < rule->since) || (rule->until && date.year > rule->until))
        return false;
    switch (rule->kind) {
    case FIXED:
    case MOVING:
        return rule->month == date.month && rule->day == date.day;
    case WESTERN:
        return days == sim_easter_western(date.year) + rule->day;
    case ORTHODOX:
        return days == sim_easter_orthodox(date.year) + rule->day;
    case WEEKDAY:
        first = sim_days_from_date((struct sim_date){date.year, rule->month, rule->day});
        return sim_weekday(days) == rule->weekday && days >= first && days < first + 7;
    }
    return false;
}

static const struct rule *rule_of(const struct state *state, int64_t days)
{
    struct sim_date date = sim_date_from_days(days);

    for (size_t i = 0; state && i < RULES_MAX; i++)
        if (is_met(&state->rule[i], days, date))
            return &state->rule[i];
    return NULL;
}

static bool is_weekend(int64_t days)
{
    return sim_weekday(days) >= SATURDAY;
}

/* Holidays on a weekend that move take the next days that are free for the taking. */
static bool is_instead(const struct state *state, int64_t days)
{
    int owed = 0;

    if (is_weekend(days))
        return false;
    for (int64_t day = days - 7; day < days; day++) {
        const struct rule *rule = rule_of(state, day);

        if (is_weekend(day))
            owed += rule && rule->kind == MOVING;
        else if (!rule && owed > 0)
            owed--;
    }
    return owed > 0;
}

static bool moves_holidays(const struct state *state)
{
    for (size_t i = 0; state && i < RULES_MAX; i++)
        if (state->rule[i].kind == MOVING)
            return true;
    return false;
}

static bool is_holiday(const struct state *state, int64_t days)
{
    return rule_of(state, days) || (moves_holidays(state) && is_instead(state, days));
}

bool sim_is_holiday(const char *country, int64_t days)
{
    return is_holiday(find(country), days);
}

bool sim_knows_holidays(const char *country)
{
    return find(country) != NULL;
}

static bool is_working_day(const struct state *state, int64_t days)
{
    return !is_weekend(days) && !is_holiday(state, days);
}

bool sim_is_working_day(const char *country, int64_t days)
{
    return is_working_day(find(country), days);
}

int64_t sim_working_days(const char *country, int64_t from_days, int64_t to_days)
{
    const struct state *state = find(country);
    int64_t count = 0;

    for (int64_t day = from_days; day < to_days; day++)
        count += is_working_day(state, day);
    return count;
}

int64_t sim_add_working_days(const char *country, int64_t days, int64_t count)
{
    const struct state *state = find(country);

    while (count == 0 && !is_working_day(state, days))
        days++;
    for (; count > 0; count--)
        do
            days++;
        while (!is_working_day(state, days));
    return days;
}
