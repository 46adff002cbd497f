/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/signals.h"
#include "output/export.h"
#include "output/tables.h"

static enum sim_status check_choice(const struct cli_options *options, struct sim_error *err)
{
    if (options->csv + options->json != 1)
        return sim_fail(err, SIM_EUSAGE, "export as --csv or as --json: name one of them");
    if (options->jobs + options->ledger + options->figures + (options->series != NULL) > 1)
        return sim_fail(err, SIM_EUSAGE,
                        "one of --figures, --jobs, --ledger and --series NAME at a time");
    if (options->replication && !options->jobs && !options->ledger && !options->series)
        return sim_fail(err, SIM_EUSAGE,
                        "--replication goes with --jobs, --ledger or --series; figures are of all");
    return SIM_OK;
}

/* The first one when none is named. */
static enum sim_status choose_replication(const struct cli_options *options,
                                          const struct out_result *result, size_t *replication,
                                          struct sim_error *err)
{
    const char *named = options->replication ? options->replication : "0";
    bool is_all = strcmp(named, "all") == 0;
    size_t digits = strspn(named, "0123456789");

    *replication = is_all ? OUT_ALL_REPLICATIONS : strtoul(named, NULL, 10);
    if (!is_all && (digits == 0 || digits > 9 || named[digits]))
        return sim_fail(err, SIM_EUSAGE,
                        "--replication: '%.80s' is neither a number from 0 nor all", named);
    if (!is_all && options->replication && *replication >= result->trace_count)
        return sim_fail(err, SIM_EUSAGE,
                        "--replication %s: the result holds rows of %zu (numbers from 0); run with "
                        "--trace-replications all",
                        named, result->trace_count);
    return SIM_OK;
}

static enum sim_status export_to(FILE *file, const struct cli_options *options,
                                 struct out_result *result, struct sim_error *err)
{
    enum out_export_format format = options->json ? OUT_EXPORT_JSON : OUT_EXPORT_CSV;
    size_t replication;

    if (choose_replication(options, result, &replication, err))
        return SIM_EUSAGE;
    if (options->series)
        return out_export_series(file, result, replication, options->series, format, err);
    if (options->jobs || options->ledger)
        return out_export_table(file, result, replication, options->jobs ? "jobs" : "ledger",
                                format, err);
    return options->json ? out_write_json(file, &result->summary, result->digest, err)
                         : out_write_csv(file, &result->summary, err);
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

/* dirname and basename write into what they are given. */
static enum sim_status check_target(const char *name, const char *result, struct sim_error *err)
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

/* The name appears when everything is written. */
static enum sim_status export_to_file(const struct cli_options *options, struct out_result *result,
                                      struct sim_error *err)
{
    const char *name = options->output;
    char *temporary = malloc(strlen(name) + sizeof ".XXXXXX");
    FILE *file = NULL;
    enum sim_status status;
    mode_t mask = umask(0);
    struct stat at;
    int fd;

    umask(mask);
    if (!temporary)
        return sim_fail(err, SIM_ENOMEM, "no memory for a name");
    if (stat(name, &at) == 0 && !S_ISREG(at.st_mode)) {
        free(temporary);
        return sim_fail(err, SIM_EIO, "'%.300s' is there and is not a regular file", name);
    }
    sprintf(temporary, "%s.XXXXXX", name);
    fd = mkstemp(temporary);
    cli_signals_remove(temporary);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", name, strerrordesc_np(errno));
        cli_signals_remove(NULL);
        free(temporary);
        return status;
    }
    status = export_to(file, options, result, err);
    if ((fchmod(fd, 0666 & ~mask) != 0 || fsync(fd) != 0) && !status)
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", name, strerrordesc_np(errno));
    if (fclose(file) != 0 && !status)
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", name, strerrordesc_np(errno));
    if (!status && rename(temporary, name) != 0)
        status = sim_fail(err, SIM_EIO, "cannot write '%.300s': %s", name, strerrordesc_np(errno));
    if (status)
        unlink(temporary);
    cli_signals_remove(NULL);
    free(temporary);
    return status;
}

enum sim_status cli_export(const struct cli_options *options, struct sim_error *err)
{
    const char *operand = options->operand[0];
    struct out_result *result = NULL;
    struct stat at;
    bool is_folder = stat(operand, &at) == 0 && S_ISDIR(at.st_mode);
    char *path = malloc(strlen(operand) + sizeof "/result.h5");
    enum sim_status status = check_choice(options, err);

    if (!path && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    if (!status) {
        sprintf(path, "%s%s", operand, is_folder ? "/result.h5" : "");
        status = options->output ? check_target(options->output, path, err) : SIM_OK;
    }
    if (!status)
        status = out_result_open(path, &result, err);
    if (!status)
        status = options->output ? export_to_file(options, result, err)
                                 : export_to(stdout, options, result, err);
    out_result_close(result);
    free(path);
    return status;
}
