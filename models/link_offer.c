/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/link_offer.h"

#include <math.h>

#include "models/transport/link_state.h"
#include "sim/units.h"

struct mdl_clip mdl_link_clip(const struct mdl_plan *plan, size_t link)
{
    const struct mdl_link_config *config = sim_map_at(&plan->network.config->links, link);
    enum sim_zone zone = mdl_link_zone(&plan->network, link);
    int64_t step_ns = mdl_cell_sample_step_ns(plan->start_ns, plan->end_ns);
    double capacity = 0, asked = 0, kept = 0;
    struct mdl_clip clip = {.busiest = 0};

    for (int64_t day_ns = plan->start_ns; day_ns < plan->end_ns; day_ns += step_ns) {
        for (int64_t ns = day_ns; ns < day_ns + SIM_DAY_NS; ns += SIM_HOUR_NS) {
            double here = mdl_link_background(config, zone, &plan->calendar, ns);
            double most = mdl_link_capacity(config, &plan->calendar, ns);

            capacity += most;
            asked += here;
            kept += fmin(here, MDL_BACKGROUND_MOST_FRAC * most);
            if (here > clip.busiest * most) {
                clip.busiest = here / most;
                clip.hour = sim_hour_of_week(zone, sim_calendar_utc_hour(&plan->calendar, ns)) % 24;
            }
        }
    }
    clip.asked = asked / capacity;
    clip.kept = kept / capacity;
    return clip;
}

struct mdl_key_offer mdl_link_key_offer(const struct mdl_plan *plan, size_t link)
{
    double window_s = sim_s_from_ns(plan->end_ns - plan->start_ns);
    double made = 1e-6 * (double)plan->keys.rate_ubit[link];
    double asked = mdl_plan_key_bits(plan, link) / window_s;

    return (struct mdl_key_offer){.load = asked / made,
                                  .store_s = (double)plan->keys.store_bits[link] / (asked - made)};
}
