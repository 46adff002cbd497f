/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/fit_report.h - a fit as a scenario that can be run, and as a table to be read.
 *
 * The scenario has one site with one partition as wide as the log's machine, the classes and one
 * community; country IS keeps UTC all year, so that its hours are those of the log's clock.
 *
 * Errors   those of the stream, which the caller looks at.
 */
#ifndef EXPERIMENTS_FIT_REPORT_H
#define EXPERIMENTS_FIT_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "experiments/fit.h"

struct exp_fit_source {
    const char *file; /* the log */
    uint64_t read, kept;
    int64_t machine_width; /* 0: not known */
};

/* What was found and how well it fits, each line behind `prefix`. */
void exp_fit_print(FILE *file, const struct exp_fit *fit, const char *prefix);

void exp_fit_write(FILE *file, const struct exp_fit *fit, const struct exp_fit_source *source);

/* Classes and community alone, to be extended: without horizon and site, and without a home. */
#define EXP_FIT_PART "part.yaml"
void exp_fit_write_part(FILE *file, const struct exp_fit *fit, const struct exp_fit_source *source);

/* The stem of a path as a key of a scenario: "kth" of "logs/kth.swf.gz". */
enum { EXP_FIT_KEY_BYTES = 41 };
void exp_fit_key(const char *path, char key[EXP_FIT_KEY_BYTES]);

#endif /* EXPERIMENTS_FIT_REPORT_H */
