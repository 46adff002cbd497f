/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/scenario.h"
#include "cli/warnings.h"
#include "output/offered.h"

enum sim_status cli_warn_of_load(const char *path, const struct cli_scenario *scenario,
                                 struct sim_error *err)
{
    const struct mdl_plan *plan = scenario->plan;
    struct mdl_offered *offered =
        sim_arena_alloc(scenario->arena, plan->partition_count, sizeof *offered);

    if (!offered)
        return sim_fail(err, SIM_ENOMEM, "no memory for offered loads");
    mdl_plan_offered(plan, offered);
    cli_warn_of_plan(path, plan, offered, scenario->arena);
    return SIM_OK;
}

static enum sim_status show(const char *path, const struct cli_scenario *scenario,
                            struct sim_error *err)
{
    const struct mdl_plan *plan = scenario->plan;
    struct mdl_offered *offered =
        sim_arena_alloc(scenario->arena, plan->partition_count, sizeof *offered);
    enum sim_status status;

    if (!offered)
        return sim_fail(err, SIM_ENOMEM, "no memory for offered loads");
    mdl_plan_offered(plan, offered);
    cli_put_safe(stdout, path);
    fputs(": valid, ", stdout);
    status = out_print_offered(stdout, plan, offered, scenario->arena, err);
    cli_warn_of_plan(path, plan, offered, scenario->arena);
    return status;
}

static void print_options(const struct exp_study *study, const struct exp_comparison *comparison)
{
    if (study->is_given || comparison->world_count > 1)
        printf("\n  %zu option%s in %zu world%s (%zu draw%s among them), all valid\n",
               study->option_count, study->option_count == 1 ? "" : "s", comparison->world_count,
               comparison->world_count == 1 ? "" : "s",
               study->uncertain_count ? study->draw_count : 0,
               study->uncertain_count && study->draw_count == 1 ? "" : "s");
}

/* Every file is looked at; the first failure gives the exit code. */
enum sim_status cli_check(const struct cli_options *options, struct sim_error *err)
{
    enum sim_status first = SIM_OK;

    for (size_t i = 0; i < options->operand_count; i++) {
        struct sim_error here = {.status = SIM_OK};
        struct exp_compare work = {.threads = 1};
        struct cli_prepared prepared = {.comparison = NULL};
        struct cli_scenario scenario;
        enum sim_status status = cli_scenario_load(options->operand[i], options, &scenario, &here);

        if (!status) /* before anything is said to be valid */
            status = cli_scenario_prepare(&scenario, &work, &prepared, &here);
        if (!status && i > 0)
            putchar('\n');
        if (!status)
            status = show(options->operand[i], &scenario, &here);
        if (!status) {
            print_options(&scenario.study, prepared.comparison);
            cli_warn_of_options(options->operand[i], prepared.comparison);
        }
        exp_comparison_release(prepared.comparison);
        cli_scenario_release(&scenario);
        if (here.status && first)
            cli_error(&here);
        else if (here.status)
            *err = here;
        first = first ? first : status;
    }
    return first;
}
