/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/fit_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/calendar.h"
#include "sim/units.h"

enum { KEY_BYTES = EXP_FIT_KEY_BYTES + 48, LENGTH_BYTES = 16 };

void exp_fit_key(const char *path, char key[EXP_FIT_KEY_BYTES])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t bytes = 0;

    for (; *name && *name != '.' && bytes + 1 < EXP_FIT_KEY_BYTES; name++) {
        bool is_letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                         (*name >= '0' && *name <= '9');

        if (is_letter || bytes > 0)
            key[bytes++] = is_letter || *name == '_' ? *name : '-';
    }
    key[bytes] = '\0';
    if (!bytes)
        strcpy(key, "log");
}

/* "10min", "3h" */
static void put_length(char text[LENGTH_BYTES], uint32_t seconds)
{
    bool is_hours = seconds % 3600 == 0;

    snprintf(text, LENGTH_BYTES, "%" PRIu32 "%s", seconds / (is_hours ? 3600 : 60),
             is_hours ? "h" : "min");
}

/* "kth-2-to-8-over-3h" */
static void class_key(const struct exp_fit *fit, size_t c, const char *name, char key[KEY_BYTES])
{
    const struct exp_fit_class *group = &fit->of[c];
    char width[32] = "", low[LENGTH_BYTES], high[LENGTH_BYTES];

    if (group->width_high < UINT32_MAX && group->width_low + 1 < group->width_high)
        snprintf(width, sizeof width, "-%" PRIu32 "-to-%" PRIu32,
                 group->width_low ? group->width_low : 1, group->width_high);
    else if (group->width_high < UINT32_MAX)
        snprintf(width, sizeof width, "-%" PRIu32, group->width_high);
    else if (group->width_low > 0)
        snprintf(width, sizeof width, "-from-%" PRIu32, group->width_low);
    put_length(low, group->run_low - 1);
    put_length(high, group->run_high);
    if (group->run_low == 0 && group->run_high == UINT32_MAX)
        snprintf(key, KEY_BYTES, "%s%s", name, width);
    else if (group->run_low == 0)
        snprintf(key, KEY_BYTES, "%s%s-up-to-%s", name, width, high);
    else if (group->run_high == UINT32_MAX)
        snprintf(key, KEY_BYTES, "%s%s-over-%s", name, width, low);
    else
        snprintf(key, KEY_BYTES, "%s%s-%s-to-%s", name, width, low, high);
}

/* ---- the table ---- */

static void print_moments(FILE *file, const struct exp_moments *moments)
{
    fprintf(file, " %9.4g", moments->mean);
    if (isnan(moments->p50))
        fprintf(file, " %9s %9s", "-", "-");
    else
        fprintf(file, " %9.4g %9.4g", moments->p50, moments->p90);
}

static void print_comparison(FILE *file, const char *prefix, const char *what,
                             const struct exp_comparison *both)
{
    fprintf(file, "%s  %-18s", prefix, what);
    print_moments(file, &both->log);
    fputs("  ", file);
    print_moments(file, &both->model);
    if (isnan(both->ks))
        fprintf(file, " %6s\n", "-");
    else
        fprintf(file, " %6.3f\n", both->ks);
}

static void print_law(FILE *file, const struct exp_law *law, char mark, const char *prefix)
{
    fprintf(file, "%s  %c %-10s log-likelihood %.6g, AIC %.6g, KS %.3f\n", prefix, mark, law->name,
            law->log_likelihood, law->aic, law->ks);
}

static void print_class(FILE *file, const struct exp_fit *fit, size_t c, const char *prefix)
{
    const struct exp_fit_class *group = &fit->of[c];
    char key[KEY_BYTES];

    class_key(fit, c, "jobs", key);
    fprintf(file, "%s%s: %zu, %.1f %% of all, %.1f %% of the processor time\n", prefix, key,
            group->count, 100 * group->share, 100 * group->work_share);
    print_comparison(file, prefix, "run, s", &group->run);
    print_comparison(file, prefix, "processors", &group->wide);
    print_comparison(file, prefix, "work, s", &group->work);
    if (group->has_request)
        print_comparison(file, prefix, "requested, s", &group->request);
    if (group->has_request)
        print_comparison(file, prefix, "run / requested", &group->accuracy);
    print_law(file, &group->law[group->best], '*', prefix);
    if (group->has_request)
        fprintf(file, "%s  %.1f %% of the requests are usual values\n", prefix,
                100 * group->round_share);
    if (group->failed + group->cancelled + group->timeout > 0)
        fprintf(file, "%s  %.1f %% failed, %.1f %% cancelled, %.1f %% at their limit\n", prefix,
                100 * group->failed, 100 * group->cancelled, 100 * group->timeout);
}

void exp_fit_print(FILE *file, const struct exp_fit *fit, const char *prefix)
{
    fprintf(file, "%s%-20s%31s%31s\n", prefix, "", "log", "model");
    fprintf(file, "%s%-20s %9s %9s %9s   %9s %9s %9s %6s\n", prefix, "", "mean", "p50", "p90",
            "mean", "p50", "p90", "KS");
    for (size_t c = 0; c < fit->class_count; c++)
        print_class(file, fit, c, prefix);
    fprintf(file, "%srun times of all jobs as one law, for comparison\n", prefix);
    for (size_t i = 0; i < EXP_LAWS; i++)
        print_law(file, &fit->law[i], i == fit->best ? '*' : ' ', prefix);
    fprintf(file, "%sarrivals: %zu in %.1f d, %.3g a batch\n", prefix, fit->count,
            fit->span_s / SIM_DAY_S, fit->batch_mean);
    print_comparison(file, prefix, "gap, s", &fit->gap);
    fprintf(file,
            "%s  gaps of zero: %.1f %% in the log, %.1f %% in the model; deviation over mean: "
            "%.2f, %.2f\n",
            prefix, 100 * fit->zero_gaps, 100 * fit->model_zero_gaps, fit->gap_cv,
            fit->model_gap_cv);
    if (fit->users > 1)
        fprintf(file, "%susers: %zu, exponent of Zipf's law %.2f\n", prefix, fit->users, fit->zipf);
    else
        fprintf(file, "%susers: not told by the log\n", prefix);
    fprintf(file, "%srhythm: %s%s%s\n", prefix,
            fit->hour_count == 168  ? "hours of the week"
            : fit->hour_count == 24 ? "hours of the day"
                                    : "none, the log is too short",
            fit->has_season ? ", months" : "",
            fit->start_unix_s < 0 && fit->hour_count
                ? "; counted from its first job, as the log does not tell the date"
                : "");
    fprintf(file, "%svariation beside it: %.0f %% from day to day, %.0f %% from week to week\n",
            prefix, 100 * fit->day_variation, 100 * fit->week_variation);
}

/* ---- the scenario ---- */

static void write_run(FILE *file, const struct exp_law *law)
{
    const struct sim_dist *dist = &law->dist;
    double rest = 1; /* the weights written sum to 1 */

    fputs("    run: {", file);
    switch (dist->kind) {
    case SIM_DIST_LOGNORMAL:
        fprintf(file, "lognormal: {median: %.6g s, sigma: %.6g}", dist->a, dist->b);
        break;
    case SIM_DIST_WEIBULL:
        fprintf(file, "weibull: {shape: %.6g, scale: %.6g s}", dist->a, dist->b);
        break;
    case SIM_DIST_GAMMA:
        fprintf(file, "gamma: {shape: %.6g, mean: %.6g s}", dist->a, dist->b);
        break;
    default:
        fputs("mixture: [", file);
        for (size_t i = 0; i < dist->count; i++) {
            double weight = i + 1 < dist->count ? round(1e6 * dist->weight[i]) / 1e6 : rest;

            rest -= weight;
            fprintf(file, "%s{lognormal: {median: %.6g s, sigma: %.6g}, weight: %.6f}",
                    i ? ", " : "", dist->part[i].a, dist->part[i].b, weight);
        }
        fputc(']', file);
    }
    if (dist->min > 0)
        fprintf(file, ", min: %.0f s", dist->min);
    fprintf(file, ", max: %.0f s}\n", dist->max);
}

/* Shares in hundredths of a percent that add up to the whole: the largest takes the rest. */
static void round_shares(const double *share, size_t count, long *rounded)
{
    long sum = 0;
    size_t largest = 0;

    for (size_t i = 0; i < count; i++) {
        rounded[i] = lround(share[i] * 10000);
        sum += rounded[i];
        largest = share[i] > share[largest] ? i : largest;
    }
    rounded[largest] += 10000 - sum;
}

static void write_values(FILE *file, const struct exp_values *values, const char *key)
{
    long rounded[EXP_FIT_VALUES];
    const char *before = "";

    round_shares(values->share, values->count, rounded);
    fprintf(file, "    %s: {", key);
    for (size_t i = 0; i < values->count; i++) {
        if (rounded[i] <= 0)
            continue;
        fprintf(file, "%s%.0f: %.2f %%", before, values->value[i], (double)rounded[i] / 100);
        before = ", ";
    }
    fputs("}\n", file);
}

static void write_batches(FILE *file, const struct exp_fit_class *group)
{
    double zero = round(1e4 * group->zero_share) / 1e4;

    if (group->batch.count < 2)
        return;
    write_values(file, &group->batch, "array");
    if (zero >= 1)
        return;
    fputs("    array_gap: {", file);
    if (zero > 0)
        fprintf(file, "mixture: [{constant: 0 s, weight: %.4f}, ", zero);
    fprintf(file, "%slognormal: {median: %.4g s, sigma: %.4g}", zero > 0 ? "{" : "",
            group->gap_median_s, group->gap_sigma);
    if (zero > 0)
        fprintf(file, ", weight: %.4f}]", 1 - zero);
    fprintf(file, ", max: %.0f s}\n", group->gap_max_s);
}

static void write_class(FILE *file, const struct exp_fit *fit, size_t c, const char *name,
                        const char *source)
{
    const struct exp_fit_class *group = &fit->of[c];
    char key[KEY_BYTES];

    class_key(fit, c, name, key);
    fprintf(file, "  %s:\n", key);
    write_values(file, &group->width, "gpus");
    write_values(file, &group->width, "nodes");
    write_run(file, &group->law[group->best]);
    if (group->has_request)
        fprintf(file,
                "    walltime: %s\n"
                "    overestimate: {lognormal: {median: %.4g, sigma: %.4g, min: 1}}\n"
                "    limit: %.0f s\n",
                group->round_share >= 0.5 ? "round" : "exact", group->over_median,
                group->over_sigma, group->limit_s);
    write_batches(file, group);
    if (group->failed + group->cancelled > 0)
        fprintf(file, "    outcome: {failed: %.2f %%, cancelled: %.2f %%}\n", 100 * group->failed,
                100 * group->cancelled);
    fprintf(file, "    source: \"Fitted to %s\"\n", source);
}

static void write_rhythm(FILE *file, const struct exp_fit *fit)
{
    if (!fit->hour_count) /* too short for anything else */
        return;
    fputs("      hours: [", file);
    for (size_t h = 0; h < fit->hour_count; h++)
        fprintf(file, "%s%.3g", h == 0 ? "" : h % 24 ? ", " : ",\n              ", fit->hour[h]);
    fputs("]\n", file);
    if (fit->day_variation + fit->week_variation > 0)
        fprintf(file, "      variation: {day: %.1f %%, week: %.1f %%}\n",
                100 * fmin(5, fit->day_variation), 100 * fmin(5, fit->week_variation));
    if (!fit->has_season)
        return;
    fputs("      season: [", file);
    for (int m = 0; m < 12; m++)
        fprintf(file, "%s%.3g", m ? ", " : "", fit->month[m]);
    fputs("]\n", file);
}

/* home: the partition that the jobs go to; NULL: who takes the part over says it. */
static void write_community(FILE *file, const struct exp_fit *fit, const char *name,
                            const char *home)
{
    double share[EXP_FIT_CLASSES];
    long rounded[EXP_FIT_CLASSES];
    char key[KEY_BYTES];

    for (size_t c = 0; c < fit->class_count; c++)
        share[c] = fit->of[c].share;
    round_shares(share, fit->class_count, rounded);
    fprintf(file,
            "communities:\n"
            "  %s:\n"
            "    country: IS\n"
            "    kind: academia\n"
            "    submit:\n"
            "      rate: %.6g /d\n",
            name, fit->rate_per_s * SIM_DAY_S);
    if (fit->users > 1)
        fprintf(file, "      users: %zu\n      zipf: %.3g\n",
                fit->users < 100000 ? fit->users : 100000, fit->zipf);
    if (home)
        fprintf(file, "      home: {%s: 100 %%}\n", home);
    fputs("      classes: {", file);
    for (size_t c = 0; c < fit->class_count; c++) {
        class_key(fit, c, name, key);
        fprintf(file, "%s%s: %.2f %%", c ? ", " : "", key, (double)rounded[c] / 100);
    }
    fputs("}\n", file);
    write_rhythm(file, fit);
}

/* As wide as the log's machine; where that is not known, so wide that seven tenths are used. */
static int64_t machine_width(const struct exp_fit *fit, const struct exp_fit_source *source)
{
    double work = 0, wanted;

    if (source->machine_width > 0)
        return source->machine_width;
    for (size_t c = 0; c < fit->class_count; c++)
        work += fit->of[c].share * fit->of[c].work.model.mean;
    wanted = ceil(fit->rate_per_s * work / 0.7);
    return wanted > fit->width_max ? (int64_t)wanted : fit->width_max;
}

/* Four weeks or as long as the log, from its first day. */
static void write_horizon(FILE *file, const struct exp_fit *fit)
{
    int64_t day = fit->start_unix_s >= 0 ? fit->start_unix_s / 86400
                                         : sim_days_from_date((struct sim_date){2000, 1, 3});
    int64_t days = (int64_t)(fit->span_s / SIM_DAY_S) + 1;
    char start[11], end[11];

    sim_date_format(day, start);
    sim_date_format(day + (days < 28 ? 28 : days), end);
    fprintf(file, "horizon: {start: %s, end: %s, preroll: 7 d}\n", start, end);
}

static void write_classes(FILE *file, const struct exp_fit *fit, const char *name)
{
    fputs("\nclasses:\n", file);
    for (size_t c = 0; c < fit->class_count; c++)
        write_class(file, fit, c, name, name);
}

void exp_fit_write(FILE *file, const struct exp_fit *fit, const struct exp_fit_source *source)
{
    char name[EXP_FIT_KEY_BYTES];

    exp_fit_key(source->file, name);
    fprintf(file,
            "# A community fitted to a log: %s, %" PRIu64 " of %" PRIu64 " jobs.\n"
            "# Widths count processors of the log, for partitions with accelerators and without.\n"
            "#\n",
            name, source->kept, source->read);
    exp_fit_print(file, fit, "# ");
    fprintf(file, "\naifsim: 1\nname: Fitted to %s\n", name);
    write_horizon(file, fit);
    write_classes(file, fit, name);
    fprintf(file,
            "\nsites:\n"
            "  log: {country: IS, partitions: {machine: {nodes: %" PRId64 ", policy: easy}}}\n\n",
            machine_width(fit, source));
    write_community(file, fit, name, "log.machine");
}

void exp_fit_write_part(FILE *file, const struct exp_fit *fit, const struct exp_fit_source *source)
{
    char name[EXP_FIT_KEY_BYTES];

    exp_fit_key(source->file, name);
    fprintf(
        file,
        "# Classes and community fitted to a log, %s, for a scenario of one's own: no horizon, no\n"
        "# site. How well they fit stands in the scenario beside this file. Say where the jobs "
        "go:\n"
        "#\n"
        "#     aifsim: 1\n"
        "#     extends: [builtin:seven-2026, %s]\n"
        "#     communities: {%s: {submit: {home: {lumi.lumi_g: 100 %%}}}}\n"
        "\n"
        "aifsim: 1\n",
        name, EXP_FIT_PART, name);
    write_classes(file, fit, name);
    fputc('\n', file);
    write_community(file, fit, name, NULL);
}
