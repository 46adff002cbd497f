/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/study_csv.h - a study as one long table, a row for each option, world and figure.
 *
 * option,world,figure,statistic,selector,unit,mean,half_width,n,difference,difference_half_width:
 * mean over replications with its Student interval, and the difference to the baseline in the
 * same world, paired by replication. Intervals are those of one comparison alone; the adjusted ones
 * of the key figures stand in study.h5. Rows without any value are left out; NaN is "".
 *
 * Errors   SIM_EIO from the file; SIM_ENOMEM.
 */
#ifndef OUTPUT_STUDY_CSV_H
#define OUTPUT_STUDY_CSV_H

#include <stdio.h>

#include "output/study.h"

SIM_NODISCARD enum sim_status out_study_csv(FILE *file, const struct out_study *study,
                                            struct sim_error *err);

#endif /* OUTPUT_STUDY_CSV_H */
