/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/cells.h"

#include <math.h>

#include "sim/elementary.h"
#include "sim/units.h"

static const char *const sharings[] = {"airtime", "rate", NULL};

static const struct sim_field others_fields[] = {
    {.name = "load",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_traffic_config, load_frac),
     .max = 1,
     .help = "part of a cell's first airtime that they take, mean over the hours",
     .example = "40 %"},
    {.name = "hours",
     .kind = SIM_FIELD_PROFILE,
     SIM_AT(struct mdl_traffic_config, hours),
     .help = "their rhythm: 24 weights of the local day or 168 of the week from Monday, or a name "
             "of `profiles`; flat when not given",
     .example = "office"},
    {.name = "growth",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_GROWTH,
     SIM_AT(struct mdl_traffic_config, growth_per_yr),
     .min = -0.99,
     .max = 10,
     .help = "growth of their load, compounded, from `since` of the cell"},
    {0},
};

static const struct sim_field target_fields[] = {
    {.name = "date",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct mdl_target_config, date_days),
     .required = true,
     .help = "day on which it is reached",
     .example = "2030-12-31"},
    {.name = "coverage",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_target_config, coverage_frac),
     .max = 1,
     .fallback = NAN,
     .help = "part of the devices covered by then; not given: no target",
     .example = "100 %"},
    {.name = "capacity",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     SIM_AT(struct mdl_target_config, capacity),
     .min = 0.01,
     .max = 1000,
     .fallback = NAN,
     .help = "capacity of a cell by then over that of `since` (more carriers, more antennas); not "
             "given: no target",
     .example = "2"},
    {0},
};

const struct sim_field mdl_cell_fields[] = {
    {.name = "at",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_cell_config, at),
     .required = true,
     .help = "hub or site where they join the network; its country sets the local time",
     .example = "milan"},
    {.name = "count",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_cell_config, count),
     .min = 1,
     .max = 1e7,
     .fallback = 1,
     .help = "equal cells of this kind, over which devices are spread evenly"},
    {.name = "up",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_cell_config, up),
     .min = 1,
     .max = 1e12,
     .required = true,
     .help = "rates into the network of devices that are alone on their cell; laws are taken in 8 "
             "equal parts",
     .example = "{80 Mbit/s: 50 %, 20 Mbit/s: 50 %}"},
    {.name = "down",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_cell_config, down),
     .min = 1,
     .max = 1e12,
     .required = true,
     .help = "the same from the network to the devices",
     .example = "500 Mbit/s"},
    {.name = "coverage",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_cell_config, coverage_frac),
     .max = 1,
     .fallback = 1,
     .help = "part of the devices that a cell reaches; what the others record is lost",
     .example = "92 %"},
    {.name = "since",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct mdl_cell_config, since_days),
     .fallback = SIM_DATE_NONE,
     .help = "day that coverage, capacity and the load of others are of; the scenario's start when "
             "not given",
     .example = "2025-06-30"},
    {.name = "latency",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_cell_config, latency_ns),
     .max = 60,
     .help = "one-way delay between a device and the network",
     .example = "15 ms"},
    {.name = "sharing",
     .kind = SIM_FIELD_ENUM,
     .choices = sharings,
     SIM_AT(struct mdl_cell_config, sharing),
     .help = "what a full cell gives each of its devices in equal parts: airtime, or the rate"},
    {.name = "others",
     .kind = SIM_FIELD_GROUP,
     .rows = others_fields,
     SIM_AT(struct mdl_cell_config, others),
     .help = "other users of a cell, who get their airtime first: at most 99 % of it",
     .example = "{load: 40 %, growth: 20 %/yr}"},
    {.name = "targets",
     .kind = SIM_FIELD_MAP,
     .rows = target_fields,
     .item_bytes = sizeof(struct mdl_target_config),
     SIM_AT(struct mdl_cell_config, targets),
     .help = "coverage and capacity by date, reached in straight lines",
     .example = "{decade: {date: 2030-12-31, coverage: 100 %, capacity: 2}}"},
    {0},
};

/* ---- laws ---- */

/* Floor to the day since 1970. */
static int64_t day_of(const struct sim_calendar *calendar, int64_t time_ns)
{
    int64_t hour = sim_calendar_utc_hour(calendar, time_ns);

    return hour / 24 - (hour % 24 < 0);
}

static int64_t since(const struct mdl_cell_config *cell, const struct sim_calendar *calendar)
{
    return cell->since_days == SIM_DATE_NONE ? calendar->start_days : cell->since_days;
}

static double coverage_of(const struct mdl_target_config *target)
{
    return target->coverage_frac;
}

static double capacity_of(const struct mdl_target_config *target)
{
    return target->capacity;
}

/* A value that is `first` on day `since` and leads through the targets that say it. */
static double on_day(const struct mdl_cell_config *cell, int64_t since_day, double first,
                     double (*said)(const struct mdl_target_config *target), int64_t day)
{
    int64_t before_day = since_day, after_day = INT64_MAX;
    double before = first, after = first;

    for (size_t i = 0; i < cell->targets.count; i++) {
        const struct mdl_target_config *target = sim_map_at(&cell->targets, i);

        if (isnan(said(target)))
            continue;
        if (target->date_days <= day && target->date_days >= before_day) {
            before_day = target->date_days;
            before = said(target);
        } else if (target->date_days > day && target->date_days < after_day) {
            after_day = target->date_days;
            after = said(target);
        }
    }
    if (after_day == INT64_MAX || day <= before_day)
        return before;
    return before +
           (after - before) * (double)(day - before_day) / (double)(after_day - before_day);
}

double mdl_cell_coverage(const struct mdl_cell_config *cell, const struct sim_calendar *calendar,
                         int64_t time_ns)
{
    return on_day(cell, since(cell, calendar), cell->coverage_frac, coverage_of,
                  day_of(calendar, time_ns));
}

double mdl_cell_airtime(const struct mdl_cell_config *cell, enum sim_zone zone,
                        const struct sim_calendar *calendar, int64_t time_ns)
{
    const struct mdl_traffic_config *others = &cell->others;
    int64_t day = day_of(calendar, time_ns), since_day = since(cell, calendar);
    double capacity = on_day(cell, since_day, 1, capacity_of, day);
    double years = (double)(day - since_day) * SIM_DAY_S / SIM_YEAR_S;
    double growth = others->growth_per_yr ? sim_pow(1 + others->growth_per_yr, years) : 1;
    int hour = sim_hour_of_week(zone, sim_calendar_utc_hour(calendar, time_ns));
    double weight =
        others->hours.count ? others->hours.weight[(size_t)hour % others->hours.count] : 1;
    double taken = others->load_frac * weight * growth;

    return capacity - fmin(taken, 0.99 * capacity);
}

size_t mdl_radio_steps(const struct sim_dist *law, struct mdl_radio_step step[MDL_RADIO_STEPS_MAX])
{
    size_t count = law->kind == SIM_DIST_CONSTANT ? 1 : 8;

    if (law->kind == SIM_DIST_CHOICE && law->count <= MDL_RADIO_STEPS_MAX) {
        for (size_t i = 0; i < law->count; i++)
            step[i] = (struct mdl_radio_step){law->value[i],
                                              law->cumulated[i] - (i ? law->cumulated[i - 1] : 0)};
        return law->count;
    }
    for (size_t i = 0; i < count; i++)
        step[i] = (struct mdl_radio_step){sim_dist_at(law, ((double)i + 0.5) / (double)count),
                                          1 / (double)count};
    return count;
}

double mdl_radio_weight(const struct mdl_cell_config *cell, double bytes_per_s)
{
    return cell->sharing == MDL_SHARING_RATE ? 1 : bytes_per_s / sim_dist_at(&cell->up, 0.5);
}

int64_t mdl_cell_sample_step_ns(int64_t begin_ns, int64_t end_ns)
{
    int64_t days = (end_ns - begin_ns) / SIM_DAY_NS, step = (days + 59) / 60;

    return SIM_DAY_NS * (step > 1 && step % 7 == 0 ? step + 1 : step > 1 ? step : 1);
}

struct mdl_cell_means mdl_cell_means(const struct mdl_cell_config *cell, enum sim_zone zone,
                                     const struct sim_calendar *calendar, int64_t begin_ns,
                                     int64_t end_ns)
{
    int64_t step_ns = mdl_cell_sample_step_ns(begin_ns, end_ns);
    struct mdl_cell_means sum = {0};
    double days = 0;

    for (int64_t day_ns = begin_ns; day_ns < end_ns; day_ns += step_ns, days++) {
        sum.coverage += mdl_cell_coverage(cell, calendar, day_ns);
        for (int hour = 0; hour < 24; hour++)
            sum.airtime += mdl_cell_airtime(cell, zone, calendar, day_ns + hour * SIM_HOUR_NS) / 24;
    }
    return (struct mdl_cell_means){sum.airtime / days, sum.coverage / days};
}

/* ---- one world ---- */

struct mdl_cells {
    const struct mdl_cell_plan *cell;
    size_t count;
    const struct sim_calendar *calendar;
    struct mdl_flows *flows;
    struct sim_timer timer;
};

static void on_hour(struct sim *sim, void *subject)
{
    struct mdl_cells *cells = subject;

    for (size_t i = 0; i < cells->count; i++) {
        const struct mdl_cell_plan *cell = &cells->cell[i];
        double one = mdl_cell_airtime(cell->config, cell->zone, cells->calendar, sim->now_ns);
        double left = (double)cell->config->count * one;

        mdl_flows_set_capacity(cells->flows, cell->up, left);
        mdl_flows_set_capacity(cells->flows, cell->down, left);
        for (size_t k = 0; k < cell->radio_count; k++) {
            const struct mdl_radio_plan *radio = &cell->radio[k];

            mdl_flows_set_capacity(cells->flows, radio->up_limit, one * radio->up_bytes_per_s);
            mdl_flows_set_capacity(cells->flows, radio->down_limit, one * radio->down_bytes_per_s);
        }
    }
    sim_timer_arm(sim, &cells->timer, sim->now_ns + SIM_HOUR_NS);
}

enum sim_status mdl_cells_create(struct sim *sim, const struct mdl_cell_plan *cell, size_t count,
                                 const struct sim_calendar *calendar, struct mdl_flows *flows,
                                 struct mdl_cells **out, struct sim_error *err)
{
    struct mdl_cells *cells = sim_arena_alloc(sim->arena, 1, sizeof *cells);
    enum sim_status status;

    if (!cells)
        return sim_fail(err, SIM_ENOMEM, "no memory for the cells");
    *cells = (struct mdl_cells){.cell = cell, .count = count, .calendar = calendar, .flows = flows};
    *out = cells;
    status = sim_timer_create(sim, &cells->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_hour,
                              cells, err);
    if (!status)
        sim_timer_arm(sim, &cells->timer, sim->now_ns);
    return status;
}
