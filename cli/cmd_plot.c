/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/signals.h"
#include "cli/simulate.h"
#include "output/plots.h"
#include "output/study.h"
#include "output/study_plots.h"
#include "output/preview.h"

static bool is_folder(const char *path)
{
    struct stat at;

    return stat(path, &at) == 0 && S_ISDIR(at.st_mode);
}

static char *join(const char *folder, const char *name)
{
    char *path = malloc(strlen(folder) + strlen(name) + 2);

    if (path)
        sprintf(path, "%s/%s", folder, name);
    return path;
}

/* The folder a result file lies in. */
static char *folder_of(const char *result)
{
    const char *slash = strrchr(result, '/');

    return slash ? strndup(result, slash == result ? 1 : (size_t)(slash - result)) : strdup(".");
}

static const char *base_of(const char *folder)
{
    const char *slash = strrchr(folder, '/');

    return slash && slash[1] ? slash + 1 : folder;
}

/* DIR when one result is drawn, DIR/RESULT's folder when there are several. */
static char *target(const struct cli_options *options, const char *folder)
{
    if (!options->output)
        return join(folder, "plots");
    if (options->operand_count == 1)
        return strdup(options->output);
    return join(options->output, base_of(folder));
}

/* The file itself, or the result of a folder; where there is none, its study. */
static char *file_of(const char *operand)
{
    char *result, *study;

    if (!is_folder(operand))
        return strdup(operand);
    result = join(operand, "result.h5");
    study = join(operand, "study.h5");
    if (result && study && access(result, F_OK) != 0 && access(study, F_OK) == 0) {
        free(result);
        return study;
    }
    free(study);
    return result;
}

static enum sim_status plot(const struct cli_options *options, const char *operand,
                            struct sim_error *err)
{
    char *result = file_of(operand);
    char *folder = result ? folder_of(result) : NULL;
    char *dir = folder ? target(options, folder) : NULL;
    size_t count = 0;
    enum sim_status status =
        dir ? cli_make_dirs(dir, err) : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    cli_signals_hold();
    if (!status)
        status = (out_study_is_one(result) ? out_plot_study : out_plot_result)(
            &(struct out_plotting){.result_path = result,
                                   .dir = dir,
                                   .format = options->format,
                                   .stop = cli_signals_stop()},
            &count, err);
    if (!status) {
        fputs("plots    ", stdout);
        cli_put_safe(stdout, dir);
        printf(" (%zu figures)\n", count);
    }
    free(dir);
    free(folder);
    free(result);
    return status;
}

static enum sim_status preview(const char *operand, struct sim_error *err)
{
    char *result = is_folder(operand) ? join(operand, "result.h5") : strdup(operand);
    enum sim_status status = result ? out_preview(stdout, result, cli_terminal_columns(), err)
                                    : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    free(result);
    return status;
}

enum sim_status cli_plot(const struct cli_options *options, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < options->operand_count; i++) {
        if (i > 0 && options->plot_as == CLI_PLOT_TEXT)
            putchar('\n');
        status = options->plot_as == CLI_PLOT_TEXT ? preview(options->operand[i], err)
                                                   : plot(options, options->operand[i], err);
    }
    return status;
}
