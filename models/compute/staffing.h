/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/staffing.h - the people of a site, or of the central access point, as written.
 */
#ifndef MODELS_COMPUTE_STAFFING_H
#define MODELS_COMPUTE_STAFFING_H

#include "sim/field.h"

enum { MDL_STAFF_FTE_MAX = 10000 }; /* of one pool */

/* The skills that pools are kept by; a site names the FTE of each. */
enum mdl_skill {
    MDL_SKILL_REVIEW,   /* checks and reviews applications */
    MDL_SKILL_SUPPORT,  /* onboards projects */
    MDL_SKILL_TRAINING, /* holds courses */
    MDL_SKILL_COUNT
};
extern const char *const mdl_skill_names[]; /* NULL-terminated */

struct mdl_staff_config {
    double fte[MDL_SKILL_COUNT]; /* 0: no such pool */
    double vacancy_frac, absent_frac;
    int64_t hiring_ns; /* 0: vacant posts stay vacant */
    double attrition_per_yr;
};

extern const struct sim_field mdl_staff_fields[];

#endif /* MODELS_COMPUTE_STAFFING_H */
