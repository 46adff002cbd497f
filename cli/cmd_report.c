/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/signals.h"
#include "output/report.h"

/* DIR stands for DIR/study.h5. */
static char *study_path(const char *operand)
{
    char *path = malloc(strlen(operand) + sizeof "/study.h5");
    struct stat at;

    if (path)
        sprintf(path, "%s%s", operand,
                stat(operand, &at) == 0 && S_ISDIR(at.st_mode) ? "/study.h5" : "");
    return path;
}

/* report.html beside the study. */
static char *default_file(const char *study)
{
    const char *slash = strrchr(study, '/');
    size_t folder = slash ? (size_t)(slash - study) + 1 : 0;
    char *file = malloc(folder + sizeof "report.html");

    if (file)
        sprintf(file, "%.*sreport.html", (int)folder, study);
    return file;
}

enum sim_status cli_report(const struct cli_options *options, struct sim_error *err)
{
    char *study = study_path(options->operand[0]);
    char *file = study && options->output ? strdup(options->output)
                 : study                  ? default_file(study)
                                          : NULL;
    size_t bytes = 0;
    enum sim_status status = SIM_OK;

    if (!file)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    cli_signals_hold();
    if (!status)
        status = out_report_study(study, file, cli_signals_stop(), &bytes, err);
    cli_signals_release();
    if (!status) {
        fputs("report   ", stdout);
        cli_put_safe(stdout, file);
        printf(" (%zu kB)\n", (bytes + 999) / 1000);
    }
    free(study);
    free(file);
    return status;
}
