/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/working_time.h"

#include <assert.h>

#include "sim/holiday.h"
#include "sim/timer.h"

static int64_t day_of(int64_t time_ns)
{
    return time_ns / SIM_DAY_NS - (time_ns % SIM_DAY_NS < 0);
}

/* Summer time begins and ends on a Sunday night, so noon speaks for the whole working day. */
static int64_t opening_ns(enum sim_zone zone, int64_t clock_day, int64_t days)
{
    int offset = sim_zone_offset_hours(zone, days * 24 + 12);

    return clock_day * SIM_DAY_NS + (MDL_WORKING_DAY_OPENS - offset) * SIM_HOUR_NS;
}

enum sim_status mdl_working_time_init(struct mdl_working_time *working, const char *country,
                                      const struct sim_calendar *calendar, int64_t begin_ns,
                                      int64_t finish_ns, struct sim_arena *arena,
                                      struct sim_error *err)
{
    enum sim_zone zone = sim_zone_of_country(country);
    int64_t first = day_of(begin_ns), *open_ns;
    size_t days = (size_t)(day_of(finish_ns) - first + 1);
    uint32_t *before, count = 0;

    assert(finish_ns >= begin_ns);
    before = sim_arena_alloc(arena, days + 1, sizeof *before);
    open_ns = sim_arena_alloc(arena, days, sizeof *open_ns);
    if (!before || !open_ns)
        return sim_fail(err, SIM_ENOMEM, "no memory for the working days of %s", country);
    for (size_t i = 0; i < days; i++) {
        int64_t clock_day = first + (int64_t)i, since_1970 = calendar->start_days + clock_day;

        before[i] = count;
        if (sim_is_working_day(country, since_1970))
            open_ns[count++] = opening_ns(zone, clock_day, since_1970);
    }
    before[days] = count;
    *working = (struct mdl_working_time){first, days, before, count, open_ns};
    return SIM_OK;
}

/* Of the first working day that has not closed at time_ns; working->count: there is none. */
static size_t next_day(const struct mdl_working_time *working, int64_t time_ns)
{
    int64_t day = day_of(time_ns) - working->first_day;
    size_t i;

    if (day < 0)
        return 0;
    if ((size_t)day >= working->day_count)
        return working->count;
    i = working->before[day];
    return i + (i < working->count && working->open_ns[i] + MDL_WORKING_DAY_NS <= time_ns);
}

int64_t mdl_working_ns(const struct mdl_working_time *working, int64_t time_ns)
{
    size_t i = next_day(working, time_ns);
    int64_t whole = (int64_t)i * MDL_WORKING_DAY_NS;

    if (i == working->count || time_ns <= working->open_ns[i])
        return whole;
    return whole + (time_ns - working->open_ns[i]);
}

int64_t mdl_working_open(const struct mdl_working_time *working, int64_t time_ns)
{
    size_t i = next_day(working, time_ns);

    if (i == working->count)
        return SIM_NEVER;
    return time_ns > working->open_ns[i] ? time_ns : working->open_ns[i];
}

int64_t mdl_working_until(const struct mdl_working_time *working, int64_t time_ns, int64_t work_ns)
{
    int64_t most = (int64_t)working->count * MDL_WORKING_DAY_NS, before, rest;

    assert(work_ns >= 0);
    if (work_ns == 0)
        return time_ns;
    before = mdl_working_ns(working, time_ns);
    if (work_ns > most - before)
        return SIM_NEVER;
    rest = before + work_ns - 1; /* the last ns that is worked */
    return working->open_ns[rest / MDL_WORKING_DAY_NS] + rest % MDL_WORKING_DAY_NS + 1;
}
