/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/report.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/files.h"
#include "output/study.h"
#include "output/study_plots.h"
#include "output/study_tables.h"
#include "output/tables.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"
enum { TEXT_POINTS = 4096, FIGURES_MAX = 8 };

static const char style[] =
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:64rem;"
    "margin:0 auto;padding:1rem}"
    "h1{font-size:1.7rem;line-height:1.25}h2{margin-top:2.2rem;border-bottom:1px solid #8a8a8a}"
    "table{border-collapse:collapse;margin:1rem 0;font-size:.92rem}"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #c8c8c8;padding:.25rem .6rem;text-align:left;"
    "vertical-align:top}"
    "td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".wide{overflow-x:auto}figure{margin:1.5rem 0}svg{max-width:100%;height:auto}"
    "figcaption{font-size:.92rem;color:#404040}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
    "background:#f3f3f3;padding:.6rem}td{overflow-wrap:anywhere}.better{font-weight:600}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}"
    "figure,tr{break-inside:avoid}a{color:inherit}}";

struct report {
    const struct out_study *study;
    struct out_text html, words;
};

/* ---- text ---- */

/* Foreign text: markup becomes characters, what is unprintable goes. */
static void put_text(struct out_text *html, const char *text)
{
    char clean[4 * TEXT_POINTS + 1];

    out_clean(text, clean, TEXT_POINTS);
    for (const char *c = clean; *c; c++) {
        if (*c == '&')
            out_text_append(html, "&amp;", 5);
        else if (*c == '<')
            out_text_append(html, "&lt;", 4);
        else if (*c == '>')
            out_text_append(html, "&gt;", 4);
        else if (*c == '"')
            out_text_append(html, "&quot;", 6);
        else if (*c == '\'')
            out_text_append(html, "&#39;", 5);
        else
            out_text_append(html, c, 1);
    }
}

static void put_element(struct out_text *html, const char *tag, const char *text)
{
    out_text_add(html, "<%s>", tag);
    put_text(html, text);
    out_text_add(html, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

/* What was gathered in report->words, as an element; the words start anew. */
static void put_words(struct report *report, const char *tag)
{
    put_element(&report->html, tag, report->words.bytes ? report->words.bytes : "");
    out_text_release(&report->words);
    report->words = (struct out_text){0};
}

static void put_number(struct report *report, size_t key, double value, double half_width)
{
    char number[OUT_STUDY_NUMBER_BYTES];

    put_element(&report->html, "td class=\"n\"",
                out_study_number(report->study, key, value, half_width, number, sizeof number));
}

static void put_table_head(struct report *report, const char *caption, const char *const *column,
                           size_t count, size_t numbers_from, size_t numbers_to)
{
    out_text_add(&report->html, "<div class=\"wide\"><table>\n");
    put_element(&report->html, "caption", caption);
    out_text_add(&report->html, "<thead><tr>");
    for (size_t i = 0; i < count; i++)
        put_element(&report->html,
                    i >= numbers_from && i < numbers_to ? "th scope=\"col\" class=\"n\""
                                                        : "th scope=\"col\"",
                    column[i]);
    out_text_add(&report->html, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct report *report)
{
    out_text_add(&report->html, "</tbody></table></div>\n");
}

/* ---- the parts ---- */

static void put_head(struct report *report)
{
    const struct out_study *study = report->study;
    const char *title = *study->question ? study->question : study->name;
    char start[16], end[16];

    sim_date_format(study->start_days, start);
    sim_date_format(study->end_days, end);
    out_text_add(&report->html,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                 "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put_element(&report->html, "title", title);
    out_text_add(&report->html, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
    put_element(&report->html, "h1", title);
    out_text_add(&report->words,
                 "%s. %zu option%s, %s to %s, %zu replication%s of each under common random "
                 "numbers, seed %llu; aifsim %s.",
                 study->name, study->option_count, study->option_count == 1 ? "" : "s", start, end,
                 study->replication_count, study->replication_count == 1 ? "" : "s",
                 (unsigned long long)study->seed, study->version);
    put_words(report, "p");
}

static void put_answer(struct report *report)
{
    const struct out_study *study = report->study;

    out_text_add(&report->html, "<h2>Answer</h2>\n");
    for (size_t k = 0; k < study->key_count; k++) {
        if (!(study->key_is_judged[k] > 0) || study->option_count < 2)
            continue;
        out_text_add(&report->words, "%s: ", study->key_name[k]);
        out_study_best(&report->words, study, k);
        put_words(report, "p");
        out_text_add(&report->html, "<ul>\n");
        for (size_t i = 1; i < study->option_count; i++) {
            out_study_sentence(&report->words, study, out_study_nth(study, i), k);
            put_words(report, "li");
        }
        out_text_add(&report->html, "</ul>\n");
    }
    if (study->option_count < 2)
        put_element(&report->html, "p", "There is one option, so nothing is compared.");
}

static void put_changes(struct report *report, size_t option)
{
    const struct out_study *study = report->study;
    size_t count = 0;

    out_text_add(&report->html, "<td>");
    for (size_t c = 0; c < study->change_count; c++) {
        if (strcmp(study->change_option[c], study->option_name[option]) != 0)
            continue;
        out_text_add(&report->html, "%s", count++ ? "<br>" : "");
        put_text(&report->html, study->change_path[c]);
        out_text_add(&report->html, ": ");
        put_text(&report->html, study->change_value[c]);
    }
    out_text_add(&report->html, "%s</td>\n", count ? "" : "nothing: the scenario as it is");
}

static void put_options(struct report *report)
{
    static const char *const column[] = {"Option", "Description", "What it changes"};
    const struct out_study *study = report->study;

    out_text_add(&report->html, "<h2>Options</h2>\n");
    put_table_head(report, "What is compared, the baseline first", column, 3, 3, 3);
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        out_text_add(&report->html, "<tr>");
        out_text_add(&report->words, "%s%s", study->option_title[option],
                     option == study->baseline ? " (baseline)" : "");
        put_words(report, "th scope=\"row\"");
        put_element(&report->html, "td", study->option_description[option]);
        put_changes(report, option);
        out_text_add(&report->html, "</tr>\n");
    }
    end_table(report);
}

static void put_key_row(struct report *report, size_t option, size_t key)
{
    const struct out_study *study = report->study;
    size_t at = out_study_at(study, option, key);
    bool is_baseline = option == study->baseline;
    char number[OUT_STUDY_NUMBER_BYTES];

    out_text_add(&report->html, "<tr>");
    out_text_add(&report->words, "%s%s", study->option_title[option],
                 is_baseline ? " (baseline)" : "");
    put_words(report, "th scope=\"row\"");
    put_element(&report->html, "td class=\"n\"",
                out_study_mean(study, option, key, number, sizeof number));
    if (is_baseline)
        out_text_add(&report->html, "<td></td><td></td><td></td>\n");
    else {
        put_number(report, key, study->difference[at], study->difference_half_width[at]);
        put_element(&report->html, "td",
                    study->key_is_judged[key] > 0 ? study->verdict[at] : "not judged");
        out_text_add(&report->html, "<td class=\"n\">%zu of %zu</td>\n",
                     out_study_worlds_with_sign(study, option, key), study->world_count);
    }
    put_number(report, key,
               study->robustness[(key * study->option_count + option) * OUT_STUDY_RULES + 1], NAN);
    out_text_add(&report->html, "</tr>\n");
}

static void put_keys(struct report *report)
{
    static const char *const column[] = {"Option",  "Mean",      "Difference",
                                         "Verdict", "Same sign", "Worst regret"};
    const struct out_study *study = report->study;

    out_text_add(&report->html, "<h2>Key figures</h2>\n");
    out_text_add(&report->words,
                 PLUS_MINUS " is the half-width of a %.0f %% interval over replications, as "
                            "planned. Differences are paired, and adjusted by Holm's rule over "
                            "%zu comparisons. Same sign: worlds in which the difference has the "
                            "sign that it has as planned. Worst regret: what the option loses "
                            "against the best one in the world where it loses most. %s",
                 100 * study->level, study->comparisons, out_study_best_note);
    put_words(report, "p");
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
        put_table_head(report, caption, column, 6, 1, 3);
        for (size_t i = 0; i < study->option_count; i++)
            put_key_row(report, out_study_nth(study, i), k);
        end_table(report);
        put_element(&report->html, "p", study->figure_help[(size_t)study->key_figure[k]]);
    }
}

static void put_choices(struct report *report)
{
    const struct out_study *study = report->study;
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
    put_table_head(report, "The option that each rule chooses", column, count, count, count);
    for (size_t k = 0; k < study->key_count; k++) {
        if (!(study->key_is_judged[k] > 0))
            continue;
        out_text_add(&report->html, "<tr>");
        put_element(&report->html, "th scope=\"row\"", study->key_name[k]);
        for (size_t c = 0; c + 1 < count; c++) {
            size_t chosen = out_study_choice(study, k, rule[c]);

            put_element(&report->html, "td",
                        chosen < study->option_count ? study->option_title[chosen] : "-");
        }
        out_text_add(&report->html, "</tr>\n");
    }
    end_table(report);
}

static void put_worlds(struct report *report)
{
    const struct out_study *study = report->study;

    if (study->world_count < 2 || study->option_count < 2)
        return;
    out_text_add(&report->html, "<h2>Over all worlds</h2>\n");
    put_element(&report->html, "p",
                "Worlds are the scenario as planned, its futures, and draws of its uncertain "
                "inputs. They have no probabilities here, and are never pooled with replications. "
                "The rules disagree where the answer depends on how much risk is taken: maximin "
                "looks at the worst value, minimax regret at the largest loss against the best "
                "option of the same world, Hurwicz at the mean of best and worst value, p90 regret "
                "at the loss that nine of ten worlds stay below.");
    put_choices(report);
}

static void put_front(struct report *report)
{
    const struct out_study *study = report->study;
    size_t traded = 0;

    for (size_t k = 0; k < study->key_count; k++)
        traded += study->key_is_traded_off[k] > 0;
    if (traded < 2)
        return;
    out_text_add(&report->html, "<h2>Trade-off</h2>\n");
    out_text_add(&report->words, "Options that no other beats in all of");
    for (size_t k = 0, n = 0; k < study->key_count; k++)
        if (study->key_is_traded_off[k] > 0)
            out_text_add(&report->words, "%s %s", n++ ? "," : "", study->key_name[k]);
    out_text_add(&report->words, ":");
    put_words(report, "p");
    out_text_add(&report->html, "<ul>\n");
    for (size_t i = 0; i < study->option_count; i++) {
        size_t option = out_study_nth(study, i);

        if (!(study->is_front[option] > 0))
            continue;
        out_text_add(&report->words, "%s (in %.0f %% of resamples of replications)",
                     study->option_title[option], 100 * study->front_share[option]);
        put_words(report, "li");
    }
    out_text_add(&report->html, "</ul>\n");
    if (out_study_unplaced(&report->words, study))
        put_words(report, "p");
}

static void put_prices(struct report *report)
{
    static const char *const column[] = {"Option", "Key figure", "EUR per unit gained", "From",
                                         "To"};
    const struct out_study *study = report->study;
    size_t count = 0;

    for (size_t i = 1; i < study->option_count; i++)
        for (size_t k = 0; k < study->key_count; k++) {
            size_t option = out_study_nth(study, i), at = out_study_at(study, option, k);
            double scale = out_study_scale(study, k);
            const double shown[] = {study->price[at], study->price_low[at], study->price_high[at]};

            if (!isfinite(study->price[at]))
                continue;
            if (count++ == 0) {
                out_text_add(&report->html, "<h2>What a unit gained costs</h2>\n");
                put_table_head(report, study->cost, column, 5, 2, 5);
            }
            out_text_add(&report->html, "<tr>");
            put_element(&report->html, "th scope=\"row\"", study->option_title[option]);
            put_element(&report->html, "td", study->key_name[k]);
            for (size_t c = 0; c < 3; c++) {
                char number[OUT_NUMBER_BYTES];

                put_element(&report->html, "td class=\"n\"",
                            out_format_number(shown[c] / scale, NAN, number));
            }
            out_text_add(&report->html, "</tr>\n");
        }
    if (count)
        end_table(report);
}

static void put_breakevens(struct report *report)
{
    if (!report->study->breakeven_count)
        return;
    out_text_add(&report->html, "<h2>What would change the answer</h2>\n<ul>\n");
    for (size_t b = 0; b < report->study->breakeven_count; b++) {
        out_study_breakeven(&report->words, report->study, b);
        put_words(report, "li");
    }
    out_text_add(&report->html, "</ul>\n");
}

/* ---- assumptions ---- */

/* The number of a source among those that differ, from 1; 0: none is stated. */
static size_t source_number(const struct out_study *study, const size_t *first, size_t count,
                            const char *source)
{
    for (size_t s = 0; *source && s < count; s++)
        if (strcmp(study->input_source[first[s]], source) == 0)
            return s + 1;
    return 0;
}

static void put_sources(struct report *report, const size_t *first, size_t count)
{
    if (count == 0)
        return;
    out_text_add(&report->html, "<h3>Sources</h3>\n<ol>\n");
    for (size_t s = 0; s < count; s++)
        put_element(&report->html, "li", report->study->input_source[first[s]]);
    out_text_add(&report->html, "</ol>\n");
}

static void put_assumptions(struct report *report)
{
    static const char *const column[] = {"Key", "Value", "Unit", "Quality", "Source"};
    const struct out_study *study = report->study;
    size_t *first = malloc((study->input_count + 1) * sizeof *first), count = 0;

    if (!first) {
        report->html.is_out_of_memory = true;
        return;
    }
    out_text_add(&report->html, "<h2>Assumptions</h2>\n");
    put_table_head(report, "Every input of the baseline", column, 5, 1, 2);
    for (size_t i = 0; i < study->input_count; i++) {
        size_t number = source_number(study, first, count, study->input_source[i]);

        if (!number && *study->input_source[i]) {
            first[count++] = i;
            number = count;
        }
        out_text_add(&report->html, "<tr>");
        put_element(&report->html, "th scope=\"row\"", study->input_path[i]);
        put_element(&report->html, "td class=\"n\"", study->input_value[i]);
        put_element(&report->html, "td", study->input_unit[i]);
        put_element(&report->html, "td", study->input_quality[i]);
        if (number)
            out_text_add(&report->html, "<td>%zu</td></tr>\n", number);
        else
            out_text_add(&report->html, "<td>not stated</td></tr>\n");
    }
    end_table(report);
    put_sources(report, first, count);
    free(first);
}

static void put_how(struct report *report)
{
    out_text_add(&report->html, "<h2>How to make it again</h2>\n<pre><code>");
    put_text(&report->html, report->study->command);
    out_text_add(&report->html, "</code></pre>\n");
    out_text_add(&report->words,
                 "aifsim %s gives the same values on any number of threads; their digest is %s.",
                 report->study->version, report->study->digest);
    put_words(report, "p");
    out_text_add(&report->html, "</main>\n</body>\n</html>\n");
}

/* ---- pictures ---- */

struct gallery {
    struct report *report;
    const char *dir;
    size_t count;
    struct sim_error *err;
    enum sim_status status;
};

static char *read_file(const char *path, size_t *byte_count)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat at;
    char *bytes = NULL;

    if (fd >= 0 && fstat(fd, &at) == 0 && S_ISREG(at.st_mode) && at.st_size > 0)
        bytes = malloc((size_t)at.st_size + 1);
    if (bytes && out_read_all(fd, 0, bytes, (size_t)at.st_size, path, NULL) == SIM_OK) {
        bytes[at.st_size] = '\0';
        *byte_count = (size_t)at.st_size;
    } else {
        free(bytes);
        bytes = NULL;
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

/* Names inside a picture get its number, since a page may have each name only once; titles of its
 * parts, which are gnuplot's own words, would show under the pointer and go. */
static void put_svg(struct out_text *html, const char *svg, size_t number, const char *title)
{
    static const char *const before[] = {"id=\"", "id='", "href=\"#", "href='#", "url(#"};
    const char *at = strstr(svg, "<svg");

    if (!at)
        return;
    out_text_add(html, "<svg role=\"img\" aria-label=\"");
    put_text(html, title);
    out_text_append(html, "\"", 1);
    for (at += strlen("<svg"); *at;) {
        const char *end = strncmp(at, "<title>", 7) == 0 ? strstr(at, "</title>") : NULL;
        size_t bytes = 1;
        bool is_name = false;

        if (end) {
            at = end + strlen("</title>");
            continue;
        }

        for (size_t i = 0; i < sizeof before / sizeof *before && !is_name; i++) {
            is_name = strncmp(at, before[i], strlen(before[i])) == 0 &&
                      (i > 1 || isspace((unsigned char)at[-1]));
            bytes = is_name ? strlen(before[i]) : 1;
        }
        out_text_append(html, at, bytes);
        if (is_name)
            out_text_add(html, "f%zu-", number);
        at += bytes;
    }
}

static void put_figure(void *context, const char *name, const char *title, const char *caption,
                       const char *source)
{
    struct gallery *gallery = context;
    struct out_text *html = &gallery->report->html;
    char path[4300];
    size_t bytes;
    char *svg;

    if (gallery->status)
        return;
    snprintf(path, sizeof path, "%s/%s.svg", gallery->dir, name);
    svg = read_file(path, &bytes);
    if (!svg) {
        gallery->status = sim_fail(gallery->err, SIM_EIO, "cannot read '%.300s'", path);
        return;
    }
    out_text_add(html, "<figure>\n");
    put_svg(html, svg, ++gallery->count, title);
    out_text_add(html, "<figcaption>Figure %zu. ", gallery->count);
    put_text(html, title);
    out_text_add(html, ". ");
    put_text(html, caption);
    out_text_add(html, " ");
    put_text(html, source);
    out_text_add(html, ".</figcaption>\n</figure>\n");
    free(svg);
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

static enum sim_status put_figures(struct report *report, const char *study_path, const char *near,
                                   const atomic_int *stop, struct sim_error *err)
{
    char dir[4200];
    struct gallery gallery = {.report = report, .dir = dir, .err = err};
    size_t count = 0;
    enum sim_status status;

    snprintf(dir, sizeof dir, "%.4000s/.report-XXXXXX", near);
    if (!mkdtemp(dir))
        return sim_fail(err, SIM_EIO, "cannot make a folder in '%.300s': %s", near,
                        strerrordesc_np(errno));
    out_text_add(&report->html, "<h2>Figures</h2>\n");
    status = out_plot_study(&(struct out_plotting){.result_path = study_path,
                                                   .dir = dir,
                                                   .format = OUT_FORMAT_SVG,
                                                   .tell = put_figure,
                                                   .context = &gallery,
                                                   .stop = stop},
                            &count, err);
    remove_folder(dir);
    return status ? status : gallery.status;
}

/* ---- the page ---- */

static enum sim_status write_page(struct report *report, const char *near, const char *name,
                                  struct sim_error *err)
{
    int dir_fd;
    enum sim_status status;

    if (report->html.is_out_of_memory || report->words.is_out_of_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for a report");
    status = out_open_dir(near, &dir_fd, err);
    if (status)
        return status;
    status = out_replace_file(dir_fd, name, report->html.bytes, report->html.length, err);
    close(dir_fd);
    return status;
}

enum sim_status out_report_study(const char *study_path, const char *file, const atomic_int *stop,
                                 size_t *byte_count, struct sim_error *err)
{
    const char *slash = strrchr(file, '/');
    char *near = slash ? strndup(file, slash == file ? 1 : (size_t)(slash - file)) : strdup(".");
    struct report report = {0};
    enum sim_status status = near ? out_study_open(study_path, &report.study, err)
                                  : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    if (!status) {
        put_head(&report);
        put_answer(&report);
        put_options(&report);
        put_keys(&report);
        put_worlds(&report);
        put_front(&report);
        put_prices(&report);
        put_breakevens(&report);
        status = put_figures(&report, study_path, near, stop, err);
    }
    if (!status) {
        put_assumptions(&report);
        put_how(&report);
        status = write_page(&report, near, slash ? slash + 1 : file, err);
    }
    if (byte_count)
        *byte_count = report.html.length;
    out_text_release(&report.html);
    out_text_release(&report.words);
    out_study_close(report.study);
    free(near);
    return status;
}
