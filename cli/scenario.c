/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/log.h"
#include "cli/messages.h"
#include "experiments/expect.h"
#include "scenarios/builtin.h"

enum { SCENARIO_BYTES_MAX = 1 << 30 };

/* A plan that is refused names the key to blame first (models/plan.h); it has a place. */
static enum sim_status report_refusal(struct sim_error *refusal, scn_report_fn *report,
                                      void *context)
{
    const char *words = strstr(refusal->message, ": ");
    char path[sizeof refusal->message];

    if (refusal->status != SIM_ESCHEMA || !words)
        return refusal->status;
    snprintf(path, sizeof path, "%.*s", (int)(words - refusal->message), refusal->message);
    report(context, path, "%s", words + 2);
    *refusal = (struct sim_error){.status = SIM_OK};
    return SIM_ESCHEMA;
}

static size_t check_until(struct cli_scenario *scenario, scn_report_fn *report, void *context)
{
    struct sim_error err;
    const char *key;
    char path[64];

    if (exp_until_read(&scenario->config, scenario->plan->figure, scenario->plan->figure_count,
                       &scenario->until, &key, &err) == SIM_OK)
        return 0;
    snprintf(path, sizeof path, "replications.until.%s", key);
    report(context, path, "%s", err.message);
    return 1;
}

/* Rules across keys, then those that need the plan; so a mistake that only the plan shows has
 * its file:line:column too. */
static enum sim_status check(const void *config, scn_report_fn *report, void *context)
{
    /* what bind() was given, so it may be written to */
    struct cli_scenario *scenario = (struct cli_scenario *)(uintptr_t)config;
    enum sim_status status;
    size_t mistakes = 0;

    if (mdl_config_check(&scenario->config, report, context) > 0)
        return SIM_ESCHEMA;
    status = scn_community_logs_read(&scenario->config.communities, &scenario->scenario,
                                     scenario->data, scenario->arena, report, context,
                                     scenario->errors, &scenario->logs);
    if (status)
        return status;
    status = mdl_plan_create(&scenario->config, NULL, scenario->arena, &scenario->plan,
                             &scenario->trouble);
    if (status)
        return report_refusal(&scenario->trouble, report, context);
    mistakes =
        mdl_plan_check(scenario->plan, report, context) + check_until(scenario, report, context);
    status = exp_expect_read(scenario->scenario.root, scenario->plan->figure,
                             scenario->plan->figure_count,
                             scenario->plan->end_ns - scenario->plan->start_ns, scenario->arena,
                             &scenario->expect, &scenario->expect_count, scenario->errors);
    return !status && mistakes ? SIM_ESCHEMA : status;
}

static enum sim_status tell(const struct scn_errors *errors, enum sim_status status)
{
    for (size_t i = 0; i < errors->count; i++)
        cli_error(&errors->error[i]);
    if (errors->more)
        cli_note("more than %d mistakes; mend these and check again", SCN_ERRORS_MAX);
    return status;
}

/* Those that can be run with their names, then the parts. */
static void list_builtins(void)
{
    static const char name_key[] = "\nname: ";
    char name[64], parts[256] = "";

    for (const struct scn_builtin *row = scn_builtins; row->name; row++) {
        const char *title = memmem(row->text, row->bytes, name_key, sizeof name_key - 1);

        scn_builtin_short(scn_builtins, row, name, sizeof name);
        if (strstr(row->name, "/parts/")) {
            snprintf(parts + strlen(parts), sizeof parts - strlen(parts), " %s", name);
        } else if (title) {
            title += sizeof name_key - 1;
            title += *title == '"';
            cli_note("builtin:%-16s %.*s", name, (int)strcspn(title, "\"\n"), title);
        }
    }
    cli_note("parts for 'extends: builtin:NAME':%s", parts);
}

static bool names_no_builtin(const char *path)
{
    static const char builtin[] = "builtin:";

    return strncmp(path, builtin, sizeof builtin - 1) == 0 &&
           !scn_builtin_find(scn_builtins, path + sizeof builtin - 1);
}

/* No such file, but a built-in scenario of that name. */
static void hint_at_builtin(const char *path)
{
    const struct scn_builtin *row = scn_builtin_find(scn_builtins, path);
    char name[64];

    if (!row || access(path, F_OK) == 0)
        return;
    scn_builtin_short(scn_builtins, row, name, sizeof name);
    cli_note("did you mean 'builtin:%s'?", name);
}

static enum sim_status add_logs(struct cli_scenario *scenario, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < scenario->logs.count && !status; i++) {
        const struct scn_community_log *log = &scenario->logs.log[i];
        char prefix[256];

        snprintf(prefix, sizeof prefix, "%.200s.replay", log->path);
        cli_log_report(log->path, log->log, &log->about);
        status = scn_log_inputs(log->log, &log->about, prefix, log->file, scenario->arena,
                                &scenario->scenario, err);
    }
    return status;
}

/* What lies before the beginning of the simulated time or after its end. */
static void report_outside(const struct mdl_plan *plan)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_source_plan *source = &plan->source[s];
        size_t outside =
            source->log ? source->log->count - (source->log_end - source->log_first) : 0;

        if (outside)
            cli_note("%s: %zu of the jobs lie outside the simulated time", source->item->path,
                     outside);
    }
}

/* The option that was asked for, else the baseline, in its central future and without draws. */
static enum sim_status choose(struct scn_request *request, const char *name,
                              struct cli_scenario *out, struct scn_reader *reader,
                              struct sim_error *err)
{
    enum sim_status status;

    out->option = out->study.baseline;
    if (name && (status = exp_study_option(&out->study, name, &out->option, err)))
        return status;
    return exp_study_patches(&out->study, reader, out->scenario.tree.root, 0, out->option,
                             EXP_CENTRAL, EXP_NO_DRAW, &request->patches, &request->patch_count);
}

/* Mistakes of every part are told together, so one does not hide the others. */
static enum sim_status load(struct scn_request *request, const char *option,
                            struct cli_scenario *out)
{
    struct scn_tree *tree = &out->scenario.tree;
    struct scn_reader reader;
    enum sim_status status = scn_open(request, tree, out->errors), bound;

    if (!tree->root)
        return status;
    if (exp_study_read(request, tree, &out->study, out->errors) == SIM_OK && !status) {
        scn_reader_init(&reader, request->arena, out->errors);
        status = choose(request, option, out, &reader, &out->trouble);
        if (status)
            return status;
    }
    bound = scn_bind(request, tree, &out->config, &out->scenario, out->errors);
    return status ? status : bound;
}

static enum sim_status begin(struct cli_scenario *out, struct sim_error *err)
{
    *out = (struct cli_scenario){.arena = sim_arena_create(SCENARIO_BYTES_MAX)};
    return out->arena ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a scenario");
}

/* out: begun; what the request points to lives as long. */
static enum sim_status bind(struct scn_request *request, const char *option,
                            struct cli_scenario *out, struct sim_error *err)
{
    struct scn_errors errors = {.count = 0};
    enum sim_status status;

    request->builtins = scn_builtins;
    request->rows = mdl_config_fields;
    request->other_keys = exp_study_keys;
    request->want_inputs = true;
    request->arena = out->arena;
    out->errors = &errors;
    out->data = request->data;
    out->request = *request;
    status = load(request, option, out);
    out->errors = NULL;
    if (!status)
        status = add_logs(out, &out->trouble);
    if (status && out->trouble.status)
        *err = out->trouble;
    else if (status)
        tell(&errors, status);
    if (status && names_no_builtin(request->path))
        list_builtins();
    else if (status && !request->text)
        hint_at_builtin(request->path);
    return status;
}

enum sim_status cli_scenario_of_replay(const char *text, const char *const *sets, size_t set_count,
                                       const struct mdl_replay_plan *replay,
                                       struct cli_scenario *out, struct sim_error *err)
{
    struct scn_request request = {.path = "replay",
                                  .text = text,
                                  .text_bytes = strlen(text),
                                  .sets = sets,
                                  .set_count = set_count};
    enum sim_status status = begin(out, err);

    if (!status)
        status = bind(&request, NULL, out, err);
    if (!status)
        status = mdl_plan_create(&out->config, replay, out->arena, &out->plan, err);
    return status;
}

/* --seed is a --set like any other, so that it stands in the result with its origin. */
static const char *const *sets_of(const struct cli_options *options, struct sim_arena *arena)
{
    const char **sets = sim_arena_alloc(arena, options->set_count + 1, sizeof *sets);
    char seed[32];

    snprintf(seed, sizeof seed, "seed=%" PRIu64, options->seed);
    if (!sets || !(sets[options->set_count] = sim_arena_strdup(arena, seed)))
        return NULL;
    if (options->set_count)
        memcpy(sets, options->set, options->set_count * sizeof *sets);
    return sets;
}

enum sim_status cli_scenario_load(const char *path, const struct cli_options *options,
                                  struct cli_scenario *out, struct sim_error *err)
{
    enum sim_status status = begin(out, err);
    const char *const *sets = status ? NULL : sets_of(options, out->arena);

    if (!status && !sets)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    if (!status)
        status = bind(&(struct scn_request){.path = path,
                                            .data = options->data,
                                            .sets = sets,
                                            .set_count = options->set_count + options->has_seed,
                                            .check = check},
                      options->option, out, err);
    if (!status)
        out->plan->is_verified = options->verify;
    if (!status)
        report_outside(out->plan);
    return status;
}

/* ---- options and worlds ---- */

/* An item of a comparison, for exp_compare: the rules are those of a scenario that runs alone. */
static enum sim_status bind_item(void *context, const struct scn_request *request,
                                 const struct scn_tree *tree, struct mdl_plan **plan,
                                 struct scn_errors *errors, struct sim_error *err)
{
    struct cli_scenario *item = sim_arena_alloc(request->arena, 1, sizeof *item);
    enum sim_status status;

    (void)context;
    if (!item)
        return sim_fail(err, SIM_ENOMEM, "no memory for an option");
    item->arena = request->arena;
    item->data = request->data;
    item->errors = errors;
    status = scn_bind(request, tree, &item->config, &item->scenario, errors);
    if (status && item->trouble.status && err)
        *err = item->trouble;
    *plan = item->plan;
    return status;
}

/* Mistakes of every part are told together. */
static enum sim_status read_questions(struct cli_scenario *scenario, struct cli_prepared *out,
                                      struct scn_errors *errors)
{
    const struct exp_comparison *comparison = out->comparison;
    enum sim_status keys =
        exp_keys_read(scenario->scenario.root, comparison->figure, comparison->figure_count,
                      out->key, &out->key_count, errors);
    enum sim_status crossings =
        exp_crossings_read(&scenario->request, &scenario->scenario.tree, comparison, &out->crossing,
                           &out->crossing_count, errors);

    return keys ? keys : crossings;
}

enum sim_status cli_scenario_prepare(struct cli_scenario *scenario, struct exp_compare *work,
                                     struct cli_prepared *out, struct sim_error *err)
{
    struct scn_errors errors = {.count = 0};
    struct sim_error trouble = {.status = SIM_OK};
    enum sim_status status;

    *out = (struct cli_prepared){.comparison = NULL};
    work->request = &scenario->request;
    work->tree = &scenario->scenario.tree;
    work->study = &scenario->study;
    work->scenario_bytes_max = SCENARIO_BYTES_MAX;
    work->bind = bind_item;
    work->is_verified = scenario->plan->is_verified;
    status = exp_compare_prepare(work, scenario->arena, &out->comparison, &errors, &trouble);
    if (!status)
        status = read_questions(scenario, out, &errors);
    if (status && trouble.status && err)
        *err = trouble;
    else if (status)
        tell(&errors, status);
    return status;
}

void cli_scenario_release(struct cli_scenario *scenario)
{
    sim_arena_destroy(scenario->arena);
    scenario->arena = NULL;
}

const char *cli_default_dir(const struct cli_scenario *scenario, const char *path)
{
    static const char builtin[] = "builtin:";
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot;
    size_t length;
    char *dir;

    if (strncmp(name, builtin, sizeof builtin - 1) == 0)
        name += sizeof builtin - 1;
    dot = strrchr(name, '.');
    length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    dir = sim_arena_alloc(scenario->arena, strlen(name) + sizeof "results/", 1);
    if (dir)
        sprintf(dir, "results/%.*s", (int)length, name);
    return dir;
}
