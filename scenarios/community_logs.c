/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/community_logs.h"

#include <stdio.h>

#include "models/demand/community.h"

enum { FILE_BYTES_MAX = 2048, PATH_BYTES_MAX = 256 };

struct reading {
    const struct scn_tree *tree;
    const struct scn_node *root; /* with patches */
    const char *data;
    struct sim_arena *arena;
    scn_report_fn *report;
    void *context;
    struct scn_errors *errors;
};

static bool has_columns(const struct mdl_log_columns *columns)
{
    for (int i = 0; i < MDL_LOG_COLUMN_COUNT; i++)
        if (columns->of[i] && *columns->of[i])
            return true;
    return false;
}

/* A mistake in the log has its own place; the others stand at the key. */
static void tell(const struct reading *reading, const struct mdl_community_config *community,
                 const struct sim_error *err)
{
    char path[PATH_BYTES_MAX];

    if (err->line > 0) {
        scn_errors_add(reading->errors, err->status, err->file, (uint32_t)err->line,
                       (uint32_t)err->column, "%s", err->message);
        return;
    }
    snprintf(path, sizeof path, "%.200s.replay.file", community->item.path);
    reading->report(reading->context, path, "%s", err->message);
}

/* The file of the scenario in which the name of the log stands. */
static const char *named_in(const struct reading *reading,
                            const struct mdl_community_config *community)
{
    char path[PATH_BYTES_MAX];
    const struct scn_node *node;

    snprintf(path, sizeof path, "%.200s.replay.file", community->item.path);
    node = scn_find(reading->root, path, true, NULL);
    return node ? scn_file_of(node) : "";
}

static enum sim_status read_one(const struct reading *reading,
                                struct mdl_community_config *community,
                                struct scn_community_log *out, struct sim_error *err)
{
    struct mdl_replay_config *replay = &community->replay;
    struct mdl_log *log = sim_arena_alloc(reading->arena, 1, sizeof *log);
    struct scn_log_request request = {.format = (enum mdl_log_format)replay->format,
                                      .scale_load = replay->scale_load,
                                      .scale_time = replay->scale_time,
                                      .scale_width = replay->scale_width,
                                      .width = INT32_MAX,
                                      .arena = reading->arena};
    char label[FILE_BYTES_MAX];
    enum sim_status status;

    if (!log)
        return sim_fail(err, SIM_ENOMEM, "no memory for a log");
    request.columns = has_columns(&replay->columns) ? &replay->columns : NULL;
    status = scn_open_data(reading->tree->folder, named_in(reading, community), reading->data,
                           replay->file, &request.fd, label, sizeof label, err);
    if (status)
        return status;
    request.name = label;
    status = scn_log_read(&request, log, &out->about, err);
    if (!status && log->count == 0)
        status = sim_fail(err, SIM_ESCHEMA, "'%.200s' holds no job%s", replay->file,
                          log->counts.read ? " that can run" : "");
    if (status)
        return status;
    replay->log = log;
    out->path = community->item.path;
    out->file = sim_arena_strdup(reading->arena, label);
    out->log = log;
    return out->file ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a log");
}

enum sim_status scn_community_logs_read(const struct sim_map *communities,
                                        const struct scn_scenario *scenario, const char *data,
                                        struct sim_arena *arena, scn_report_fn *report,
                                        void *context, struct scn_errors *errors,
                                        struct scn_community_logs *out)
{
    struct reading reading = {.tree = &scenario->tree,
                              .root = scenario->root,
                              .data = data,
                              .arena = arena,
                              .report = report,
                              .context = context,
                              .errors = errors};
    enum sim_status status = SIM_OK;

    *out = (struct scn_community_logs){
        .log = sim_arena_alloc(arena, communities->count, sizeof *out->log)};
    if (communities->count && !out->log)
        return SIM_ENOMEM;
    for (size_t i = 0; i < communities->count; i++) {
        struct mdl_community_config *community = sim_map_at(communities, i);
        struct sim_error err = {.status = SIM_OK};

        if (!mdl_replays(&community->replay))
            continue;
        if (read_one(&reading, community, &out->log[out->count], &err)) {
            tell(&reading, community, &err);
            status = err.status;
        } else {
            out->count++;
        }
    }
    return status;
}
