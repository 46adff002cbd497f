/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/refuse.h - how the readers of a scenario's sections tell of a mistake.
 *
 * Errors   added to `errors` with the place of the node (of its key where at_key and it has one);
 *          *status keeps that of the first.
 */
#ifndef EXPERIMENTS_REFUSE_H
#define EXPERIMENTS_REFUSE_H

#include "scenarios/yaml_reader.h"

void exp_refuse(struct scn_errors *errors, enum sim_status *status, const struct scn_node *node,
                bool at_key, const char *fmt, ...) SIM_PRINTF(5, 6);

#endif /* EXPERIMENTS_REFUSE_H */
