/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/date_tics.h"

#include "sim/calendar.h"

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* A few days: every sixth hour. */
static void add_hour_tics(struct out_text *script, int64_t start_days, double last, int most)
{
    int step = 4.0 * last > most ? 12 : 6;

    out_text_add(script, "set xtics (");
    for (int hour = 0; hour <= 24.0 * last; hour += step) {
        struct sim_date date = sim_date_from_days(start_days + hour / 24);

        out_text_add(script, "%s", hour ? ", " : "");
        if (hour % 24)
            out_text_add(script, "'%02d:00' %g", hour % 24, hour / 24.0);
        else
            out_text_add(script, "'%d %s' %d", date.day, month_names[date.month - 1], hour / 24);
    }
    out_text_add(script, ")\n");
}

/* A short window: days with their month. */
static void add_day_tics(struct out_text *script, int64_t start_days, double last, int most)
{
    static const int steps[] = {1, 2, 7, 14, 28};
    int step = 0;

    while (step < 4 && last / steps[step] > most)
        step++;
    out_text_add(script, "set xtics (");
    for (int day = 0; day <= last; day += steps[step]) {
        struct sim_date date = sim_date_from_days(start_days + day);

        out_text_add(script, "%s'%d %s' %d", day ? ", " : "", date.day, month_names[date.month - 1],
                     day);
    }
    out_text_add(script, ")\n");
}

void out_date_tics(struct out_text *script, int64_t start_days, double days, double last, int most)
{
    static const int steps[] = {1, 2, 3, 6, 12, 24, 60, 120};
    int step = 0, count = 0;
    struct sim_date date = sim_date_from_days(start_days);

    if (days <= 3.0) {
        add_hour_tics(script, start_days, last, most);
        return;
    }
    if (days <= 100.0) {
        add_day_tics(script, start_days, last, most);
        return;
    }

    while (step < 7 && days / 30.4 / steps[step] > most)
        step++;
    if (date.day > 1) {
        date.day = 1;
        date.month++;
    }
    out_text_add(script, "set xtics (");
    for (;; date.month++) {
        double at;

        if (date.month > 12) {
            date.month = 1;
            date.year++;
        }
        at = (double)(sim_days_from_date(date) - start_days);
        if (at > last)
            break;
        if ((date.month - 1) % (steps[step] > 12 ? 12 : steps[step]) ||
            (steps[step] > 12 && date.year % (steps[step] / 12)))
            continue;
        if (date.month == 1 || count == 0)
            out_text_add(script, "%s'%s %d' %g", count++ ? ", " : "", month_names[date.month - 1],
                         date.year, at);
        else
            out_text_add(script, "%s'%s' %g", count++ ? ", " : "", month_names[date.month - 1], at);
    }
    out_text_add(script, ")\n");
}
