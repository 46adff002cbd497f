/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/fleet_offer.h"

#include <string.h>

#include "sim/units.h"

/* Bytes/s that the covered devices of a fleet record in the hour of a time, mean over bursts. */
static double recorded(const struct mdl_plan *plan, const struct mdl_fleet_plan *fleet,
                       int64_t time_ns)
{
    const struct mdl_fleet_config *config = fleet->config;
    double covered =
        fleet->cell ? mdl_cell_coverage(fleet->cell->config, &plan->calendar, time_ns) : 1;

    return mdl_fleet_devices(fleet, &plan->calendar, time_ns) * covered *
           mdl_on_off_mean(&config->burst) * config->record_bytes / sim_s_from_ns(config->every_ns);
}

double mdl_fleet_offered_bytes(const struct mdl_plan *plan, size_t fleet)
{
    int64_t step_ns = mdl_cell_sample_step_ns(plan->start_ns, plan->end_ns);
    double sum = 0, hours = 0;

    for (int64_t day_ns = plan->start_ns; day_ns < plan->end_ns; day_ns += step_ns)
        for (int hour = 0; hour < 24; hour++, hours++)
            sum += recorded(plan, &plan->fleets.fleet[fleet], day_ns + hour * SIM_HOUR_NS);
    return sum / hours * sim_s_from_ns(plan->end_ns - plan->start_ns);
}

/* Seconds on the air of one byte, mean over the radio rates of a fleet's devices. */
static double air_s(const struct mdl_fleet_plan *fleet)
{
    double sum = 0;

    for (size_t i = 0; i < fleet->stream_count; i++)
        sum += fleet->stream[i].part / fleet->stream[i].rate_bytes_per_s;
    return sum;
}

/* Seconds on the air that the members of communities ask for of a cell in a second: up and down. */
static void ask_by_members(const struct mdl_plan *plan, const struct mdl_cell_plan *cell,
                           double asked[2])
{
    double window_s = sim_s_from_ns(plan->end_ns - plan->start_ns), air[2] = {0}, before = 0;
    double coverage =
        mdl_cell_means(cell->config, cell->zone, &plan->calendar, plan->start_ns, plan->end_ns)
            .coverage;

    for (size_t i = 0; i < cell->radio_count; before = cell->radio[i++].cumulated) {
        double part = cell->radio[i].cumulated - before;

        air[0] += part / cell->radio[i].up_bytes_per_s;
        air[1] += part / cell->radio[i].down_bytes_per_s;
    }
    asked[0] = asked[1] = 0;
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_source_plan *source = &plan->source[s];

        for (size_t i = 0; i < source->line_count; i++) {
            double part = source->line_cumulated[i] - (i ? source->line_cumulated[i - 1] : 0);
            double bytes[2];

            if (source->access[i].cell != cell)
                continue;
            mdl_plan_source_bytes(plan, s, bytes);
            for (int d = 0; d < 2; d++)
                asked[d] += part * coverage * bytes[d] / window_s * air[d];
        }
    }
}

static void offer_direction(const struct mdl_plan *plan, size_t index, int direction,
                            double members, struct mdl_airtime_offer *out)
{
    const struct mdl_cell_plan *cell = &plan->fleets.cell[index];
    int64_t step_ns = mdl_cell_sample_step_ns(plan->start_ns, plan->end_ns);
    double asked[24] = {0}, left[24] = {0}, all_asked = 0, all_left = 0;

    for (int64_t day_ns = plan->start_ns; day_ns < plan->end_ns; day_ns += step_ns) {
        for (int64_t ns = day_ns; ns < day_ns + SIM_DAY_NS; ns += SIM_HOUR_NS) {
            int hour =
                sim_hour_of_week(cell->zone, sim_calendar_utc_hour(&plan->calendar, ns)) % 24;

            left[hour] += (double)cell->config->count *
                          mdl_cell_airtime(cell->config, cell->zone, &plan->calendar, ns);
            asked[hour] += members;
            for (size_t f = 0; f < plan->fleets.fleet_count; f++) {
                const struct mdl_fleet_plan *fleet = &plan->fleets.fleet[f];

                if (fleet->cell == cell && fleet->config->direction == direction)
                    asked[hour] += recorded(plan, fleet, ns) * air_s(fleet);
            }
        }
    }
    for (int hour = 0; hour < 24; hour++) {
        double load = left[hour] > 0 ? asked[hour] / left[hour] : 0;

        all_asked += asked[hour];
        all_left += left[hour];
        if (load > out->busiest)
            *out = (struct mdl_airtime_offer){0, load, hour};
    }
    out->mean = all_asked / all_left;
}

void mdl_plan_offered_cells(const struct mdl_plan *plan, struct mdl_cell_offer *out)
{
    memset(out, 0, plan->fleets.cell_count * sizeof *out);
    for (size_t i = 0; i < plan->fleets.cell_count; i++) {
        double members[2];

        ask_by_members(plan, &plan->fleets.cell[i], members);
        offer_direction(plan, i, MDL_FLEET_UP, members[0], &out[i].up);
        offer_direction(plan, i, MDL_FLEET_DOWN, members[1], &out[i].down);
    }
}
