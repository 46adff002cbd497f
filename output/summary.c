/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/summary.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stats.h"

static struct out_figure figure_of(const struct mdl_figure *row, const double *value,
                                   const uint8_t *beyond, size_t f, size_t figure_count,
                                   size_t replication_count, double *gather)
{
    struct out_figure figure = {
        .name = row->name,
        .statistic = row->statistic ? row->statistic : "",
        .selector = row->selector ? row->selector : "",
        .unit = row->unit ? row->unit : "1",
        .method = row->method ? row->method : "",
        .plot = row->plot ? row->plot : "",
        .help = row->help ? row->help : "",
        .better = row->better,
        .is_share = row->is_share,
        .mean = NAN,
        .half_width = NAN,
    };
    double mean = NAN;

    for (size_t r = 0; r < replication_count; r++) {
        gather[r] = value[r * figure_count + f];
        figure.is_lower_bound = figure.is_lower_bound || beyond[r * figure_count + f];
    }
    figure.half_width = sim_interval_t(gather, replication_count, 0.95, &mean, &figure.n);
    figure.mean = figure.n ? mean : NAN;
    if (figure.is_lower_bound)
        figure.half_width = NAN;
    return figure;
}

enum sim_status out_summary_create(const struct out_about *about, const double *value,
                                   const uint8_t *beyond, size_t replication_count,
                                   struct out_summary **out, struct sim_error *err)
{
    struct out_summary *summary = calloc(1, sizeof *summary);
    struct out_figure *figure = calloc(about->figure_count + 1, sizeof *figure);
    double *gather = calloc(replication_count + 1, sizeof *gather);

    if (!summary || !figure || !gather) {
        free(summary);
        free(figure);
        free(gather);
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu figures", about->figure_count);
    }
    for (size_t f = 0; f < about->figure_count; f++)
        figure[f] = figure_of(&about->figure[f], value, beyond, f, about->figure_count,
                              replication_count, gather);
    free(gather);
    *summary = (struct out_summary){
        .version = about->version,
        .name = about->name,
        .seed = about->seed,
        .start_days = about->start_days,
        .end_days = about->end_days,
        .replication_count = replication_count,
        .replications_asked = about->replication_count,
        .is_complete = replication_count >= about->replication_count,
        .figure = figure,
        .figure_count = about->figure_count,
        .expect = about->expect,
        .expect_count = about->expect_count,
        .value = value,
        .beyond = beyond,
        .input = about->input,
        .input_count = about->input_count,
        .labels = about->labels,
        .label_count = about->label_count,
    };
    *out = summary;
    return SIM_OK;
}

void out_summary_destroy(struct out_summary *summary)
{
    if (!summary)
        return;
    free((void *)(uintptr_t)summary->figure);
    free(summary);
}

/* "wait" + "p95", or "wait.p95" + "", against "wait.p95". */
static bool is_called(const struct out_figure *figure, const char *full_name)
{
    size_t length = strlen(figure->name);

    if (strncmp(figure->name, full_name, length) != 0)
        return false;
    full_name += length;
    if (figure->statistic[0] == '\0')
        return *full_name == '\0';
    return *full_name == '.' && strcmp(full_name + 1, figure->statistic) == 0;
}

const struct out_figure *out_summary_find(const struct out_summary *summary, const char *full_name,
                                          const char *selector)
{
    for (size_t f = 0; f < summary->figure_count; f++)
        if (!strcmp(summary->figure[f].selector, selector) &&
            is_called(&summary->figure[f], full_name))
            return &summary->figure[f];
    return NULL;
}

const struct out_figure *out_summary_find_by(const struct out_summary *summary,
                                             const char *full_name, const char *key,
                                             const char *item)
{
    char selector[256];

    if (snprintf(selector, sizeof selector, "%s=%s", key, item) >= (int)sizeof selector)
        return NULL;
    return out_summary_find(summary, full_name, selector);
}

/* The item of "key=item"; NULL for another key or a selector of several keys. */
static const char *item_of(const char *selector, const char *key)
{
    size_t length = strlen(key);

    if (strncmp(selector, key, length) != 0 || selector[length] != '=' ||
        strchr(selector, ',') != NULL)
        return NULL;
    return selector + length + 1;
}

size_t out_summary_items(const struct out_summary *summary, const char *key, const char **item,
                         size_t most)
{
    size_t count = 0;

    for (size_t f = 0; f < summary->figure_count && count < most; f++) {
        const char *found = item_of(summary->figure[f].selector, key);
        bool is_new = found != NULL;

        for (size_t i = 0; is_new && i < count; i++)
            is_new = strcmp(item[i], found) != 0;
        if (is_new)
            item[count++] = found;
    }
    return count;
}

const char *out_summary_input(const struct out_summary *summary, const char *path)
{
    for (size_t i = 0; i < summary->input_count; i++)
        if (!strcmp(summary->input[i].path, path))
            return summary->input[i].value;
    return NULL;
}

enum mdl_verdict out_summary_verdict(const struct out_summary *summary,
                                     const struct mdl_expectation *expect)
{
    const struct out_figure *figure = &summary->figure[expect->figure];

    return mdl_expectation_verdict(expect, figure->mean, figure->is_lower_bound);
}

const struct out_labels *out_summary_labels(const struct out_summary *summary, const char *path)
{
    for (size_t i = 0; i < summary->label_count; i++)
        if (!strcmp(summary->labels[i].path, path))
            return &summary->labels[i];
    return NULL;
}

const char *out_summary_title(const struct out_summary *summary, const char *item)
{
    const char *dot = strchr(item, '.'), *title;
    char path[320];

    if (dot)
        snprintf(path, sizeof path, "sites.%.*s.partitions.%.100s.title", (int)(dot - item), item,
                 dot + 1);
    else
        snprintf(path, sizeof path, "sites.%.100s.title", item);
    title = out_summary_input(summary, path);
    return title && *title ? title : item;
}

const char *out_kind_words(const char *kind)
{
    static const char *const words[][2] = {
        {"sme", "SMEs"},
        {"startup", "startups"},
        {"industry", "industry"},
        {"academia", "academia"},
        {"public", "public bodies"},
        {"training", "training courses"},
        {"background", "background load"},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i][0], kind))
            return words[i][1];
    return kind;
}
