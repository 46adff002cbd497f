/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/tables.h - the figures as text: for the terminal, as CSV, as JSON.
 *
 * Nothing of a scenario reaches a terminal with control or bidi characters, or a spreadsheet as
 * a formula. Numbers do not know the locale.
 *
 * Errors   SIM_EIO when the stream took less than everything; SIM_ENOMEM.
 * Threads  no shared state.
 */
#ifndef OUTPUT_TABLES_H
#define OUTPUT_TABLES_H

#include <stdio.h>

#include "output/summary.h"
#include "sim/error.h"

/* What a planner wants to see first: totals, sites and partitions, waits by user kind. UTF-8,
 * at most 100 columns. Half-widths are shown from two replications on. */
SIM_NODISCARD enum sim_status out_print_summary(FILE *file, const struct out_summary *summary,
                                                struct sim_error *err);

/* A line for each expectation: met, missed or open (no value), the figure with its interval, the
 * bounds. *missed becomes how many were missed. Nothing when there are none. */
SIM_NODISCARD enum sim_status out_print_expectations(FILE *file, const struct out_summary *summary,
                                                     size_t *missed, struct sim_error *err);

/* figure,statistic,selector,unit,value,half_width,n,method,at_least,at_most,met,
 * bound: one row a figure,
 * "" for NaN; the last three are empty where the scenario expects nothing; met also
 * where the figure has no value. */
SIM_NODISCARD enum sim_status out_write_csv(FILE *file, const struct out_summary *summary,
                                            struct sim_error *err);

/* One object: meta, an array of figures and one of expectations; NaN is null. digest may be
 * NULL. */
SIM_NODISCARD enum sim_status out_write_json(FILE *file, const struct out_summary *summary,
                                             const char *digest, struct sim_error *err);

/* ---- pieces, for others that write CSV and JSON ---- */

/* The shortest decimal that reads back as x, or what stands for NaN and infinities. */
void out_put_number(FILE *file, double x, const char *if_not_finite);

/* Quoted where need be; what a spreadsheet would take for a formula gets an apostrophe. */
void out_put_csv_text(FILE *file, const char *text);

/* In quotes. `<` as an escape, so that the text may stand in a page's script; broken UTF-8 is
 * dropped. */
void out_put_json_text(FILE *file, const char *text);

/* A number with the digits its half-width earns (two of the half-width, at most three
 * significant ones of the value; three without an interval), and at least the first of a value
 * above a thousandth of it; with thin groups of three from 10,000 on; NaN is "-". Returns buffer.
 */
enum { OUT_NUMBER_BYTES = 48 };
const char *out_format_number(double value, double half_width, char buffer[OUT_NUMBER_BYTES]);

/* The mean of a figure times scale: "7.9", and "> 7.9" where it is a lower bound. */
const char *out_format_mean(const struct out_figure *figure, double scale,
                            char buffer[OUT_NUMBER_BYTES]);

/* The half-width as it stands beside that value: the decimals both have earned, "<0.01" when it is
 * smaller. */
const char *out_format_half_width(double value, double half_width, char buffer[OUT_NUMBER_BYTES]);

#endif /* OUTPUT_TABLES_H */
