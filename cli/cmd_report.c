/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/signals.h"
#include "output/report.h"

/* DIR stands for DIR/study.h5, or DIR/result.h5 where there is no study. */
static char *source_path(const char *operand)
{
    char *path = malloc(strlen(operand) + sizeof "/result.h5");
    struct stat at;

    if (!path || stat(operand, &at) != 0 || !S_ISDIR(at.st_mode))
        return path ? strcpy(path, operand) : NULL;
    sprintf(path, "%s/study.h5", operand);
    if (stat(path, &at) != 0)
        sprintf(path, "%s/result.h5", operand);
    return path;
}

/* report.html beside it. */
static char *default_file(const char *source)
{
    const char *slash = strrchr(source, '/');
    size_t folder = slash ? (size_t)(slash - source) + 1 : 0;
    char *file = malloc(folder + sizeof "report.html");

    if (file)
        sprintf(file, "%.*sreport.html", (int)folder, source);
    return file;
}

enum sim_status cli_report(const struct cli_options *options, struct sim_error *err)
{
    char *source = source_path(options->operand[0]);
    char *file = source && options->output ? strdup(options->output)
                 : source                  ? default_file(source)
                                           : NULL;
    size_t bytes = 0;
    enum sim_status status = SIM_OK;

    if (!file)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    cli_signals_hold();
    if (!status)
        status = out_report(source, file, cli_signals_stop(), &bytes, err);
    cli_signals_release();
    if (!status) {
        fputs("report   ", stdout);
        cli_put_safe(stdout, file);
        printf(" (%zu kB)\n", (bytes + 999) / 1000);
    }
    free(source);
    free(file);
    return status;
}
