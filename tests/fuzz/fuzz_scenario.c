/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scenario from a stranger, from bytes to plan: it is refused or understood, with no crash, no
 * undefined behaviour and no more than 64 MB. Seeds: tests/fuzz/scenario/.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "models/config.h"
#include "scenarios/load.h"

enum { BYTES_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sim_status check(const void *config, scn_report_fn *report, void *context)
{
    mdl_config_check(config, report, context);
    return SIM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_arena *arena = sim_arena_create(BYTES_MAX);
    struct scn_errors errors = {.count = 0};
    struct scn_scenario scenario;
    struct mdl_config config;
    struct mdl_plan *plan;
    struct scn_request request = {.path = "fuzz.yaml",
                                  .text = (const char *)data,
                                  .text_bytes = size,
                                  .rows = mdl_config_fields,
                                  .check = check,
                                  .want_inputs = true,
                                  .arena = arena};

    memset(&config, 0, sizeof config);
    if (arena && scn_load(&request, &config, &scenario, &errors) == SIM_OK &&
        mdl_plan_create(&config, NULL, arena, &plan, NULL) != SIM_OK)
        plan = NULL; /* no memory, or a mistake that only the plan shows */
    sim_arena_destroy(arena);
    return 0;
}
