/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A log from a stranger: what is kept of it satisfies what a replay counts on.
 * Seeds: tests/fuzz/swf/.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/swf.h"

enum { BYTES_MAX = 64 << 20, PROCS = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_arena *arena = sim_arena_create(BYTES_MAX);
    struct scn_swf_report report;
    struct scn_swf_log log;

    if (arena &&
        scn_swf_read_memory((const char *)data, size, "fuzz.swf", arena, &log, NULL) == SIM_OK &&
        scn_swf_clean(&log, PROCS, &report, NULL) == SIM_OK) {
        for (size_t i = 0; i < log.count; i++) {
            assert(log.job[i].run_s >= 1 && log.job[i].run_s <= log.job[i].estimate_s);
            assert(log.job[i].procs_requested >= 1 && log.job[i].procs_requested <= PROCS);
            assert(log.job[i].submit_s >= (i ? log.job[i - 1].submit_s : 0));
        }
        assert(report.kept == log.count);
    }
    sim_arena_destroy(arena);
    return 0;
}
