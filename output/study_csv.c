/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study_csv.h"

#include <math.h>
#include <stdlib.h>

#include "output/tables.h"
#include "sim/stats.h"

/* Values of a figure, a replication apart. */
static const double *values_of(const struct out_study *study, size_t option, size_t world,
                               size_t figure)
{
    return study->value +
           (option * study->world_count + world) * study->replication_count * study->figure_count +
           figure;
}

/* level NaN: a mean that is a bound has no interval. */
static void put_tally(FILE *file, const struct sim_tally *tally, double level)
{
    putc(',', file);
    out_put_number(file, tally->count ? tally->mean : NAN, "");
    putc(',', file);
    out_put_number(
        file, isnan(level) ? NAN : sim_student(tally->count, level) * sim_tally_error(tally), "");
}

static void put_row(FILE *file, const struct out_study *study, size_t option, size_t world,
                    size_t figure, double *scratch)
{
    const double *own = values_of(study, option, world, figure);
    const double *base = values_of(study, study->baseline, world, figure);
    size_t n = study->replication_count, stride = study->figure_count;
    struct sim_tally tally;
    const char *const texts[] = {study->option_name[option],     study->world_name[world],
                                 study->figure_name[figure],     study->figure_statistic[figure],
                                 study->figure_selector[figure], study->figure_unit[figure]};

    bool is_bound = out_study_bounds(study, option, world, figure) > 0;
    bool is_open = is_bound || out_study_bounds(study, study->baseline, world, figure) > 0;

    for (size_t r = 0; r < n; r++)
        scratch[r] = own[r * stride];
    tally = sim_tally_of(scratch, n);
    if (!tally.count)
        return;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fputs(i ? "," : "", file);
        out_put_csv_text(file, texts[i]);
    }
    put_tally(file, &tally, is_bound ? NAN : study->level);
    fprintf(file, ",%zu", (size_t)tally.count);
    for (size_t r = 0; r < n; r++)
        scratch[r] = own[r * stride] - base[r * stride];
    tally = sim_tally_of(scratch, option == study->baseline || is_open ? 0 : n);
    put_tally(file, &tally, study->level);
    fputs(is_bound ? ",>\n" : ",\n", file);
}

enum sim_status out_study_csv(FILE *file, const struct out_study *study, struct sim_error *err)
{
    double *scratch = malloc((study->replication_count + 1) * sizeof *scratch);

    if (!scratch)
        return sim_fail(err, SIM_ENOMEM, "no memory for a table");
    fputs("option,world,figure,statistic,selector,unit,mean,half_width,n,difference,"
          "difference_half_width,bound\n",
          file);
    for (size_t o = 0; o < study->option_count; o++)
        for (size_t w = 0; w < study->world_count; w++)
            for (size_t f = 0; f < study->figure_count; f++)
                put_row(file, study, out_study_nth(study, o), w, f, scratch);
    free(scratch);
    return ferror(file) ? sim_fail(err, SIM_EIO, "cannot write a table") : SIM_OK;
}
