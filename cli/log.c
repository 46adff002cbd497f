/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/log.h"

#include <inttypes.h>
#include <string.h>

#include "cli/messages.h"

/* "WHOSE: " before what is said of a log among others. */
static void say(const char *whose, uint64_t count, const char *what)
{
    if (count)
        cli_note("%s%s%" PRIu64 " %s", whose, *whose ? ": " : "", count, what);
}

void cli_log_report(const char *whose, const struct mdl_log *log, const struct scn_log_about *about)
{
    if (about->map[0])
        cli_note("%s%sread as %s: %s", whose, *whose ? ": " : "",
                 mdl_log_format_names[about->format], about->map);
    cli_note("%s%s%" PRIu64 " of %" PRIu64 " jobs of the log kept", whose, *whose ? ": " : "",
             log->counts.kept, log->counts.read);
    for (const struct scn_log_count *row = scn_log_count_rows; row->name; row++)
        say(whose, scn_log_count(&log->counts, row), row->text);
}

static enum sim_status open_log(const struct cli_options *options, int *fd, struct sim_error *err)
{
    const char *path = options->operand[0];

    if (options->data)
        return scn_open_below(options->data, path, fd, err);
    return scn_open_named(path, "the log", fd, err);
}

static double factor(double given)
{
    return given > 0 ? given : 1;
}

enum sim_status cli_log_read(const struct cli_options *options, struct sim_arena *arena,
                             struct mdl_log *log, struct scn_log_about *about,
                             struct sim_error *err)
{
    struct scn_log_request request = {.name = options->operand[0],
                                      .format = (enum mdl_log_format)options->log_format,
                                      .scale_load = factor(options->scale_load),
                                      .scale_time = factor(options->scale_time),
                                      .scale_width = factor(options->scale_width),
                                      .width = (int64_t)options->nodes,
                                      .arena = arena};
    char *map = options->columns ? sim_arena_strdup(arena, options->columns) : NULL;
    struct mdl_log_columns columns;
    enum sim_status status = SIM_OK;

    if (options->columns && !map)
        return sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    if (map)
        status = scn_log_columns_parse(map, &columns, err);
    request.columns = map ? &columns : NULL;
    if (!status)
        status = open_log(options, &request.fd, err);
    if (!status)
        status = scn_log_read(&request, log, about, err);
    if (!status)
        cli_log_report("", log, about);
    return status;
}
