/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A log as a table from a stranger: what is kept of it satisfies what a replay counts on.
 * Seeds: tests/fuzz/csv_log/.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/csv_log.h"
#include "scenarios/lines.h"

enum { BYTES_MAX = 64 << 20, PROCS = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sim_status read_line(void *context, const char *line, const char *end, size_t number)
{
    return scn_csv_log_line(context, line, end, number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_arena *arena = sim_arena_create(BYTES_MAX);
    struct scn_swf_log log;
    struct scn_swf_reader out = scn_swf_begin(&log, arena, "fuzz.csv", NULL);
    struct scn_csv_log csv = scn_csv_log_begin(&out, MDL_LOG_AUTO, NULL, 1);
    struct scn_swf_report report;

    if (arena && scn_lines_of_memory((const char *)data, size, read_line, &csv) == SIM_OK &&
        scn_swf_clean(&log, PROCS, &report, NULL) == SIM_OK) {
        for (size_t i = 0; i < log.count; i++) {
            assert(log.job[i].run_s >= 1 && log.job[i].run_s <= log.job[i].estimate_s);
            assert(log.job[i].procs_requested >= 1 && log.job[i].procs_requested <= PROCS);
            assert(log.job[i].submit_s >= (i ? log.job[i - 1].submit_s : 0));
        }
    }
    scn_csv_log_end(&csv);
    sim_arena_destroy(arena);
    return 0;
}
