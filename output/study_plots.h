/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/study_plots.h - the standard figures of a comparison, drawn from nothing but study.h5.
 *
 *   differences   to the baseline, with Holm's intervals, a panel for each key figure
 *   worlds        the first key figure of every option in every world
 *   trade-off     the first two figures that are traded off, with their intervals
 *   regret        what each option loses against the best one, world by world
 *   spread        the first key figure, replication by replication
 *   over-time     jobs waiting and share in use of every option, by month or week
 *
 * A title is a finding computed from the data; noise of replications (bars) and worlds (single
 * marks) are never drawn in one mark. Figures whose data are not there are left out.
 *
 * Errors   SIM_EIO, SIM_ETOOL (gnuplot), SIM_ENOMEM.
 */
#ifndef OUTPUT_STUDY_PLOTS_H
#define OUTPUT_STUDY_PLOTS_H

#include "output/plots.h"

/* As out_plot_result, of a study.h5. */
SIM_NODISCARD enum sim_status out_plot_study(const struct out_plotting *what, size_t *count,
                                             struct sim_error *err);

#endif /* OUTPUT_STUDY_PLOTS_H */
