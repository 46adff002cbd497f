/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/figures/selector.h"
#include "output/notes.h"
#include "output/read_h5.h"
#include "output/report_private.h"
#include "output/tables.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"
enum { ITEMS_MAX = 40, NAME_BYTES = 400, CELL_BYTES = 2 * OUT_NUMBER_BYTES + 8 };

struct chapters {
    struct out_report *report;
    const struct out_summary *summary;
    const char *digest, *command; /* command NULL: not recorded */
};

static void put_head(struct chapters *of)
{
    const struct out_summary *summary = of->summary;
    char start[16], end[16];

    sim_date_format(summary->start_days, start);
    sim_date_format(summary->end_days, end);
    out_report_begin(of->report, summary->name);
    out_text_add(&of->report->words, "%s to %s, %zu replication%s, seed %llu; aifsim %s.", start,
                 end, summary->replication_count, summary->replication_count == 1 ? "" : "s",
                 (unsigned long long)summary->seed, summary->version);
    if (!summary->is_complete)
        out_text_add(&of->report->words, " The run was cut short: %zu replications were asked for.",
                     summary->replications_asked);
    out_report_words(of->report, "p");
}

/* ---- what the terminal shows ---- */

static enum sim_status put_summary(struct chapters *of, struct sim_error *err)
{
    char *text = NULL;
    size_t bytes, missed;
    FILE *stream = open_memstream(&text, &bytes);
    enum sim_status status = stream ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a summary");

    if (!status)
        status = out_print_summary(stream, of->summary, err);
    if (!status)
        status = out_print_notes(stream, of->summary, err);
    if (!status)
        status = out_print_expectations(stream, of->summary, &missed, err);
    if (stream && fclose(stream) && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a summary");
    out_text_add(&of->report->html, "<h2>Summary</h2>\n<div class=\"wide\"><pre class=\"table\">");
    for (char *line = text, *next; !status && line && *line; line = next) {
        next = strchrnul(line, '\n');
        if (*next)
            *next++ = '\0';
        out_report_text(&of->report->html, line);
        out_text_add(&of->report->html, "\n");
    }
    out_text_add(&of->report->html, "</pre></div>\n");
    free(text);
    return status;
}

/* ---- every figure ---- */

/* "86.0 ±0.4", "> 7.9", "-". */
static const char *amount(const struct out_figure *figure, char buffer[CELL_BYTES])
{
    double scale = figure->is_share ? 100 : 1;
    char number[OUT_NUMBER_BYTES], half[OUT_NUMBER_BYTES];

    out_format_mean(figure, scale, number);
    if (isfinite(figure->mean) && figure->half_width > 0)
        snprintf(buffer, CELL_BYTES, "%s " PLUS_MINUS "%s", number,
                 out_format_half_width(figure->mean * scale, figure->half_width * scale, half));
    else
        snprintf(buffer, CELL_BYTES, "%s", number);
    return buffer;
}

static const char *unit_of(const struct out_figure *figure)
{
    return figure->is_share ? "%" : strcmp(figure->unit, "1") == 0 ? "" : figure->unit;
}

static void put_totals(struct chapters *of)
{
    static const char *const column[] = {"Figure", "Mean", "Unit", "Replications", "What it is"};

    out_report_table(of->report, "Of all machines and users together", column, 5, 1, 2);
    for (size_t f = 0; f < of->summary->figure_count; f++) {
        const struct out_figure *figure = &of->summary->figure[f];
        char name[NAME_BYTES], cell[CELL_BYTES];

        if (*figure->selector || isnan(figure->mean))
            continue;
        out_text_add(&of->report->html, "<tr>");
        out_report_element(&of->report->html, "th scope=\"row\"",
                           mdl_figure_text(figure->name, figure->statistic, "", name, sizeof name));
        out_report_element(&of->report->html, "td class=\"n\"", amount(figure, cell));
        out_report_element(&of->report->html, "td class=\"u\"", unit_of(figure));
        out_text_add(&of->report->html, "<td>%zu</td>", figure->n);
        out_report_element(&of->report->html, "td", figure->help);
        out_text_add(&of->report->html, "</tr>\n");
    }
    out_report_table_end(of->report);
}

static bool is_of(const struct out_figure *figure, const char *key, const char *item)
{
    char selector[NAME_BYTES];

    snprintf(selector, sizeof selector, "%s=%s", key, item);
    return strcmp(figure->selector, selector) == 0;
}

/* What is told by this key alone, figure by figure and item by item. */
static void put_group(struct chapters *of, const char *key, const char *caption)
{
    const struct out_summary *summary = of->summary;
    const char *item[ITEMS_MAX], *column[] = {"Figure", "Of", "Mean", "Unit"};
    size_t items = out_summary_items(summary, key, item, ITEMS_MAX);

    if (items == 0)
        return;
    items = items < ITEMS_MAX ? items : ITEMS_MAX;
    out_text_add(&of->report->html, "<details><summary>");
    out_report_text(&of->report->html, caption);
    out_text_add(&of->report->html, "</summary>\n");
    out_report_table(of->report, caption, column, 4, 2, 3);
    for (size_t f = 0; f < summary->figure_count; f++)
        for (size_t i = 0; i < items; i++) {
            const struct out_figure *figure = &summary->figure[f];
            char name[NAME_BYTES], cell[CELL_BYTES];

            if (!is_of(figure, key, item[i]) || isnan(figure->mean))
                continue;
            out_text_add(&of->report->html, "<tr>");
            out_report_element(
                &of->report->html, "th scope=\"row\"",
                mdl_figure_text(figure->name, figure->statistic, "", name, sizeof name));
            out_report_element(&of->report->html, "td",
                               strcmp(key, "kind") == 0 ? out_kind_words(item[i])
                                                        : out_summary_title(summary, item[i]));
            out_report_element(&of->report->html, "td class=\"n\"", amount(figure, cell));
            out_report_element(&of->report->html, "td class=\"u\"", unit_of(figure));
            out_text_add(&of->report->html, "</tr>\n");
        }
    out_report_table_end(of->report);
    out_text_add(&of->report->html, "</details>\n");
}

static void put_figures(struct chapters *of)
{
    out_text_add(&of->report->html, "<h2>Figures in numbers</h2>\n");
    out_text_add(&of->report->words, "%s",
                 of->summary->replication_count > 1
                     ? PLUS_MINUS " is the half-width of the 95 % interval of the mean over "
                                  "replications. > x: so many had not started at the end that the "
                                  "figure lies beyond the longest seen."
                     : "One replication, so no intervals: how much is chance is not known.");
    out_report_words(of->report, "p");
    put_totals(of);
    put_group(of, "kind", "By kind of user");
    put_group(of, "site", "By site");
    put_group(of, "partition", "By partition");
    put_group(of, "class", "By class of job");
    put_group(of, "link", "By link");
    put_group(of, "border", "By border between states");
    put_group(of, "tier", "By tier of storage");
    put_group(of, "fleet", "By fleet");
}

static void put_how(struct chapters *of)
{
    out_text_add(&of->report->html, "<h2>How to make it again</h2>\n");
    if (of->command) {
        out_text_add(&of->report->html, "<pre><code>");
        out_report_text(&of->report->html, of->command);
        out_text_add(&of->report->html, "</code></pre>\n");
    }
    out_text_add(&of->report->words,
                 "The scenario as resolved is /meta/scenario of the result. aifsim %s with seed "
                 "%llu and %zu replication%s gives the same values on any number of threads; their "
                 "digest is %s.",
                 of->summary->version, (unsigned long long)of->summary->seed,
                 of->summary->replication_count, of->summary->replication_count == 1 ? "" : "s",
                 of->digest);
    out_report_words(of->report, "p");
    out_report_end(of->report);
}

enum sim_status out_report_result_chapters(struct out_report *report, struct sim_error *err)
{
    struct out_result *result;
    struct chapters of = {.report = report};
    enum sim_status status = out_result_open(report->path, &result, err);

    if (status)
        return status;
    of.summary = &result->summary;
    of.digest = result->digest;
    of.command = out_result_meta(result, "command");
    put_head(&of);
    status = put_summary(&of, err);
    if (!status)
        status = out_report_figures(report, out_plot_result, err);
    if (!status) {
        put_figures(&of);
        out_report_assumptions(report, "Every input", of.summary->input, of.summary->input_count);
        put_how(&of);
    }
    out_result_close(result);
    return status;
}
