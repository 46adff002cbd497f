/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/log.h"
#include "cli/messages.h"
#include "cli/simulate.h"
#include "experiments/fit_report.h"
#include "output/files.h"
#include "output/fit_plot.h"

static const char scenario_name[] = "community.yaml";

typedef void write_fn(FILE *file, const struct exp_fit *fit, const struct exp_fit_source *source);

static enum sim_status write_file(write_fn *write, const struct exp_fit *fit,
                                  const struct exp_fit_source *source, const char *dir,
                                  const char *name, struct sim_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    enum sim_status status;
    int fd;

    if (!file)
        return sim_fail(err, SIM_ENOMEM, "no memory for a scenario");
    write(file, fit, source);
    if (fclose(file))
        status = sim_fail(err, SIM_ENOMEM, "no memory for a scenario");
    else
        status = out_open_dir(dir, &fd, err);
    if (!status) {
        status = out_replace_file(fd, name, text, bytes, err);
        close(fd);
    }
    free(text);
    return status;
}

static struct out_fit_panel panel_of(const struct exp_curve *curve, const char *title,
                                     const char *x_label, const char *y_label, bool is_log)
{
    return (struct out_fit_panel){.title = title,
                                  .x_label = x_label,
                                  .y_label = y_label,
                                  .is_log = is_log,
                                  .count = curve->count,
                                  .x = curve->x,
                                  .log = curve->log,
                                  .model = curve->model};
}

static enum sim_status draw(const struct cli_options *options, const struct exp_fit *fit,
                            const char *key, const char *dir, struct sim_error *err)
{
    static const char share[] = "share of the jobs";
    char title[160], caption[160];
    struct out_fit_plot plot = {.title = title, .caption = caption};

    snprintf(title, sizeof title, "The log %s and the community fitted to it", key);
    snprintf(caption, sizeof caption,
             "%zu jobs in %.0f days; model: laws as in %s, one draw of its arrivals", fit->count,
             fit->span_s / 86400, scenario_name);
    plot.panel[0] = panel_of(&fit->run_curve, "Run time", "s", share, true);
    plot.panel[1] = panel_of(&fit->width_curve, "Width", "processors", share, true);
    plot.panel[2] = panel_of(&fit->gap_curve, "Gap between submits", "s", share, true);
    plot.panel[3] = panel_of(&fit->hour_curve,
                             fit->hour_count == 24 ? "Rhythm of the day" : "Rhythm of the week",
                             fit->start_unix_s < 0   ? "hour, from the first job"
                             : fit->hour_count == 24 ? "hour"
                                                     : "hour, from Monday",
                             "batches, mean 1", false);
    return out_plot_fit(&plot, dir, (enum out_format)options->format, err);
}

/* "results/kth" of "logs/kth.swf.gz" unless -o says otherwise. */
static const char *folder_of(const struct cli_options *options, const char *key, char *room,
                             size_t bytes)
{
    snprintf(room, bytes, "results/%s", key);
    return options->output ? options->output : room;
}

static enum sim_status fit_log(const struct cli_options *options, struct sim_arena *arena,
                               struct sim_error *err)
{
    struct exp_fit_source source = {.file = options->operand[0]};
    struct mdl_log log;
    struct scn_log_about about;
    struct exp_fit *fit;
    char key[EXP_FIT_KEY_BYTES], room[EXP_FIT_KEY_BYTES + 16];
    const char *dir;
    enum sim_status status = cli_log_read(options, arena, &log, &about, err);

    if (!status)
        status = exp_fit_log(&log, arena, &fit, err);
    if (status)
        return status;
    exp_fit_key(source.file, key);
    dir = folder_of(options, key, room, sizeof room);
    source.read = log.counts.read;
    source.kept = log.counts.kept;
    source.machine_width = options->nodes ? (int64_t)options->nodes : log.machine_width;
    status = cli_make_dirs(dir, err);
    if (!status)
        status = write_file(exp_fit_write, fit, &source, dir, scenario_name, err);
    if (!status)
        status = write_file(exp_fit_write_part, fit, &source, dir, EXP_FIT_PART, err);
    if (status)
        return status;
    exp_fit_print(stdout, fit, "");
    if (!options->no_plots)
        status = draw(options, fit, key, dir, err);
    fputs("\nscenario ", stdout);
    cli_put_safe(stdout, dir);
    printf("/%s\npart     ", scenario_name);
    cli_put_safe(stdout, dir);
    fputs("/" EXP_FIT_PART "\n", stdout);
    return status;
}

enum sim_status cli_fit(const struct cli_options *options, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    enum sim_status status =
        arena ? fit_log(options, arena, err) : sim_fail(err, SIM_ENOMEM, "no memory for a log");

    sim_arena_destroy(arena);
    return status;
}
