/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/load.h - demand written as a part of a machine or of an owner's shares.
 */
#ifndef MODELS_DEMAND_LOAD_H
#define MODELS_DEMAND_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

/* "44 % of lumi.lumi_g" -> part and name; false when it does not read so. */
bool mdl_load_parse(const char *text, double *part, char *name, size_t name_bytes,
                    struct sim_error *err);

#endif /* MODELS_DEMAND_LOAD_H */
