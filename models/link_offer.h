/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/link_offer.h - what is asked of a link beyond what it can give: background, keys.
 *
 * Expected over the window; background from days that stand for all (mdl_cell_sample_step_ns).
 *
 * Units    shares; seconds.
 * Cost     hours of the sample; sources x steps of capacity.
 */
#ifndef MODELS_LINK_OFFER_H
#define MODELS_LINK_OFFER_H

#include "models/plan.h"

struct mdl_clip {       /* of a link's background, which gets at most a part of the capacity */
    double asked, kept; /* means, over the capacity */
    double busiest;     /* asked in the busiest hour, over the capacity */
    int hour;           /* of the link's zone, that one */
};
struct mdl_clip mdl_link_clip(const struct mdl_plan *plan, size_t link);

struct mdl_key_offer {
    double load;    /* keys that transfers are expected to take, at least, over what is made */
    double store_s; /* so long a full store makes up for the rest; 0 or below: not needed */
};
struct mdl_key_offer mdl_link_key_offer(const struct mdl_plan *plan, size_t link);

#endif /* MODELS_LINK_OFFER_H */
