/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/notes.h - what a reader of the summary has to know: data on the way, keys and circuits,
 * storage that fills, fleets, queues that never emptied, what is counted as a job.
 *
 * Errors   SIM_EIO when the stream fails.
 */
#ifndef OUTPUT_NOTES_H
#define OUTPUT_NOTES_H

#include <stdio.h>

#include "output/summary.h"

SIM_NODISCARD enum sim_status out_print_notes(FILE *file, const struct out_summary *summary,
                                              struct sim_error *err);

#endif /* OUTPUT_NOTES_H */
