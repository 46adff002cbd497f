/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sim/calendar.h"

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum sim_status cli_progress_begin(struct cli_progress *progress, const struct mdl_plan *plan,
                                   size_t count, size_t threads, bool is_quiet,
                                   struct sim_error *err)
{
    *progress = (struct cli_progress){.count = count,
                                      .wanted = count,
                                      .threads = threads,
                                      .plan = plan,
                                      .is_quiet = is_quiet,
                                      .is_terminal = isatty(STDERR_FILENO),
                                      .begin_s = now_s()};
    progress->shown_s = progress->begin_s;
    progress->state = calloc(count, sizeof *progress->state);
    if (!progress->state)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu replications", count);
    for (size_t i = 0; i < count; i++)
        atomic_store(&progress->state[i].now_ns, plan->begin_ns);
    return SIM_OK;
}

struct far { /* sums over the replications */
    size_t finished;
    double part; /* 0 to 1 */
    uint64_t records;
    int64_t date_ns; /* of the first that runs */
};

static struct far how_far(const struct cli_progress *progress)
{
    const struct mdl_plan *plan = progress->plan;
    double span_ns = (double)(plan->finish_ns - plan->begin_ns), done_ns = 0;
    struct far far = {.date_ns = plan->finish_ns};

    for (size_t i = progress->wanted; i-- > 0;) {
        int64_t now_ns = atomic_load_explicit(&progress->state[i].now_ns, memory_order_relaxed);

        far.records += atomic_load_explicit(&progress->state[i].records, memory_order_relaxed);
        far.finished += now_ns >= plan->finish_ns;
        if (now_ns < plan->finish_ns)
            far.date_ns = now_ns;
        done_ns += (double)(now_ns - plan->begin_ns);
    }
    if (plan->replay) { /* nobody knows when a log will be through: count its jobs */
        far.part = (double)far.records / (double)plan->replay->count;
        return far;
    }
    far.part = span_ns > 0 ? done_ns / span_ns / (double)progress->wanted : 1;
    return far;
}

static void format_rate(double rate, char text[16])
{
    if (rate >= 999.5e3)
        snprintf(text, 16, "%.2fM", rate / 1e6);
    else if (rate >= 1e3)
        snprintf(text, 16, "%.0fk", rate / 1e3);
    else
        snprintf(text, 16, "%.0f", rate);
}

static void format_left(double seconds, char text[24])
{
    int64_t left = (int64_t)(seconds + 0.5);

    if (seconds > 360000) /* also before anything is known */
        snprintf(text, 24, "?");
    else if (left >= 3600)
        snprintf(text, 24, "%" PRId64 ":%02d:%02d", left / 3600, (int)(left / 60 % 60),
                 (int)(left % 60));
    else
        snprintf(text, 24, "%d:%02d", (int)(left / 60), (int)(left % 60));
}

void cli_progress_line(const struct cli_progress *progress, double elapsed_s, char *line,
                       size_t line_bytes)
{
    struct far far = how_far(progress);
    double left_s = far.part > 0 ? elapsed_s * (1 - far.part) / far.part : 1e9;
    int64_t days = far.date_ns / SIM_DAY_NS - (far.date_ns % SIM_DAY_NS < 0);
    char date[11], rate[16], left[24], most[40] = "";

    sim_date_format(progress->plan->calendar.start_days + days, date);
    format_rate((double)far.records / elapsed_s, rate);
    format_left(left_s, left);
    if (progress->wanted < progress->count)
        snprintf(most, sizeof most, " (at most %zu)", progress->count);
    snprintf(line, line_bytes, "%s  %zu/%zu replications%s  %s records/s  %.0f %%  %s left", date,
             far.finished, progress->wanted, most, rate, 100 * far.part, left);
}

void cli_progress_tick(struct cli_progress *progress)
{
    double now = now_s(), pause_s = progress->is_terminal ? 0.5 : 60;
    char line[128];

    if (progress->is_quiet || now - progress->shown_s < pause_s)
        return;
    progress->shown_s = now;
    cli_progress_line(progress, now - progress->begin_s, line, sizeof line);
    if (progress->is_terminal)
        fprintf(stderr, "\r%s\033[K", line);
    else
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
    progress->has_line = progress->is_terminal;
}

double cli_progress_elapsed_s(const struct cli_progress *progress)
{
    return now_s() - progress->begin_s;
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->has_line)
        fputs("\r\033[K", stderr);
    progress->has_line = false;
    free(progress->state);
    progress->state = NULL;
}
