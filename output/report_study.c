/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/report_private.h"
#include "output/study_plots.h"
#include "output/study_tables.h"
#include "output/tables.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"

struct chapters {
    struct out_report *report;
    const struct out_study *study;
};

static void put_number(struct chapters *of, size_t key, double value, double half_width)
{
    char number[OUT_STUDY_NUMBER_BYTES];

    out_report_element(&of->report->html, "td class=\"n\"",
                       out_study_number(of->study, key, value, half_width, number, sizeof number));
}

static void put_head(struct chapters *of)
{
    const struct out_study *study = of->study;
    const char *title = *study->question ? study->question : study->name;
    char start[16], end[16];

    sim_date_format(study->start_days, start);
    sim_date_format(study->end_days, end);
    out_report_begin(of->report, title);
    out_text_add(&of->report->words,
                 "%s. %zu option%s, %s to %s, %zu replication%s of each under common random "
                 "numbers, seed %llu; aifsim %s.",
                 study->name, study->option_count, study->option_count == 1 ? "" : "s", start, end,
                 study->replication_count, study->replication_count == 1 ? "" : "s",
                 (unsigned long long)study->seed, study->version);
    out_report_words(of->report, "p");
}

static void put_answer(struct chapters *of)
{
    const struct out_study *study = of->study;

    out_text_add(&of->report->html, "<h2>Answer</h2>\n");
    for (size_t k = 0; k < study->key_count; k++) {
        if (!(study->key_is_judged[k] > 0) || study->option_count < 2)
            continue;
        out_text_add(&of->report->words, "%s: ", study->key_name[k]);
        out_study_best(&of->report->words, study, k);
        out_report_words(of->report, "p");
        out_text_add(&of->report->html, "<ul>\n");
        for (size_t i = 1; i < study->option_count; i++) {
            out_study_sentence(&of->report->words, study, out_study_nth(study, i), k);
            out_report_words(of->report, "li");
        }
        out_text_add(&of->report->html, "</ul>\n");
    }
    if (study->option_count < 2)
        out_report_element(&of->report->html, "p", "There is one option, so nothing is compared.");
}

static void put_changes(struct chapters *of, size_t option)
{
    const struct out_study *study = of->study;
    size_t count = 0;

    out_text_add(&of->report->html, "<td>");
    for (size_t c = 0; c < study->change_count; c++) {
        if (strcmp(study->change_option[c], study->option_name[option]) != 0)
            continue;
        out_text_add(&of->report->html, "%s", count++ ? "<br>" : "");
        out_report_text(&of->report->html, study->change_path[c]);
        out_text_add(&of->report->html, ": ");
        out_report_text(&of->report->html, study->change_value[c]);
    }
    out_text_add(&of->report->html, "%s</td>\n", count ? "" : "nothing: the scenario as it is");
}

static void put_options(struct chapters *of)
{
    static const char *const column[] = {"Option", "Description", "What it changes"};
    const struct out_study *study = of->study;

    out_text_add(&of->report->html, "<h2>Options</h2>\n");
    out_report_table(of->report, "What is compared, the baseline first", column, 3, 3, 3);
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        out_text_add(&of->report->html, "<tr>");
        out_text_add(&of->report->words, "%s%s", study->option_title[option],
                     option == study->baseline ? " (baseline)" : "");
        out_report_words(of->report, "th scope=\"row\"");
        out_report_element(&of->report->html, "td", study->option_description[option]);
        put_changes(of, option);
        out_text_add(&of->report->html, "</tr>\n");
    }
    out_report_table_end(of->report);
}

static void put_key_row(struct chapters *of, size_t option, size_t key)
{
    const struct out_study *study = of->study;
    size_t at = out_study_at(study, option, key);
    bool is_baseline = option == study->baseline;
    char number[OUT_STUDY_NUMBER_BYTES];

    out_text_add(&of->report->html, "<tr>");
    out_text_add(&of->report->words, "%s%s", study->option_title[option],
                 is_baseline ? " (baseline)" : "");
    out_report_words(of->report, "th scope=\"row\"");
    out_report_element(&of->report->html, "td class=\"n\"",
                       out_study_mean(study, option, key, number, sizeof number));
    if (is_baseline)
        out_text_add(&of->report->html, "<td></td><td></td><td></td>\n");
    else {
        put_number(of, key, study->difference[at], study->difference_half_width[at]);
        out_report_element(&of->report->html, "td",
                           study->key_is_judged[key] > 0 ? study->verdict[at] : "not judged");
        out_text_add(&of->report->html, "<td class=\"n\">%zu of %zu</td>\n",
                     out_study_worlds_with_sign(study, option, key), study->world_count);
    }
    put_number(of, key,
               study->robustness[(key * study->option_count + option) * OUT_STUDY_RULES + 1], NAN);
    out_text_add(&of->report->html, "</tr>\n");
}

static void put_keys(struct chapters *of)
{
    static const char *const column[] = {"Option",  "Mean",      "Difference",
                                         "Verdict", "Same sign", "Worst regret"};
    const struct out_study *study = of->study;

    out_text_add(&of->report->html, "<h2>Key figures</h2>\n");
    out_text_add(&of->report->words,
                 PLUS_MINUS " is the half-width of a %.0f %% interval over replications, as "
                            "planned. Differences are paired, and adjusted by Holm's rule over "
                            "%zu comparisons. Same sign: worlds in which the difference has the "
                            "sign that it has as planned. Worst regret: what the option loses "
                            "against the best one in the world where it loses most. %s",
                 100 * study->level, study->comparisons, out_study_best_note);
    out_report_words(of->report, "p");
    if (out_study_is_short(&of->report->words, study))
        out_report_words(of->report, "p");
    for (size_t k = 0; k < study->key_count; k++) {
        const char *unit = out_study_unit(study, k), *better = out_study_better(study, k);
        char caption[700], matters[OUT_STUDY_NUMBER_BYTES];
        int used = snprintf(caption, sizeof caption, "%s%s%s%s", study->key_name[k],
                            *unit ? ", " : "", unit,
                            !(study->key_is_judged[k] > 0) ? ""
                            : strcmp(better, "low") == 0   ? "; less is better"
                                                           : "; more is better");

        if (study->key_matters[k] > 0)
            snprintf(
                caption + used, sizeof caption - (size_t)used, "; a difference counts from %s%s%s",
                out_study_number(study, k, study->key_matters[k], NAN, matters, sizeof matters),
                *unit ? " " : "", unit);
        out_report_table(of->report, caption, column, 6, 1, 3);
        for (size_t i = 0; i < study->option_count; i++)
            put_key_row(of, out_study_nth(study, i), k);
        out_report_table_end(of->report);
        out_report_element(&of->report->html, "p",
                           study->figure_help[(size_t)study->key_figure[k]]);
    }
}

static void put_choices(struct chapters *of)
{
    const struct out_study *study = of->study;
    const char *column[OUT_STUDY_RULES + 1] = {"Key figure"};
    size_t count = 1, rule[OUT_STUDY_RULES];

    for (size_t m = 0; m < OUT_STUDY_RULES; m++) {
        bool is_known = false;

        for (size_t k = 0; k < study->key_count; k++)
            is_known = is_known || out_study_choice(study, k, m) < study->option_count;
        if (is_known) {
            rule[count - 1] = m;
            column[count++] = out_study_rules[m];
        }
    }
    out_report_table(of->report, "The option that each rule chooses", column, count, count, count);
    for (size_t k = 0; k < study->key_count; k++) {
        if (!(study->key_is_judged[k] > 0))
            continue;
        out_text_add(&of->report->html, "<tr>");
        out_report_element(&of->report->html, "th scope=\"row\"", study->key_name[k]);
        for (size_t c = 0; c + 1 < count; c++) {
            out_study_chosen(&of->report->words, study, k, rule[c]);
            out_report_words(of->report, "td");
        }
        out_text_add(&of->report->html, "</tr>\n");
    }
    out_report_table_end(of->report);
}

static void put_worlds(struct chapters *of)
{
    const struct out_study *study = of->study;

    if (study->world_count < 2 || study->option_count < 2)
        return;
    out_text_add(&of->report->html, "<h2>Over all worlds</h2>\n");
    out_report_element(
        &of->report->html, "p",
        "Worlds are the scenario as planned, its futures, and draws of its uncertain "
        "inputs. They have no probabilities here, and are never pooled with replications. "
        "The rules disagree where the answer depends on how much risk is taken: maximin "
        "looks at the worst value, minimax regret at the largest loss against the best "
        "option of the same world, Hurwicz at the mean of best and worst value, p90 regret "
        "at the loss that nine of ten worlds stay below.");
    put_choices(of);
}

static void put_front(struct chapters *of)
{
    const struct out_study *study = of->study;
    size_t traded = 0;

    for (size_t k = 0; k < study->key_count; k++)
        traded += study->key_is_traded_off[k] > 0;
    if (traded < 2)
        return;
    out_text_add(&of->report->html, "<h2>Trade-off</h2>\n");
    out_text_add(&of->report->words, "Options that no other beats in all of");
    for (size_t k = 0, n = 0; k < study->key_count; k++)
        if (study->key_is_traded_off[k] > 0)
            out_text_add(&of->report->words, "%s %s", n++ ? "," : "", study->key_name[k]);
    out_text_add(&of->report->words, ":");
    out_report_words(of->report, "p");
    out_text_add(&of->report->html, "<ul>\n");
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        if (!(study->is_front[option] > 0))
            continue;
        out_text_add(&of->report->words, "%s (in %.0f %% of resamples of replications)",
                     study->option_title[option], 100 * study->front_share[option]);
        out_report_words(of->report, "li");
    }
    out_text_add(&of->report->html, "</ul>\n");
    if (out_study_unplaced(&of->report->words, study))
        out_report_words(of->report, "p");
}

static void put_prices(struct chapters *of)
{
    static const char *const column[] = {"Option", "Key figure", "EUR per unit gained", "From",
                                         "To"};
    const struct out_study *study = of->study;
    size_t count = 0;

    for (size_t i = 1; i < study->option_count; i++)
        for (size_t k = 0; k < study->key_count; k++) {
            size_t option = out_study_nth(study, i), at = out_study_at(study, option, k);
            double scale = out_study_scale(study, k);
            const double shown[] = {study->price[at], study->price_low[at], study->price_high[at]};

            if (!isfinite(study->price[at]))
                continue;
            if (count++ == 0) {
                out_text_add(&of->report->html, "<h2>What a unit gained costs</h2>\n");
                out_report_table(of->report, study->cost, column, 5, 2, 5);
            }
            out_text_add(&of->report->html, "<tr>");
            out_report_element(&of->report->html, "th scope=\"row\"", study->option_title[option]);
            out_report_element(&of->report->html, "td", study->key_name[k]);
            for (size_t c = 0; c < 3; c++) {
                char number[OUT_NUMBER_BYTES];

                out_report_element(&of->report->html, "td class=\"n\"",
                                   out_format_number(shown[c] / scale, NAN, number));
            }
            out_text_add(&of->report->html, "</tr>\n");
        }
    if (count)
        out_report_table_end(of->report);
}

static void put_breakevens(struct chapters *of)
{
    if (!of->study->breakeven_count)
        return;
    out_text_add(&of->report->html, "<h2>What would change the answer</h2>\n<ul>\n");
    for (size_t b = 0; b < of->study->breakeven_count; b++) {
        out_study_breakeven(&of->report->words, of->study, b);
        out_report_words(of->report, "li");
    }
    out_text_add(&of->report->html, "</ul>\n");
}

static void put_how(struct chapters *of)
{
    out_text_add(&of->report->html, "<h2>How to make it again</h2>\n<pre><code>");
    out_report_text(&of->report->html, of->study->command);
    out_text_add(&of->report->html, "</code></pre>\n");
    out_text_add(&of->report->words,
                 "aifsim %s gives the same values on any number of threads; their digest is %s.",
                 of->study->version, of->study->digest);
    out_report_words(of->report, "p");
    out_report_end(of->report);
}

static void put_assumptions(struct chapters *of)
{
    const struct out_study *study = of->study;
    struct sim_input *input = malloc((study->input_count + 1) * sizeof *input);

    if (!input) {
        of->report->html.is_out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < study->input_count; i++)
        input[i] = (struct sim_input){.path = study->input_path[i],
                                      .value = study->input_value[i],
                                      .unit = study->input_unit[i],
                                      .source = study->input_source[i],
                                      .quality = study->input_quality[i],
                                      .origin = study->input_origin[i]};
    out_report_assumptions(of->report, "Every input of the baseline", input, study->input_count);
    free(input);
}

enum sim_status out_report_study_chapters(struct out_report *report, struct sim_error *err)
{
    struct chapters of = {.report = report};
    enum sim_status status = out_study_open(report->path, &of.study, err);

    if (status)
        return status;
    put_head(&of);
    put_answer(&of);
    put_options(&of);
    put_keys(&of);
    put_worlds(&of);
    put_front(&of);
    put_prices(&of);
    put_breakevens(&of);
    status = out_report_figures(report, out_plot_study, err);
    if (!status) {
        put_assumptions(&of);
        put_how(&of);
    }
    out_study_close(of.study);
    return status;
}
