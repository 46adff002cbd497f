/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/places.h"

#include <fnmatch.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/study.h"

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

char *cli_file_in(const char *operand, const char *name)
{
    return is_folder(operand) ? join(operand, name) : strdup(operand);
}

char *cli_result_or_study(const char *operand)
{
    char *result = cli_file_in(operand, "result.h5"), *study = cli_file_in(operand, "study.h5");
    bool is_study = result && study && access(result, F_OK) != 0 && access(study, F_OK) == 0;

    free(is_study ? result : study);
    return is_study ? study : result;
}

enum sim_status cli_refuse_study(const char *operand, const char *what, struct sim_error *err)
{
    char *path = cli_result_or_study(operand);
    enum sim_status status = SIM_OK;

    if (!path)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    else if (access(path, F_OK) == 0 && out_study_is_one(path))
        status = sim_fail(err, SIM_EUSAGE,
                          "'%.300s' is a study of options, and %s is of the result of a run; its "
                          "values are in study.csv beside it, 'aifsim plot' draws its figures, "
                          "'aifsim report' makes a page of it",
                          path, what);
    free(path);
    return status;
}

char *cli_beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    char *file = malloc(folder + strlen(name) + 1);

    if (file)
        sprintf(file, "%.*s%s", (int)folder, path, name);
    return file;
}

/* dirname and basename write into what they are given. */
static char *folder_in(const char *output, const char *result)
{
    char *copy = strdup(result), *folder = copy ? strdup(dirname(copy)) : NULL;
    char *path = folder ? join(output, basename(folder)) : NULL;

    free(folder);
    free(copy);
    return path;
}

char *cli_plots_folder(const struct cli_options *options, const char *result)
{
    if (!options->output)
        return cli_beside(result, "plots");
    return options->operand_count == 1 ? strdup(options->output)
                                       : folder_in(options->output, result);
}

static bool is_same(const char *a, const char *b)
{
    struct stat at, other;

    return stat(a, &at) == 0 && stat(b, &other) == 0 && at.st_dev == other.st_dev &&
           at.st_ino == other.st_ino;
}

/* What commands write beside a result. */
static bool is_own_name(const char *base)
{
    static const char *const pattern[] = {"result*.h5",    "result.h5.broken", "summary*.csv",
                                          "summary*.json", "run.log",          "study.h5"};

    for (size_t i = 0; i < sizeof pattern / sizeof *pattern; i++)
        if (fnmatch(pattern[i], base, 0) == 0)
            return true;
    return false;
}

enum sim_status cli_refuse_replacing(const char *name, const char *result, struct sim_error *err)
{
    char *folder = strdup(name), *base = strdup(name), *home = strdup(result);
    enum sim_status status = SIM_OK;

    if (!folder || !base || !home)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    else if (is_same(name, result) ||
             (is_own_name(basename(base)) && is_same(dirname(folder), dirname(home))))
        status = sim_fail(err, SIM_EUSAGE,
                          "-o '%.300s' would replace a part of the result that is read; choose "
                          "another name",
                          name);
    free(folder);
    free(base);
    free(home);
    return status;
}
