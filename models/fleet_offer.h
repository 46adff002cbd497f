/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/fleet_offer.h - what fleets and members of communities ask of cells, links and storage.
 *
 * Expected over the window, from days that stand for all (mdl_cell_sample_step_ns); what devices
 * out of coverage record is not asked.
 *
 * Units    bytes; airtime asked over that which other users leave, 1 = all of it.
 * Memory   none.
 * Errors   none.
 * Cost     O(days x (fleets + cells)), 24 hours each.
 */
#ifndef MODELS_FLEET_OFFER_H
#define MODELS_FLEET_OFFER_H

#include "models/plan.h"

struct mdl_airtime_offer { /* of one direction */
    double mean, busiest;  /* over the window; the hour of a day when it is largest */
    int hour;              /* that one, local */
};
struct mdl_cell_offer {
    struct mdl_airtime_offer up, down;
};
void mdl_plan_offered_cells(const struct mdl_plan *plan, struct mdl_cell_offer *out /* [cell] */);

/* Bytes that the covered devices of a fleet record in the window. */
double mdl_fleet_offered_bytes(const struct mdl_plan *plan, size_t fleet);

#endif /* MODELS_FLEET_OFFER_H */
