/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/holiday.h - public holidays of the EU's states, and working days.
 *
 * Holidays of the whole state by rule: fixed dates, days from Easter (Western or Orthodox), days of
 * the week in a range of dates; from the year a rule came in, until the year it went; in Bulgaria
 * and Latvia with the day that is free when the date falls on a weekend. The eves that Finland and
 * Sweden keep by custom and agreement (Midsummer, Christmas; in Sweden New Year) are no public
 * holidays by law, but offices are closed, so they count. Working days
 * are Monday to Friday without holidays. Left out: regional holidays, half days, days that a
 * government declares or moves for one year.
 *
 * Source   Meeus, Jones and Butcher, in Meeus, Astronomical Algorithms (1998), chapter 8, for
 *          Easter; the holiday acts of the states, as in force in 2024 to 2027.
 * Cost     a holiday O(rules of the state); working days O(days).
 */
#ifndef SIM_HOLIDAY_H
#define SIM_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

/* Easter Sunday of a year from 1583 on, in days since 1970-01-01 (Gregorian dates). */
int64_t sim_easter_western(int year);
int64_t sim_easter_orthodox(int year);

/* Is it a public holiday there? Always false where the code is not known ("EL" is "GR"). */
bool sim_is_holiday(const char *country, int64_t days);
bool sim_knows_holidays(const char *country);

bool sim_is_working_day(const char *country, int64_t days);

/* Working days in [from, to); 0 when it is empty. */
int64_t sim_working_days(const char *country, int64_t from_days, int64_t to_days);

/* The day that lies `count` working days after `days` (the count-th working day after it); with a
 * count of 0 the day itself, or the next working day when it is none. */
int64_t sim_add_working_days(const char *country, int64_t days, int64_t count);

#endif /* SIM_HOLIDAY_H */
