/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/scenario.h"
#include "cli/signals.h"
#include "cli/simulate.h"
#include "cli/study.h"
#include "cli/warnings.h"
#include "output/provenance.h"
#include "output/study_plots.h"
#include "output/study_tables.h"
#include "sim/replicate.h"

static const size_t replication_bytes_max = (size_t)4 << 30;

struct comparing {
    const struct cli_options *options;
    struct cli_scenario scenario;
    struct exp_compare work;
    struct cli_prepared prepared;
    size_t replication_count;
    struct exp_stop_state stop; /* of replications.until */
    const char *dir;
    char digest[OUT_DIGEST_BYTES];
    bool is_written;   /* so the folder is ours to write to */
    const char *phase; /* what is being run, before "N of M replications" */
    double begin_s, shown_s;
};

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* On a terminal twice a second over the same line, else a line a minute. */
static void tick(void *context, size_t done, size_t all)
{
    struct comparing *comparing = context;
    bool is_terminal = isatty(STDERR_FILENO);
    double now = now_s();

    if (comparing->options->quiet || now - comparing->shown_s < (is_terminal ? 0.5 : 60))
        return;
    comparing->shown_s = now;
    fprintf(stderr,
            is_terminal ? "\r%s: %zu of %zu replications\033[K" : "%s: %zu of %zu replications\n",
            comparing->phase, done, all);
    fflush(stderr);
}

static void end_line(const struct comparing *comparing)
{
    if (!comparing->options->quiet && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static enum sim_status draw(const struct comparing *comparing, struct sim_error *err)
{
    char *plots = malloc(strlen(comparing->dir) + sizeof "/plots");
    char *study = malloc(strlen(comparing->dir) + sizeof "/study.h5");
    size_t count = 0;
    enum sim_status status = SIM_OK;

    if (!plots || !study) {
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    } else {
        sprintf(plots, "%s/plots", comparing->dir);
        sprintf(study, "%s/study.h5", comparing->dir);
        status = out_plot_study(&(struct out_plotting){.result_path = study,
                                                       .dir = plots,
                                                       .format = comparing->options->format,
                                                       .stop = cli_signals_stop()},
                                &count, err);
    }
    if (!status) {
        fputs("plots    ", stdout);
        cli_put_safe(stdout, plots);
        printf(" (%zu figures)\n", count);
    }
    free(plots);
    free(study);
    return status;
}

/* Tables, then where everything is. Plots that fail cost no results. */
static enum sim_status show(const struct comparing *comparing, const struct out_study *study,
                            struct sim_error *err)
{
    enum sim_status status = out_print_study(stdout, study, err), drawn = SIM_OK;

    putchar('\n');
    fflush(stdout);
    if (!status && !comparing->options->no_plots)
        drawn = draw(comparing, err);
    fputs("study    ", stdout);
    cli_put_safe(stdout, comparing->dir);
    printf("/study.h5\ndigest   %s\n", comparing->digest);
    if (!status && !drawn && comparing->stop.stop == EXP_CAP_HIT)
        return sim_fail(
            err, SIM_ECHECK,
            "after %zu replications, the most there may be, the half-width of the "
            "baseline is %.3g of a mean of %.3g: wider than replications.until asks for",
            comparing->replication_count, comparing->stop.half_width, comparing->stop.mean);
    return status ? status : drawn;
}

static enum sim_status conclude(struct comparing *comparing, struct sim_error *err)
{
    struct exp_analysis *analysis;
    struct out_study study;
    enum sim_status status =
        exp_analyse(comparing->prepared.comparison, comparing->prepared.key,
                    comparing->prepared.key_count, comparing->scenario.arena, &analysis, err);

    if (!status)
        status = cli_study_of(&comparing->scenario, comparing->options, &comparing->prepared,
                              analysis, &study, err);
    if (!status)
        status = cli_make_dirs(comparing->dir, err);
    if (!status)
        status = out_study_write(comparing->dir, &study, comparing->digest, err);
    comparing->is_written = !status;
    return status ? status : show(comparing, &study, err);
}

/* How many replications: the rule is asked about the baseline as planned. */
static enum sim_status find_count(struct comparing *comparing, struct sim_error *err)
{
    const struct exp_until *until = &comparing->scenario.until;
    struct exp_comparison *comparison = comparing->prepared.comparison;
    size_t figures = comparison->figure_count, done = 0, most = until->rule.max;
    double *value, *column;
    enum sim_status status = SIM_OK;

    comparing->replication_count =
        comparing->options->replications ? comparing->options->replications : until->rule.min;
    if (comparing->options->replications || !until->is_given)
        return SIM_OK;
    value = malloc(most * figures * sizeof *value); /* touched as far as it is needed */
    column = malloc(most * sizeof *column);
    if (!value || !column)
        status = sim_fail(err, SIM_ENOMEM, "no memory for %zu replications", most);
    while (!status && comparing->stop.stop == EXP_GO_ON) {
        comparing->stop = exp_until_next(until, value, done, figures, column);
        if (comparing->stop.stop == EXP_GO_ON)
            status = exp_compare_run_item(comparison, comparing->scenario.study.baseline, 0, done,
                                          comparing->stop.next - done, value + done * figures, err);
        done = comparing->stop.next;
    }
    free(value);
    free(column);
    comparing->replication_count = done;
    return status;
}

static enum sim_status run(struct comparing *comparing, struct sim_error *err)
{
    enum sim_status status;

    comparing->work =
        (struct exp_compare){.threads = comparing->options->threads ? comparing->options->threads
                                                                    : sim_processor_count(),
                             .limit_bytes = replication_bytes_max,
                             .tick = tick,
                             .context = comparing,
                             .stop = cli_signals_stop()};
    status =
        cli_scenario_prepare(&comparing->scenario, &comparing->work, &comparing->prepared, err);
    if (!status)
        status = cli_warn_of_load(comparing->options->operand[0], &comparing->scenario, err);
    if (!status)
        cli_warn_of_options(comparing->options->operand[0], comparing->prepared.comparison);
    comparing->phase = "baseline, until the rule is content";
    if (!status)
        status = find_count(comparing, err);
    comparing->phase = "options and worlds";
    if (!status)
        status = exp_compare_run(comparing->prepared.comparison, comparing->replication_count, err);
    comparing->phase = "break-even";
    if (!status)
        status = exp_crossings_run(comparing->prepared.comparison, comparing->prepared.crossing,
                                   comparing->prepared.crossing_count, comparing->replication_count,
                                   comparing->scenario.arena, err);
    end_line(comparing);
    if (status == SIM_EINTERRUPTED)
        sim_fail(err, status,
                 "interrupted; a comparison is kept only as a whole, so nothing was "
                 "written");
    return status;
}

static enum sim_status log_run(const struct comparing *comparing, enum sim_status status,
                               struct sim_error *err)
{
    struct out_circumstances what = {.command = "aifsim compare",
                                     .version = AIFSIM_VERSION,
                                     .outcome = sim_status_text(status),
                                     .digest = comparing->digest,
                                     .replication_count = comparing->replication_count,
                                     .thread_count = comparing->work.threads,
                                     .wall_s = now_s() - comparing->begin_s,
                                     .cpu_s = (double)clock() / CLOCKS_PER_SEC};

    return out_run_log(comparing->dir, &what, err);
}

enum sim_status cli_compare(const struct cli_options *options, struct sim_error *err)
{
    const char *path = options->operand[0];
    struct comparing comparing = {.options = options, .begin_s = now_s()};
    struct sim_error later = {.status = SIM_OK};
    enum sim_status status = cli_scenario_load(path, options, &comparing.scenario, err);

    comparing.shown_s = comparing.begin_s;
    if (!status) {
        comparing.dir =
            options->output ? options->output : cli_default_dir(&comparing.scenario, path);
        status = comparing.dir ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a path");
    }
    cli_signals_hold();
    if (!status)
        status = run(&comparing, err);
    if (!status)
        status = conclude(&comparing, err);
    cli_signals_release();
    if (comparing.is_written && log_run(&comparing, status, &later) && !status) {
        *err = later;
        status = later.status;
    }
    exp_comparison_release(comparing.prepared.comparison);
    cli_scenario_release(&comparing.scenario);
    return status;
}
