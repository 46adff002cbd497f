/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/simulate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command_line.h"
#include "cli/messages.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "experiments/hours.h"
#include "experiments/replications.h"
#include "models/world.h"
#include "output/files.h"
#include "output/notes.h"
#include "output/plots.h"
#include "output/preview.h"
#include "output/provenance.h"
#include "output/summary.h"
#include "output/tables.h"
#include "output/verify.h"
#include "sim/calendar.h"
#include "sim/replicate.h"

static const size_t replication_bytes_max = (size_t)4 << 30;
enum { COMMAND_BYTES_MAX = 60000 }; /* HDF5 keeps attributes below 64 kB */

/* One run on its way. */
struct running {
    const struct cli_work *work; /* &own */
    struct cli_work own;         /* with as many replications as there are at last */
    struct exp_stop_state stop;  /* of the rule, where there is one */
    struct out_about about;
    struct out_attribute command; /* an extra of about */
    struct out_run *run;
    struct cli_progress progress;
    struct exp_hours hours; /* for the check of the start */
    double *value;          /* [room][figure] */
    uint8_t *beyond;        /* like value: 1 = that is a bound from below */
    size_t room;            /* replications that were begun */
    char digest[OUT_DIGEST_BYTES];
    size_t kept;           /* replications in the result */
    enum sim_status ended; /* how the replications ended */
};

enum sim_status cli_make_dirs(const char *dir, struct sim_error *err)
{
    char *path = strdup(dir);
    enum sim_status status = SIM_OK;

    if (!path)
        return sim_fail(err, SIM_ENOMEM, "no memory for '%.80s'", dir);
    for (char *slash = strchr(path + 1, '/'); *path && slash && !status;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = out_make_dir(path, err);
        *slash = '/';
    }
    if (!status)
        status = out_make_dir(path, err);
    free(path);
    return status;
}

/* ---- what goes into the result ---- */

/* jobs, projects and ledger are what level `jobs` keeps; the rest needs `full`. */
static bool is_kept(const struct sim_table *table, enum out_trace_level level)
{
    return level == OUT_TRACE_FULL || strcmp(table->path, "jobs") == 0 ||
           strcmp(table->path, "projects") == 0 || strcmp(table->path, "ledger") == 0;
}

static bool choose_tables(const struct cli_work *work, struct out_about *about)
{
    const struct mdl_plan *plan = work->plan;
    const struct sim_table **kept = sim_arena_alloc(work->arena, plan->table_count, sizeof *kept);
    struct out_labels *labels = sim_arena_alloc(work->arena, plan->label_count, sizeof *labels);
    size_t beyond_jobs = 0;

    if (!kept || !labels)
        return false;
    for (size_t i = 0; i < plan->table_count; i++) {
        if (is_kept(plan->table[i], work->level))
            kept[about->table_count++] = plan->table[i];
        beyond_jobs += !is_kept(plan->table[i], OUT_TRACE_JOBS);
    }
    if (work->level == OUT_TRACE_FULL && beyond_jobs == 0)
        cli_note("--trace full: the models of this scenario write no tables beyond 'jobs'");
    for (size_t i = 0; i < plan->label_count; i++)
        labels[i] = (struct out_labels){.path = plan->label[i].path,
                                        .count = plan->label[i].count,
                                        .text = plan->label[i].text};
    about->table = kept;
    about->labels = labels;
    about->label_count = plan->label_count;
    return true;
}

static enum sim_status describe(struct running *running, struct sim_error *err)
{
    const struct cli_work *work = running->work;
    const struct mdl_plan *plan = work->plan;

    running->command = (struct out_attribute){
        .name = "command", .value = cli_command_again(work->options, work->arena)};
    running->about = (struct out_about){.version = AIFSIM_VERSION,
                                        .name = work->name,
                                        .scenario_text = work->scenario->canonical,
                                        .seed = (uint64_t)plan->config->seed,
                                        .replication_count = work->replication_count,
                                        .start_days = plan->config->start_days,
                                        .end_days = plan->config->end_days,
                                        .input = work->scenario->inputs,
                                        .input_count = work->scenario->input_count,
                                        .figure = plan->figure,
                                        .figure_count = plan->figure_count,
                                        .expect = work->expect,
                                        .expect_count = work->expect_count,
                                        .series = plan->series,
                                        .series_count = plan->series_count,
                                        .extra = &running->command,
                                        .extra_count = 1};
    if (!running->command.value)
        return sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    if (strlen(running->command.value) >= COMMAND_BYTES_MAX)
        running->about.extra_count = 0;
    if (!choose_tables(work, &running->about))
        return sim_fail(err, SIM_ENOMEM, "no memory for the tables of a result");
    return SIM_OK;
}

/* ---- the replications ---- */

static struct sim_trace *trace_of(void *context, size_t replication)
{
    struct running *running = context;

    return exp_hours_trace_of(&running->hours, replication,
                              out_run_trace(running->run, replication));
}

static enum sim_status trace_end(void *context, size_t replication, struct sim_error *err)
{
    const struct running *running = context;

    return out_run_trace_end(running->run, replication, err);
}

static void tick(void *context)
{
    cli_progress_tick(&((struct running *)context)->progress);
}

/* A replication writes its figures when it is through: until then the last one is -infinity,
 * which no figure is. */
static enum sim_status make_room(struct running *running, size_t first, size_t count,
                                 struct sim_error *err)
{
    size_t figures = running->about.figure_count, cells = (first + count) * figures;
    double *value = realloc(running->value, (cells + 1) * sizeof *value);
    uint8_t *beyond = realloc(running->beyond, cells + 1);

    running->value = value ? value : running->value;
    running->beyond = beyond ? beyond : running->beyond;
    if (!value || !beyond)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu figures", cells);
    memset(beyond + first * figures, 0, count * figures + 1);
    for (size_t r = first; r < first + count; r++)
        value[r * figures + figures - 1] = -INFINITY;
    running->room = first + count;
    return SIM_OK;
}

static size_t count_finished(const struct running *running)
{
    size_t figures = running->about.figure_count, r = 0;

    while (r < running->room && running->value[r * figures + figures - 1] != -INFINITY)
        r++;
    return r;
}

/* As many as are asked for, or batch by batch until the rule stops. */
static enum sim_status run_batches(struct running *running, struct exp_replications *batch,
                                   struct sim_error *err)
{
    const struct cli_work *work = running->work;
    size_t figures = running->about.figure_count, done = 0;
    double *column = malloc((work->replication_count + 1) * sizeof *column);
    enum sim_status status = column ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a figure");
    struct exp_stop_state state = {.stop = EXP_GO_ON, .next = work->replication_count};

    if (!status && work->until)
        state = exp_until_next(work->until, NULL, 0, figures, column);
    while (!status && done < state.next) {
        batch->first = done;
        batch->count = state.next - done;
        status = make_room(running, done, batch->count, err);
        batch->beyond = status ? NULL : running->beyond + done * figures;
        running->progress.wanted = state.next;
        if (!status)
            status = exp_replications_run(batch, running->value + done * figures, err);
        done = state.next;
        if (!status && work->until)
            state = exp_until_next(work->until, running->value, done, figures, column);
    }
    free(column);
    running->stop = state;
    if (!status) { /* the rule was content with fewer, so nothing is missing */
        running->own.replication_count = done;
        running->about.replication_count = done;
    }
    return status;
}

static enum sim_status run_replications(struct running *running, struct sim_error *err)
{
    const struct cli_work *work = running->work;
    size_t threads = work->options->threads ? work->options->threads : sim_processor_count();
    struct exp_replications replications = {.plan = work->plan,
                                            .seed = running->about.seed,
                                            .threads = threads,
                                            .limit_bytes = replication_bytes_max,
                                            .trace_of = trace_of,
                                            .trace_end = trace_end,
                                            .tick = tick,
                                            .context = running,
                                            .stop = cli_signals_stop()};
    enum sim_status status =
        cli_progress_begin(&running->progress, work->plan, work->replication_count, threads,
                           work->options->quiet, err);

    if (status)
        return status;
    replications.progress = running->progress.state;
    status = exp_hours_create(&running->hours, work->plan, work->replication_count, err);
    if (!status)
        status = run_batches(running, &replications, err);
    cli_progress_end(&running->progress);
    return status;
}

/* ---- the end of a run ---- */

/* The window of a log ends on the day of its last job, which only the run tells. `about` is
 * borrowed by the result until finish. */
static void close_replay_window(struct running *running)
{
    const struct mdl_replay_plan *replay = running->work->plan->replay;
    int64_t last_ns = 0;

    for (size_t i = 0; replay && i < replay->count; i++)
        last_ns = replay->job[i].end_ns > last_ns ? replay->job[i].end_ns : last_ns;
    if (replay)
        running->about.end_days = running->about.start_days + last_ns / SIM_DAY_NS + 1;
}

/* Takes over from a run that did not end well: what can be kept is. */
static enum sim_status finish(struct running *running, struct sim_error *err)
{
    struct out_run *run = running->run;
    size_t finished = running->value ? count_finished(running) : 0;
    size_t figures = running->about.figure_count;

    running->run = NULL;
    running->kept = 0;
    if (running->ended == SIM_OK || (running->ended == SIM_EINTERRUPTED && finished > 0)) {
        running->kept = finished;
        return out_run_finish(run, running->value, running->beyond, finished, running->digest, err);
    }
    if (running->ended == SIM_EINVARIANT) { /* with the one that broke, without its figures */
        for (size_t f = 0; f < figures; f++)
            running->value[finished * figures + f] = NAN;
        return out_run_finish_broken(run, running->value, running->beyond, finished + 1,
                                     running->digest, err);
    }
    out_run_abandon(run);
    return SIM_OK;
}

/* The plots of an earlier result go with it. */
static enum sim_status draw(const struct running *running, const char *result, const char *plots,
                            size_t *count, struct sim_error *err)
{
    const struct cli_options *options = running->work->options;
    size_t stale = 0;
    enum sim_status status = out_plot_remove(plots, &stale, err);

    if (status || options->no_plots || options->plot_as != CLI_PLOT_FILES)
        return status;
    return out_plot_result(&(struct out_plotting){.result_path = result,
                                                  .dir = plots,
                                                  .format = options->format,
                                                  .stop = cli_signals_stop()},
                           count, err);
}

/* Jobs waiting, averaged over the replications: does the window begin with a start-up? */
static enum sim_status print_start(const struct running *running, struct sim_error *err)
{
    struct exp_start start;
    char head[OUT_NUMBER_BYTES], tail[OUT_NUMBER_BYTES];
    enum sim_status status = exp_hours_check(&running->hours, running->kept, &start, err);

    if (status || start.answer == EXP_WARMUP_TOO_FEW)
        return status;
    if (start.answer == EXP_WARMUP_REFUSED)
        puts(
            "start    jobs waiting do not settle in the first half of the window, so MSER-5 cannot "
            "tell a start-up");
    else if (start.cut == 0)
        puts("start    no start-up shows in the jobs waiting (MSER-5)");
    else
        printf("start    MSER-5 would leave out %zu h, with %s jobs waiting, %s after them: %s\n",
               start.cut, out_format_number(start.head, NAN, head),
               out_format_number(start.tail, NAN, tail),
               start.is_clear ? "horizon.preroll is too short, or demand changes"
                              : "no more than chance");
    return SIM_OK;
}

static enum sim_status print_summary(const struct running *running, size_t *missed,
                                     struct sim_error *err)
{
    struct out_summary *summary = NULL;
    enum sim_status status = out_summary_create(&running->about, running->value, running->beyond,
                                                running->kept, &summary, err);

    if (!status)
        status = out_print_summary(stdout, summary, err);
    if (!status)
        status = out_print_notes(stdout, summary, err);
    if (!status)
        status = print_start(running, err);
    if (!status)
        status = out_print_expectations(stdout, summary, missed, err);
    out_summary_destroy(summary);
    return status;
}

/* What could not be printed: told with its cause, unless the reader just went away. */
static enum sim_status check_printed(enum sim_status status, struct sim_error *err)
{
    int why = errno;

    if (status != SIM_EIO || !ferror(stdout))
        return status;
    *err = (struct sim_error){.status = SIM_OK};
    if (why != EPIPE)
        sim_fail(err, SIM_EIO, "writing to standard output failed: %s", strerrordesc_np(why));
    return SIM_EIO;
}

/* Plots first: they must not hang on a reader of standard output. Then figures, then where
 * everything is. The first failure is told and the rest still done: results are safe by now. */
static enum sim_status show(const struct running *running, struct sim_error *err)
{
    const struct cli_work *work = running->work;
    bool is_partial = running->kept < work->replication_count;
    char *result = malloc(strlen(work->dir) + sizeof "/result.partial.h5");
    char *plots = malloc(strlen(work->dir) + sizeof "/plots");
    enum sim_status status, drawn = SIM_OK;
    size_t missed = 0, plot_count = 0;

    if (!result || !plots) {
        free(result);
        free(plots);
        return sim_fail(err, SIM_ENOMEM, "no memory for a path");
    }
    sprintf(result, "%s/result%s.h5", work->dir, is_partial ? ".partial" : "");
    sprintf(plots, "%s/plots", work->dir);
    if (!is_partial)
        drawn = draw(running, result, plots, &plot_count, err);
    status = print_summary(running, &missed, drawn ? NULL : err);
    if (!drawn)
        status = check_printed(status, err);
    putchar('\n');
    fflush(stdout);
    if (!status && !drawn && work->options->plot_as == CLI_PLOT_TEXT) {
        drawn = out_preview(stdout, result, cli_terminal_columns(), err);
        putchar('\n');
    }
    if (!drawn && plot_count) {
        fputs("plots    ", stdout);
        cli_put_safe(stdout, plots);
        printf(" (%zu figures)\n", plot_count);
    }
    if (!status && !drawn && work->options->verify) {
        status = out_result_verify(result, err);
        if (!status)
            puts("verified read again from the disk: the digest is the same");
    }
    fputs("results  ", stdout);
    cli_put_safe(stdout, result);
    printf("\ndigest   %s\n", running->digest);
    free(plots);
    free(result);
    if (!status && !drawn && running->stop.stop == EXP_CAP_HIT)
        return sim_fail(err, SIM_ECHECK,
                        "after %zu replications, the most there may be, the half-width is %.3g "
                        "of a mean of %.3g: wider than replications.until asks for",
                        running->kept, running->stop.half_width, running->stop.mean);
    if (!status && !drawn && missed)
        return sim_fail(err, SIM_ECHECK, "%zu of %zu expectations %s missed", missed,
                        work->expect_count, missed == 1 ? "was" : "were");
    return drawn ? drawn : status;
}

static char *command_line(const struct cli_options *options)
{
    size_t bytes = 1;
    char *line;

    for (int i = 0; i < options->argc; i++)
        bytes += strlen(options->argv[i]) + 1;
    line = calloc(bytes, 1);
    for (int i = 0; line && i < options->argc; i++) {
        strcat(line, i ? " " : "");
        strcat(line, options->argv[i]);
    }
    return line;
}

static double cpu_s(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

static enum sim_status write_log(const struct running *running, enum sim_status status,
                                 struct sim_error *err)
{
    char *command = command_line(running->work->options);
    struct out_circumstances what = {.command = command ? command : "aifsim",
                                     .version = AIFSIM_VERSION,
                                     .outcome = sim_status_text(status),
                                     .digest = running->digest[0] ? running->digest : NULL,
                                     .replication_count = running->kept,
                                     .thread_count = running->progress.threads,
                                     .wall_s = cli_progress_elapsed_s(&running->progress),
                                     .cpu_s = cpu_s()};
    enum sim_status written = out_run_log(running->work->dir, &what, err);

    free(command);
    return written;
}

/* The sentence for people when the replications did not end well. */
static void explain(const struct running *running, struct sim_error *err)
{
    const struct cli_work *work = running->work;

    if (running->ended == SIM_EINTERRUPTED && running->kept)
        sim_fail(err, SIM_EINTERRUPTED,
                 "interrupted; %zu of %zu replications were finished and are kept, in "
                 "'%.200s/result.partial.h5'",
                 running->kept, work->replication_count, work->dir);
    else if (running->ended == SIM_EINTERRUPTED)
        sim_fail(err, SIM_EINTERRUPTED,
                 "interrupted before a replication was finished; no result was written");
    else if (running->ended == SIM_EINVARIANT)
        cli_note("what was recorded is kept in '%.200s/result.h5.broken'", work->dir);
}

/* From the last event to the last line. *err tells of the first thing that went wrong; what goes
 * wrong after that is told here. */
static enum sim_status conclude(struct running *running, struct sim_error *err)
{
    struct sim_error later = {.status = SIM_OK};
    enum sim_status status = finish(running, &later);

    if (!status && running->kept)
        status = show(running, &later);
    if (running->ended) {
        if (status)
            cli_error(&later);
        else
            explain(running, err);
        status = running->ended;
    } else if (status && err) {
        *err = later;
    }
    if (write_log(running, status, &later) && !status) {
        status = SIM_EIO;
        *err = later;
    }
    return status;
}

enum sim_status cli_simulate(const struct cli_work *work, struct sim_error *err)
{
    struct running running = {.own = *work};
    enum sim_status status;

    running.work = &running.own;
    cli_signals_hold();
    status = cli_make_dirs(work->dir, err);
    if (!status)
        status = describe(&running, err);
    if (!status)
        status = out_run_create(work->dir, &running.about, work->level,
                                work->options->trace_replications == 1, &running.run, err);
    if (status)
        return status;
    running.ended = run_replications(&running, err);
    close_replay_window(&running);
    status = conclude(&running, err);
    exp_hours_release(&running.hours);
    free(running.value);
    free(running.beyond);
    return status;
}
