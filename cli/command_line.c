/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "models/compute/policy.h"
#include "models/demand/log.h"
#include "output/text.h"
#include "output/trace_h5.h"

/* In single quotes where a shell would read more than a word. */
static void add_word(struct out_text *line, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/+:=,%@-";
    bool is_plain = *word && strspn(word, plain) == strlen(word);

    out_text_add(line, is_plain ? " " : " '");
    for (; *word; word++)
        if (*word == '\'')
            out_text_add(line, "'\\''");
        else
            out_text_append(line, word, 1);
    out_text_add(line, "%s", is_plain ? "" : "'");
}

static void add_text(struct out_text *line, const char *option, const char *value)
{
    if (!value)
        return;
    out_text_add(line, " %s", option);
    add_word(line, value);
}

static void add_factor(struct out_text *line, const char *option, double factor)
{
    if (factor != 0)
        out_text_add(line, " %s %.15g", option, factor);
}

static void add_log_options(struct out_text *line, const struct cli_options *options)
{
    if (options->nodes)
        out_text_add(line, " --nodes %" PRIu64, options->nodes);
    if (options->policy >= 0)
        out_text_add(line, " --policy %s", mdl_policies[options->policy]->name);
    if (options->log_format)
        out_text_add(line, " --log-format %s", mdl_log_format_names[options->log_format]);
    add_text(line, "--columns", options->columns);
    add_factor(line, "--scale-load", options->scale_load);
    add_factor(line, "--scale-time", options->scale_time);
    add_factor(line, "--scale-width", options->scale_width);
}

static void add_trace(struct out_text *line, const struct cli_options *options)
{
    static const char *const level[] = {[OUT_TRACE_NONE] = "none",
                                        [OUT_TRACE_SUMMARY] = "summary",
                                        [OUT_TRACE_JOBS] = "jobs",
                                        [OUT_TRACE_FULL] = "full"};

    if (options->trace >= 0)
        out_text_add(line, " --trace %s", level[options->trace]);
    if (options->trace_replications == 1)
        out_text_add(line, " --trace-replications all");
}

const char *cli_command_again(const struct cli_options *options, struct sim_arena *arena)
{
    struct out_text line = {0};
    const char *kept;

    out_text_add(&line, "aifsim %s", options->command->name);
    for (size_t i = 0; i < options->operand_count; i++)
        add_word(&line, options->operand[i]);
    add_text(&line, "--option", options->option);
    if (options->replications)
        out_text_add(&line, " -r %" PRIu64, options->replications);
    if (options->has_seed)
        out_text_add(&line, " --seed %" PRIu64, options->seed);
    for (size_t i = 0; i < options->set_count; i++)
        add_text(&line, "--set", options->set[i]);
    add_text(&line, "--data", options->data);
    add_log_options(&line, options);
    add_trace(&line, options);
    kept = line.is_out_of_memory ? NULL : sim_arena_strdup(arena, line.bytes);
    out_text_release(&line);
    return kept;
}
