/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/study_tables.h - what a comparison says, for people: a table for each key figure with the
 * baseline first, then what follows from them.
 *
 * Words are chosen by computed conditions among fixed sentences (out_study_sentences), which the
 * report uses too. Intervals are noise of replications; what the worlds say stands in columns of
 * its own.
 *
 * Errors   SIM_EIO from the file; SIM_ENOMEM.
 */
#ifndef OUTPUT_STUDY_TABLES_H
#define OUTPUT_STUDY_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "output/study.h"
#include "output/text.h"

SIM_NODISCARD enum sim_status out_print_study(FILE *file, const struct out_study *study,
                                              struct sim_error *err);

/* A sentence about an option in a key figure: better, worse, leaning, or why it is open. */
void out_study_sentence(struct out_text *text, const struct out_study *study, size_t option,
                        size_t key);

/* The answer to a question about break-even. */
void out_study_breakeven(struct out_text *text, const struct out_study *study, size_t question);

/* Which options cannot be told from the best in a key figure. */
void out_study_best(struct out_text *text, const struct out_study *study, size_t key);

/* Which options a front says nothing about, because of a traded figure only a bound is known; false
 * and nothing added when there are none. */
bool out_study_unplaced(struct out_text *text, const struct out_study *study);

/* That more replications may tell apart what cannot be told; false and nothing added when there
 * are enough of them, or every difference can be told. */
bool out_study_is_short(struct out_text *text, const struct out_study *study);

/* What stands behind "best", for the notes below a table. */
extern const char out_study_best_note[];

/* "8.9 ±0.4": value and half-width of a key figure, scaled to the unit shown; "-" for NaN. */
const char *out_study_number(const struct out_study *study, size_t key, double value,
                             double half_width, char *buffer, size_t bytes);

/* The mean of an option as planned like that; "> 8.9" where only a bound is known. */
const char *out_study_mean(const struct out_study *study, size_t option, size_t key, char *buffer,
                           size_t bytes);
enum { OUT_STUDY_NUMBER_BYTES = 128 };

/* "of 6 worlds in 5" as a count of worlds from a share. */
size_t out_study_worlds_with_sign(const struct out_study *study, size_t option, size_t key);

/* The option that a rule over worlds chooses in a key figure, the first of equals;
 * option_count when none. */
size_t out_study_choice(const struct out_study *study, size_t key, size_t rule);

/* Two options or more have a measure by that rule, and it is the same for all. */
bool out_study_is_tied(const struct out_study *study, size_t key, size_t rule);

/* The names of those it chooses, "A or B"; "all equal" where it tells none apart, "-" for none. */
void out_study_chosen(struct out_text *text, const struct out_study *study, size_t key,
                      size_t rule);

#endif /* OUTPUT_STUDY_TABLES_H */
