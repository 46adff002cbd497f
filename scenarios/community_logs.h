/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/community_logs.h - reads the logs that communities of a scenario replay.
 *
 * Looked up like tables: beside the file that names them, then below `data`.
 *
 * Memory   40 bytes a job in the arena.
 * Errors   mistakes are reported at the path of `replay.file`, or added with their place in the
 *          log; the status tells that there were any.
 */
#ifndef SCN_COMMUNITY_LOGS_H
#define SCN_COMMUNITY_LOGS_H

#include "scenarios/log_file.h"
#include "sim/field.h"

struct scn_community_log {
    const char *path; /* "communities.cluster" */
    const char *file; /* as it was found */
    const struct mdl_log *log;
    struct scn_log_about about;
};

struct scn_community_logs {
    size_t count;
    struct scn_community_log *log; /* [count], in the order of the communities */
};

/* communities: items of struct mdl_community_config, whose replay.log is set. */
SIM_NODISCARD enum sim_status scn_community_logs_read(const struct sim_map *communities,
                                                      const struct scn_scenario *scenario,
                                                      const char *data, struct sim_arena *arena,
                                                      scn_report_fn *report, void *context,
                                                      struct scn_errors *errors,
                                                      struct scn_community_logs *out);

#endif /* SCN_COMMUNITY_LOGS_H */
