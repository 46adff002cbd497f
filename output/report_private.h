/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/report_private.h - what the chapters of a report share:
 *
 *   report.c          the page: chapters in their order, written when whole
 *   report_parts.c    elements, tables, pictures, assumptions
 *   report_values.c   inputs as a person writes them, and how good their sources are
 *   report_study.c    chapters of a comparison
 *   report_result.c   chapters of a run
 */
#ifndef OUTPUT_REPORT_PRIVATE_H
#define OUTPUT_REPORT_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/plots.h"
#include "output/text.h"
#include "sim/error.h"
#include "sim/field.h"

struct out_report {
    struct out_text html, words; /* words: gathered for the next element */
    const char *path;            /* of the study or result */
    const char *near;            /* folder of the page */
    const atomic_int *stop;
};

/* Foreign text: markup becomes characters, what is unprintable goes. */
void out_report_text(struct out_text *html, const char *text);
void out_report_element(struct out_text *html, const char *tag, const char *text);

/* What was gathered in report->words, as an element; the words start anew. */
void out_report_words(struct out_report *report, const char *tag);

/* Up to its first row; columns numbers_from to numbers_to - 1 are of numbers. */
void out_report_table(struct out_report *report, const char *caption, const char *const *column,
                      size_t count, size_t numbers_from, size_t numbers_to);
void out_report_table_end(struct out_report *report);

/* Head of the page up to its title, which is its first heading too; and its end. */
void out_report_begin(struct out_report *report, const char *title);
void out_report_end(struct out_report *report);

typedef enum sim_status out_report_draw_fn(const struct out_plotting *what, size_t *count,
                                           struct sim_error *err);

/* Every figure that draw makes of report->path, as SVG with its caption. */
SIM_NODISCARD enum sim_status out_report_figures(struct out_report *report,
                                                 out_report_draw_fn *draw, struct sim_error *err);

/* Nothing was written, and nothing is taken for it. */
bool out_report_is_unset(const struct sim_input *input);

/* Two cells, value and unit, as one would write them: 40 GB, 7 d, 0.32. */
void out_report_value(struct out_report *report, const struct sim_input *input);

/* How many values there are by the quality of their sources. */
void out_report_qualities(struct out_report *report, const struct sim_input *input, size_t count);

/* Every input that is set with quality and source, and the list of sources. */
void out_report_assumptions(struct out_report *report, const char *caption,
                            const struct sim_input *input, size_t count);

/* The chapters of report->path, from the head to how it is made again. */
SIM_NODISCARD enum sim_status out_report_study_chapters(struct out_report *report,
                                                        struct sim_error *err);
SIM_NODISCARD enum sim_status out_report_result_chapters(struct out_report *report,
                                                         struct sim_error *err);

#endif /* OUTPUT_REPORT_PRIVATE_H */
