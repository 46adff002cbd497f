/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/tables.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"
enum { NAME_WIDTH = 28, CELL_BYTES = 160, NAME_BYTES = 4 * 64 + 1 };

/* ---- words ---- */

const char *out_study_number(const struct out_study *study, size_t key, double value,
                             double half_width, char *buffer, size_t bytes)
{
    double scale = out_study_scale(study, key);
    char number[OUT_NUMBER_BYTES], half[OUT_NUMBER_BYTES];

    value *= scale;
    half_width *= scale;
    out_format_number(value, half_width, number);
    if (isfinite(value) && isfinite(half_width) && half_width > 0)
        snprintf(buffer, bytes, "%s " PLUS_MINUS "%s", number,
                 out_format_half_width(value, half_width, half));
    else
        snprintf(buffer, bytes, "%s", number);
    return buffer;
}

const char *out_study_mean(const struct out_study *study, size_t option, size_t key, char *buffer,
                           size_t bytes)
{
    size_t at = out_study_at(study, option, key);
    char number[OUT_NUMBER_BYTES];

    if (!isfinite(study->bound[at]))
        return out_study_number(study, key, study->mean[at], study->half_width[at], buffer, bytes);
    out_format_number(study->bound[at] * out_study_scale(study, key), NAN, number);
    snprintf(buffer, bytes, "> %s", number);
    return buffer;
}

static void add_name(struct out_text *text, const char *name)
{
    char clean[4 * 80 + 1];

    out_text_append(text, clean, strlen(out_shorten(name, clean, 80)));
}

static void add_value(struct out_text *text, const struct out_study *study, size_t key,
                      double value, double half_width)
{
    char number[OUT_STUDY_NUMBER_BYTES];
    const char *unit = out_study_unit(study, key);

    out_text_add(text, "%s%s%s",
                 out_study_number(study, key, value, half_width, number, sizeof number),
                 *unit ? " " : "", unit);
}

size_t out_study_worlds_with_sign(const struct out_study *study, size_t option, size_t key)
{
    return (size_t)lround(study->sign_share[out_study_at(study, option, key)] *
                          (double)study->world_count);
}

/* "-9.2 ±0.5 h (-95 %)" */
static void add_difference(struct out_text *text, const struct out_study *study, size_t at,
                           size_t key)
{
    add_value(text, study, key, study->difference[at], study->difference_half_width[at]);
    if (isfinite(study->relative[at]))
        out_text_add(text, " (%+.0f %%)", 100 * study->relative[at]);
}

/* "open: at the end so many had not started that only bounds are known: One server > 12 h" */
static void add_bounds(struct out_text *text, const struct out_study *study, size_t option,
                       size_t key)
{
    const size_t both[] = {option, study->baseline};
    const char *unit = out_study_unit(study, key);
    char number[OUT_STUDY_NUMBER_BYTES];

    out_text_add(text, "open: so many had not started at the end that the figure is only known to "
                       "be larger than the longest seen (");
    for (size_t i = 0, n = 0; i < 2; i++) {
        if (!isfinite(study->bound[out_study_at(study, both[i], key)]))
            continue;
        out_text_add(text, "%s", n++ ? ", " : "");
        add_name(text, study->option_title[both[i]]);
        out_text_add(text, " %s%s%s", out_study_mean(study, both[i], key, number, sizeof number),
                     *unit ? " " : "", unit);
    }
    out_text_add(text, ")");
}

static bool has_mean(const struct out_study *study, size_t option, size_t key)
{
    return isfinite(study->mean[out_study_at(study, option, key)]);
}

static bool has_bound(const struct out_study *study, size_t option, size_t key)
{
    return isfinite(study->bound[out_study_at(study, option, key)]) ||
           isfinite(study->bound[out_study_at(study, study->baseline, key)]);
}

/* Why a difference that is there counts for nothing, or that there is none. */
static void add_reason(struct out_text *text, const struct out_study *study, size_t option,
                       size_t key)
{
    size_t at = out_study_at(study, option, key);
    double half = study->difference_half_width[at], difference = study->difference[at];

    if (!isfinite(difference) && has_bound(study, option, key))
        add_bounds(text, study, option, key);
    else if (!isfinite(difference))
        out_text_add(text, has_mean(study, option, key) || has_mean(study, study->baseline, key)
                               ? "one of the two has no such figure"
                               : "neither of the two has such a figure");
    else if (difference == 0 && !(half > 0))
        out_text_add(text, "equal in every replication");
    else if (!(fabs(difference) > half)) {
        out_text_add(text, "cannot be told apart (difference ");
        add_difference(text, study, at, key);
        out_text_add(text, ")");
    } else if (fabs(difference) < study->key_matters[key]) {
        out_text_add(text, "differ by less than what matters (");
        add_difference(text, study, at, key);
        out_text_add(text, ", what counts is ");
        add_value(text, study, key, study->key_matters[key], NAN);
        out_text_add(text, ")");
    } else {
        out_text_add(text, "open: the sign of the difference holds in %zu of %zu worlds only (",
                     out_study_worlds_with_sign(study, option, key), study->world_count);
        add_difference(text, study, at, key);
        out_text_add(text, " as planned)");
    }
}

void out_study_sentence(struct out_text *text, const struct out_study *study, size_t option,
                        size_t key)
{
    size_t at = out_study_at(study, option, key);
    const char *verdict = study->verdict[at];
    bool is_open = strcmp(verdict, "open") == 0;

    out_text_add(text, "%s: ", study->key_name[key]);
    add_name(text, study->option_title[option]);
    if (!study->key_is_judged[key]) {
        out_text_add(text, " differs by ");
        add_difference(text, study, at, key);
        out_text_add(text, "; neither way is better");
        return;
    }
    if (is_open) {
        out_text_add(text, " and ");
        add_name(text, study->option_title[study->baseline]);
        out_text_add(text, ": ");
        add_reason(text, study, option, key);
        return;
    }
    out_text_add(text, strncmp(verdict, "leans", 5) == 0 ? " %s than " : " is %s than ", verdict);
    add_name(text, study->option_title[study->baseline]);
    out_text_add(text, " by ");
    add_difference(text, study, at, key);
    if (study->world_count > 1)
        out_text_add(text, ", with this sign in %zu of %zu worlds",
                     out_study_worlds_with_sign(study, option, key), study->world_count);
}

void out_study_best(struct out_text *text, const struct out_study *study, size_t key)
{
    size_t kept = 0, known = 0, n = 0;

    for (size_t o = 0; o < study->option_count; o++) {
        size_t at = out_study_at(study, o, key);

        kept += study->is_kept[at] > 0;
        known += isfinite(study->mean[at]) || isfinite(study->bound[at]);
    }
    if (!study->key_is_judged[key] || kept == 0) {
        out_text_add(text, "Nothing is best: neither way is better.");
        return;
    }
    if (known == 0) {
        out_text_add(text, "No option has this figure.");
        return;
    }
    if (kept == study->option_count && kept > 1) {
        out_text_add(text, "No option can be told from the best.");
        return;
    }
    out_text_add(text, kept == 1 ? "Best: " : "Cannot be told from the best: ");
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        if (!(study->is_kept[out_study_at(study, option, key)] > 0))
            continue;
        out_text_add(text, "%s", n++ ? ", " : "");
        add_name(text, study->option_title[option]);
    }
    out_text_add(text, ".");
}

const char out_study_best_note[] =
    "Best: left when all options are screened in that figure alone, at the same level.";

bool out_study_unplaced(struct out_text *text, const struct out_study *study)
{
    size_t n = 0;

    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);
        bool is_bound = false;

        for (size_t k = 0; k < study->key_count; k++)
            is_bound = is_bound || (study->key_is_traded_off[k] > 0 &&
                                    isfinite(study->bound[out_study_at(study, option, k)]));
        if (!is_bound)
            continue;
        out_text_add(text, "%s",
                     n++ ? ", " : "Not placed, as of one figure only a bound is known: ");
        add_name(text, study->option_title[option]);
    }
    return n > 0;
}

/* By its name; itself when it is none. */
static const char *title_of(const struct out_study *study, const char *option)
{
    for (size_t o = 0; o < study->option_count; o++)
        if (strcmp(study->option_name[o], option) == 0)
            return study->option_title[o];
    return option;
}

static void add_input(struct out_text *text, double value)
{
    char number[OUT_NUMBER_BYTES];

    out_text_add(text, "%s",
                 isfinite(value) ? out_format_number(value, NAN, number)
                 : value < 0     ? "below that"
                                 : "above that");
}

void out_study_breakeven(struct out_text *text, const struct out_study *study, size_t question)
{
    size_t b = question;
    const char *unit = study->breakeven_unit[b], *answer = study->breakeven_answer[b];

    out_text_add(text, "%s: ", study->breakeven_figure[b]);
    add_name(text, title_of(study, study->breakeven_option[b]));
    out_text_add(text, " and ");
    add_name(text, study->option_title[study->baseline]);
    if (strcmp(answer, "once") == 0) {
        out_text_add(text, " are equal at %s ", study->breakeven_input[b]);
        add_input(text, study->breakeven_value[b]);
        out_text_add(text, " %s (", unit);
        add_input(text, study->breakeven_low[b]);
        out_text_add(text, " to ");
        add_input(text, study->breakeven_high[b]);
        out_text_add(text, "), looked for");
    } else if (strcmp(answer, "along") == 0) {
        out_text_add(text, " are equal with %s from ", study->breakeven_input[b]);
        add_input(text, study->breakeven_low[b]);
        out_text_add(text, " to ");
        add_input(text, study->breakeven_high[b]);
        out_text_add(text, "%s%s, looked for", *unit ? " " : "", unit);
    } else {
        out_text_add(text, " %s, with %s",
                     strcmp(answer, "never") == 0   ? "keep their order wherever it was looked"
                     : strcmp(answer, "often") == 0 ? "are equal more than once"
                                                    : "cannot be compared everywhere",
                     study->breakeven_input[b]);
    }
    out_text_add(text, " from ");
    add_input(text, study->breakeven_from[b]);
    out_text_add(text, " to ");
    add_input(text, study->breakeven_to[b]);
    out_text_add(text, "%s%s", *unit ? " " : "", unit);
}

/* Of a measure, less is better: always for regrets, for values as the figure is. */
static bool is_less_better(const struct out_study *study, size_t key, size_t rule)
{
    if (strcmp(out_study_rules[rule], "satisficing") == 0)
        return false;
    return strstr(out_study_rules[rule], "regret") ||
           strcmp(out_study_better(study, key), "low") == 0;
}

size_t out_study_choice(const struct out_study *study, size_t key, size_t rule)
{
    size_t chosen = study->option_count;
    double best = NAN;

    for (size_t o = 0; o < study->option_count; o++) {
        double measure =
            study->robustness[(key * study->option_count + o) * OUT_STUDY_RULES + rule];

        if (!isfinite(measure))
            continue;
        if (chosen == study->option_count ||
            (is_less_better(study, key, rule) ? measure < best : measure > best)) {
            chosen = o;
            best = measure;
        }
    }
    return chosen;
}

/* ---- tables ---- */

static void put_padded(FILE *file, const char *text, size_t width, bool to_the_right)
{
    size_t wide = out_text_width(text), gap = wide < width ? width - wide : 0;

    fprintf(file, "%*s%s%*s", to_the_right ? (int)gap : 0, "", text, to_the_right ? 0 : (int)gap,
            "");
}

static void print_head(FILE *file, const struct out_study *study)
{
    char start[16], end[16], name[4 * 300 + 1];
    size_t futures = 0, draws = 0;

    for (size_t w = 0; w < study->world_count; w++) {
        futures += strcmp(study->world_kind[w], "future") == 0;
        draws += strcmp(study->world_kind[w], "draw") == 0;
    }
    out_clean(*study->question ? study->question : study->name, name, 300);
    sim_date_format(study->start_days, start);
    sim_date_format(study->end_days, end);
    fprintf(file,
            "%s\n%zu option%s, %s to %s, %zu replication%s of each under common random "
            "numbers, seed %llu\n",
            name, study->option_count, study->option_count == 1 ? "" : "s", start, end,
            study->replication_count, study->replication_count == 1 ? "" : "s",
            (unsigned long long)study->seed);
    if (study->world_count > 1)
        fprintf(file,
                "%zu worlds: as planned, %zu other future%s, %zu draw%s of uncertain inputs\n",
                study->world_count, futures, futures == 1 ? "" : "s", draws, draws == 1 ? "" : "s");
}

static void print_key_head(FILE *file, const struct out_study *study, size_t key)
{
    const char *unit = out_study_unit(study, key), *better = out_study_better(study, key);
    char matters[OUT_STUDY_NUMBER_BYTES];

    fprintf(file, "\n%s%s%s", study->key_name[key], *unit ? ", " : "", unit);
    if (study->key_is_judged[key])
        fprintf(file, " - %s is better", strcmp(better, "low") == 0 ? "less" : "more");
    if (study->key_matters[key] > 0)
        fprintf(file, "; a difference counts from %s%s%s",
                out_study_number(study, key, study->key_matters[key], NAN, matters, sizeof matters),
                *unit ? " " : "", unit);
    fputs("\n  ", file);
    put_padded(file, "option", NAME_WIDTH, false);
    put_padded(file, "mean", 20, true);
    put_padded(file, "difference", 22, true);
    fputs("  verdict     ", file);
    if (study->world_count > 1)
        fprintf(file, "  same sign  worst regret");
    putc('\n', file);
}

static void print_option(FILE *file, const struct out_study *study, size_t option, size_t key)
{
    size_t at = out_study_at(study, option, key);
    bool is_baseline = option == study->baseline;
    char name[NAME_BYTES + 16], cell[CELL_BYTES], number[OUT_STUDY_NUMBER_BYTES];

    out_shorten(study->option_title[option], name, is_baseline ? NAME_WIDTH - 11 : NAME_WIDTH);
    if (is_baseline)
        strcat(name, " (baseline)");
    fputs("  ", file);
    put_padded(file, name, NAME_WIDTH, false);
    put_padded(file, out_study_mean(study, option, key, number, sizeof number), 20, true);
    put_padded(file,
               is_baseline
                   ? ""
                   : out_study_number(study, key, study->difference[at],
                                      study->difference_half_width[at], number, sizeof number),
               22, true);
    snprintf(cell, sizeof cell, "  %s",
             is_baseline                 ? ""
             : study->key_is_judged[key] ? study->verdict[at]
                                         : "-");
    put_padded(file, cell, 14, false);
    if (study->world_count > 1) {
        double regret =
            study->robustness[(key * study->option_count + option) * OUT_STUDY_RULES + 1];

        snprintf(cell, sizeof cell, "%zu of %zu", out_study_worlds_with_sign(study, option, key),
                 study->world_count);
        put_padded(file, is_baseline ? "" : study->difference[at] == 0 ? "-" : cell, 11, true);
        put_padded(file, out_study_number(study, key, regret, NAN, number, sizeof number), 14,
                   true);
    }
    putc('\n', file);
}

static void print_line(FILE *file, struct out_text *text)
{
    if (!text->is_out_of_memory)
        fprintf(file, "  %s\n", text->bytes ? text->bytes : "");
    text->length = 0;
}

static void print_key(FILE *file, const struct out_study *study, size_t key, struct out_text *text)
{
    print_key_head(file, study, key);
    for (size_t i = 0; i < study->option_count; i++)
        print_option(file, study, out_study_nth(study, i), key);
    if (study->option_count > 1 && study->key_is_judged[key]) {
        out_study_best(text, study, key);
        print_line(file, text);
    }
}

/* ---- what follows ---- */

static void print_verdicts(FILE *file, const struct out_study *study, struct out_text *text)
{
    fputs("\nAgainst the baseline\n", file);
    for (size_t i = 1; i < study->option_count; i++)
        for (size_t k = 0; k < study->key_count; k++) {
            out_study_sentence(text, study, out_study_nth(study, i), k);
            print_line(file, text);
        }
}

static void print_front(FILE *file, const struct out_study *study, struct out_text *text)
{
    size_t traded = 0;

    for (size_t k = 0; k < study->key_count; k++)
        traded += study->key_is_traded_off[k] > 0;
    if (traded < 2)
        return;
    fputs("\nNot beaten in all of", file);
    for (size_t k = 0, n = 0; k < study->key_count; k++)
        if (study->key_is_traded_off[k] > 0)
            fprintf(file, "%s %s", n++ ? "," : "", study->key_name[k]);
    putc('\n', file);
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        if (!(study->is_front[option] > 0))
            continue;
        add_name(text, study->option_title[option]);
        out_text_add(text, " (in %.0f %% of resamples)", 100 * study->front_share[option]);
        print_line(file, text);
    }
    if (out_study_unplaced(text, study))
        print_line(file, text);
}

static void print_choices(FILE *file, const struct out_study *study, struct out_text *text)
{
    if (study->world_count < 2 || study->option_count < 2)
        return;
    fputs("\nChosen over all worlds, without probabilities\n", file);
    for (size_t k = 0; k < study->key_count; k++) {
        if (!study->key_is_judged[k])
            continue;
        out_text_add(text, "%s:", study->key_name[k]);
        for (size_t m = 0, n = 0; m < OUT_STUDY_RULES; m++) {
            size_t chosen = out_study_choice(study, k, m);

            if (chosen == study->option_count)
                continue;
            out_text_add(text, "%s %s ", n++ ? ";" : "", out_study_rules[m]);
            add_name(text, study->option_title[chosen]);
        }
        print_line(file, text);
    }
}

static void print_prices(FILE *file, const struct out_study *study, struct out_text *text)
{
    bool has_head = false;

    for (size_t i = 1; i < study->option_count; i++)
        for (size_t k = 0; k < study->key_count; k++) {
            size_t at = out_study_at(study, out_study_nth(study, i), k);
            char price[OUT_NUMBER_BYTES], low[OUT_NUMBER_BYTES], high[OUT_NUMBER_BYTES];
            double scale = out_study_scale(study, k);
            const char *unit = out_study_unit(study, k);

            if (!isfinite(study->price[at]))
                continue;
            if (!has_head)
                fprintf(file, "\nWhat a unit gained costs, by %s\n", study->cost);
            has_head = true;
            add_name(text, study->option_title[out_study_nth(study, i)]);
            out_text_add(text, ", %s: %s EUR per %s gained (%s to %s)", study->key_name[k],
                         out_format_number(study->price[at] / scale, NAN, price),
                         *unit ? unit : "1",
                         out_format_number(study->price_low[at] / scale, NAN, low),
                         out_format_number(study->price_high[at] / scale, NAN, high));
            print_line(file, text);
        }
}

static void print_breakevens(FILE *file, const struct out_study *study, struct out_text *text)
{
    if (study->breakeven_count)
        fputs("\nBreak-even\n", file);
    for (size_t b = 0; b < study->breakeven_count; b++) {
        out_study_breakeven(text, study, b);
        print_line(file, text);
    }
}

static void print_notes(FILE *file, const struct out_study *study)
{
    fprintf(file,
            "\n" PLUS_MINUS " is the half-width of a %.0f %% interval over replications, as "
            "planned; of differences it is paired\nand adjusted by Holm's rule over %zu "
            "comparison%s. Better or worse: the interval excludes 0, the\ndifference counts, and "
            "its sign holds in 9 of 10 worlds; leans: in 2 of 3; else open.\n%s\n",
            100 * study->level, study->comparisons, study->comparisons == 1 ? "" : "s",
            out_study_best_note);
}

enum sim_status out_print_study(FILE *file, const struct out_study *study, struct sim_error *err)
{
    struct out_text text = {0};
    bool is_out_of_memory;

    print_head(file, study);
    for (size_t k = 0; k < study->key_count; k++)
        print_key(file, study, k, &text);
    if (study->option_count > 1)
        print_verdicts(file, study, &text);
    print_front(file, study, &text);
    print_choices(file, study, &text);
    print_prices(file, study, &text);
    print_breakevens(file, study, &text);
    print_notes(file, study);
    is_out_of_memory = text.is_out_of_memory;
    out_text_release(&text);
    if (is_out_of_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for tables");
    return ferror(file) ? sim_fail(err, SIM_EIO, "cannot write to standard output") : SIM_OK;
}
