/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/policy.h"

#include <stddef.h>
#include <string.h>

const struct mdl_policy *const mdl_policies[] = {&mdl_policy_fcfs, &mdl_policy_easy,
                                                 &mdl_policy_conservative,
                                                 &mdl_policy_conservative_rebuild, NULL};

/* choices of a SIM_FIELD_ENUM row: its value is an index into mdl_policies */
const char *const mdl_policy_names[] = {"fcfs", "easy", "conservative", "conservative-rebuild",
                                        NULL};

const struct mdl_policy *mdl_policy_find(const char *name)
{
    for (size_t i = 0; mdl_policies[i]; i++)
        if (strcmp(mdl_policies[i]->name, name) == 0)
            return mdl_policies[i];
    return NULL;
}
