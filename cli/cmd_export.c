/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/places.h"
#include "cli/signals.h"
#include "output/export.h"
#include "output/tables.h"
#include "output/whole_file.h"

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

static enum sim_status export_to_file(const struct cli_options *options, struct out_result *result,
                                      struct sim_error *err)
{
    struct out_whole_file file;
    enum sim_status status = out_whole_file_begin(&file, options->output, err);

    if (status)
        return status;
    cli_signals_remove(file.temporary);
    status = out_whole_file_end(&file, export_to(file.stream, options, result, err), err);
    cli_signals_remove(NULL);
    return status;
}

enum sim_status cli_export(const struct cli_options *options, struct sim_error *err)
{
    struct out_result *result = NULL;
    char *path = cli_file_in(options->operand[0], "result.h5");
    enum sim_status status = check_choice(options, err);

    if (!path && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    if (!status)
        status = cli_refuse_study(options->operand[0], "an export", err);
    if (!status && options->output)
        status = cli_refuse_replacing(options->output, path, err);
    if (!status)
        status = out_result_open(path, &result, err);
    if (!status && options->verify)
        status = out_result_check(result, "", err);
    if (!status)
        status = options->output ? export_to_file(options, result, err)
                                 : export_to(stdout, options, result, err);
    out_result_close(result);
    free(path);
    return status;
}
