/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/reservation.h"

#include "models/compute/site.h"
#include "sim/timer.h"

#define AT(member) SIM_AT(struct mdl_reservation_config, member)

const struct sim_field mdl_reservation_fields[] = {
    {.name = "nodes",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(nodes),
     .max = 1e6,
     .help = "nodes that are kept; 0 = all of the partition"},
    {.name = "start",
     .kind = SIM_FIELD_DATE,
     AT(start_days),
     .required = true,
     .help = "day of the first time",
     .example = "2026-03-02"},
    {.name = "at",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(at_ns),
     .max = 86400,
     .help = "time of the day, after midnight UTC",
     .example = "8 h"},
    {.name = "duration",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(duration_ns),
     .min = 1,
     .max = 1e9,
     .required = true,
     .help = "how long it lasts",
     .example = "4 h"},
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(every_ns),
     .max = 1e9,
     .help = "time from one start to the next; 0 s = once",
     .example = "7 d"},
    {.name = "until",
     .kind = SIM_FIELD_DATE,
     AT(until_days),
     .fallback = MDL_DATE_NONE,
     .help = "first day on which it begins no more; never when not given",
     .example = "2026-07-01"},
    {.name = "for",
     .kind = SIM_FIELD_TEXT,
     AT(members),
     .help = "whose jobs run inside: names of classes, communities and QOS, separated by commas; "
             "nobody's when not given (maintenance)",
     .example = "course, school"},
    {0},
};
#undef AT

void mdl_booking_init(struct mdl_booking *reserved, const struct mdl_reservation_config *config,
                      const struct sim_calendar *calendar, uint32_t units, int64_t until_ns)
{
    int64_t first_ns = sim_calendar_ns(calendar, config->start_days) + config->at_ns;
    int64_t end_ns = until_ns;

    if (config->until_days != MDL_DATE_NONE &&
        sim_calendar_ns(calendar, config->until_days) < until_ns)
        end_ns = sim_calendar_ns(calendar, config->until_days);
    *reserved = (struct mdl_booking){.config = config,
                                     .units = units,
                                     .first_ns = first_ns,
                                     .last_ns = first_ns,
                                     .is_maintenance = !config->members || !*config->members,
                                     .next_ns = first_ns < end_ns ? first_ns : SIM_NEVER,
                                     .end_ns = SIM_NEVER};
    if (config->every_ns > 0 && first_ns < end_ns)
        reserved->last_ns += (end_ns - 1 - first_ns) / config->every_ns * config->every_ns;
}

int64_t mdl_booking_times(const struct mdl_booking *reserved)
{
    if (reserved->next_ns == SIM_NEVER)
        return 0;
    return reserved->config->every_ns > 0
               ? 1 + (reserved->last_ns - reserved->next_ns) / reserved->config->every_ns
               : 1;
}

int64_t mdl_booking_change_ns(const struct mdl_booking *reserved)
{
    return reserved->end_ns < reserved->next_ns ? reserved->end_ns : reserved->next_ns;
}

void mdl_booking_advance(struct mdl_booking *reserved, int64_t now_ns)
{
    const struct mdl_reservation_config *config = reserved->config;

    if (reserved->end_ns <= now_ns)
        reserved->end_ns = SIM_NEVER;
    while (reserved->next_ns <= now_ns) {
        if (reserved->next_ns + config->duration_ns > now_ns)
            reserved->end_ns = reserved->next_ns + config->duration_ns;
        reserved->next_ns = config->every_ns > 0 && reserved->next_ns < reserved->last_ns
                                ? reserved->next_ns + config->every_ns
                                : SIM_NEVER;
    }
}
