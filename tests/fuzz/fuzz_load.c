/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libFuzzer: any bytes as a scenario of the toy world, with inputs. What follows a byte 0x1E is
 * the text of a --set; `extends: builtin:self` reads the scenario's own text again.
 *
 *     clang -std=c11 -D_GNU_SOURCE -DAIFSIM_VERSION='"0"' -I. -g -O1 \
 *         -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
 *         tests/fuzz/fuzz_load.c scenarios/load.c scenarios/bind.c scenarios/values.c \
 *         scenarios/patch.c scenarios/yaml_reader.c sim/arena.c sim/calendar.c \
 *         sim/distribution.c sim/elementary.c sim/error.c sim/random.c sim/units.c \
 *         -lyaml -lgsl -lm -o fuzz_load
 *     ./fuzz_load -max_total_time=60 -timeout=5 -rss_limit_mb=512 -max_len=20000 CORPUS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/load.h"
#include "tests/unit/scenarios/toy.h"

/* What must hold of whatever comes out. */
static void examine(enum sim_status status, const struct scn_scenario *scenario,
                    const struct scn_errors *errors)
{
    char line[1200];

    if ((status == SIM_OK) != (errors->count == 0) || errors->count > SCN_ERRORS_MAX)
        abort();
    for (size_t i = 0; i < errors->count; i++) {
        scn_error_format(&errors->error[i], line, sizeof line);
        for (const char *at = line; *at; at++)
            if ((unsigned char)*at < 0x20 || *at == 0x7F)
                abort(); /* it would reach a terminal */
    }
    if (status != SIM_OK)
        return;
    for (size_t i = 0; i < scenario->input_count; i++)
        if (!scenario->inputs[i].path[0] || !scenario->inputs[i].value ||
            !scenario->inputs[i].origin[0])
            abort();
    if (scenario->input_count && !scenario->canonical[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const char *const other_keys[] = {"options", "overrides", NULL};
    const uint8_t *mark = memchr(data, 0x1E, bytes);
    struct scn_builtin self[] = {{"self", (const char *)data, mark ? (size_t)(mark - data) : bytes},
                                 {NULL, NULL, 0}};
    char *set = mark ? strndup((const char *)mark + 1, bytes - self->bytes - 1) : NULL;
    const char *sets[] = {set};
    struct sim_arena *arena = sim_arena_create((size_t)128 << 20);
    struct scn_errors *errors = calloc(1, sizeof *errors);
    struct scn_scenario scenario;
    struct toy toy;
    enum sim_status status;

    if (!arena || !errors)
        abort();
    memset(&toy, 0, sizeof toy);
    status = scn_load(&(struct scn_request){.path = "fuzz.yaml",
                                            .text = bytes ? self->text : "",
                                            .text_bytes = self->bytes,
                                            .builtins = self,
                                            .sets = sets,
                                            .set_count = set ? 1 : 0,
                                            .rows = toy_fields,
                                            .other_keys = other_keys,
                                            .want_inputs = true,
                                            .arena = arena},
                      &toy, &scenario, errors);
    examine(status, &scenario, errors);
    sim_arena_destroy(arena);
    free(errors);
    free(set);
    return 0;
}
