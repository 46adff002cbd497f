/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/explain.h - all about a key of a scenario or a figure of a run (`aifsim explain`).
 *
 * Errors   SIM_EUSAGE with the nearest name when there is neither; SIM_ENOMEM. What fails to be
 *          written shows in ferror(file).
 */
#ifndef SCN_EXPLAIN_H
#define SCN_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "scenarios/reference.h"

/* name: as scn_reference_find takes it, or of a figure, with or without statistic and selector.
 * is_first: no empty line before it. */
SIM_NODISCARD enum sim_status scn_explain(FILE *file, const struct scn_reference *reference,
                                          const char *name, bool is_first, struct sim_arena *arena,
                                          struct sim_error *err);

#endif /* SCN_EXPLAIN_H */
