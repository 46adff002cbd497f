/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/crossings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/analysis.h"
#include "experiments/refuse.h"
#include "models/figures/selector.h"

struct reading {
    const struct scn_request *request;
    const struct scn_tree *tree;
    const struct exp_comparison *comparison;
    struct scn_errors *errors;
    enum sim_status status; /* of the first error */
};

#define REFUSE(reading, node, ...)                                                                 \
    exp_refuse((reading)->errors, &(reading)->status, node, false, "breakeven: " __VA_ARGS__)

/* A key of one question that is text; NULL: refused. */
static const struct scn_node *text_of(struct reading *reading, const struct scn_node *question,
                                      const char *key)
{
    const struct scn_node *node = scn_child(question, key);

    if (node && node->kind == SCN_SCALAR && !scn_is_empty(node))
        return node;
    REFUSE(reading, node ? node : question,
           "'%s' is missing; write for example {input: communities.sme.submit.rate, between: "
           "[1 /d, 9 /d], figure: wait.mean, option: links-first}",
           key);
    return NULL;
}

static void check_keys(struct reading *reading, const struct scn_node *question)
{
    static const char *const known[] = {"input",  "between", "figure", "option",
                                        "source", "quality", "note"};

    for (const struct scn_node *child = question->first; child; child = child->next) {
        char shown[SCN_PRINTABLE_BYTES];
        bool is_known = child->refused;

        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known = is_known || strcmp(child->key->text, known[i]) == 0;
        if (!is_known)
            REFUSE(reading, child, "unknown key '%s'; known are input, between, figure, option",
                   scn_printable(child->key->text, shown));
    }
}

/* The range as a uniform law, so that its ends are read and checked as any value of the key. */
static void read_range(struct reading *reading, const struct scn_node *path,
                       const struct scn_node *between, struct exp_crossing_of *out)
{
    struct sim_arena *arena = reading->request->arena;
    struct scn_node *law = sim_arena_alloc(arena, 2, sizeof *law);
    struct scn_key *key = sim_arena_alloc(arena, 1, sizeof *key);
    enum sim_status status = SIM_ENOMEM;
    double number;
    char *end;

    if (law && key) {
        *key = *between->key;
        key->text = "uniform";
        law[1] = *between;
        law[1].key = key;
        law[1].next = NULL;
        law[0] = *between;
        law[0].kind = SCN_MAP;
        law[0].count = 1;
        law[0].first = &law[1];
        status = scn_uncertain_read(reading->request, reading->tree, "breakeven", path->text, law,
                                    &out->input, reading->errors);
    }
    reading->status = reading->status ? reading->status : status;
    if (status)
        return;
    out->low = out->input.law.a;
    out->high = out->input.law.b;
    number = strtod(between->first->next->text, &end);
    out->unit = end + strspn(end, " ");
    out->scale = number > 0 && out->high > 0 ? out->high / number : 1;
}

static void read_question(struct reading *reading, const struct scn_node *node,
                          struct exp_crossing_of *out)
{
    const struct exp_comparison *comparison = reading->comparison;
    const struct scn_node *input, *between, *figure, *option;
    struct sim_error err;
    size_t rows = 0;

    if (node->kind != SCN_MAP) {
        REFUSE(reading, node,
               "a mapping belongs here; write for example {input: "
               "communities.sme.submit.rate, between: [1 /d, 9 /d], figure: "
               "wait.mean, option: links-first}");
        return;
    }
    check_keys(reading, node);
    input = text_of(reading, node, "input");
    figure = text_of(reading, node, "figure");
    option = text_of(reading, node, "option");
    between = scn_child(node, "between");
    if (!between || between->kind != SCN_LIST || between->count != 2)
        REFUSE(reading, between ? between : node,
               "'between' takes two values; write for example [1 /d, 9 /d]");
    else if (input)
        read_range(reading, input, between, out);
    if (figure && mdl_selector_find(figure->text, comparison->figure, comparison->figure_count,
                                    &out->figure, 1, &rows, &err))
        REFUSE(reading, figure, "%s", err.message);
    else if (figure && rows > 1)
        REFUSE(reading, figure, "'%.80s' is more than one figure; name one", figure->text);
    if (option && exp_study_option(comparison->study, option->text, &out->option, &err))
        REFUSE(reading, option, "%s", err.message + strlen("--option "));
    else if (option && out->option == comparison->study->baseline)
        REFUSE(reading, option, "'%.64s' is the baseline itself", option->text);
}

enum sim_status exp_crossings_read(const struct scn_request *request, const struct scn_tree *tree,
                                   const struct exp_comparison *comparison,
                                   struct exp_crossing_of **out, size_t *count,
                                   struct scn_errors *errors)
{
    const struct scn_node *section = scn_child(tree->root, "breakeven");
    struct reading reading = {request, tree, comparison, errors, SIM_OK};

    *count = 0;
    *out = NULL;
    if (!section || scn_is_empty(section))
        return SIM_OK;
    if (section->kind != SCN_LIST || section->count > EXP_CROSSINGS_MAX) {
        REFUSE(&reading, section, "a list of at most %d questions belongs here", EXP_CROSSINGS_MAX);
        return reading.status;
    }
    *out = sim_arena_alloc(request->arena, section->count + 1, sizeof **out);
    if (!*out)
        return scn_errors_add(errors, SIM_ENOMEM, NULL, 0, 0, "no memory for break-even values");
    for (const struct scn_node *node = section->first; node; node = node->next)
        read_question(&reading, node, &(*out)[(*count)++]);
    return reading.status;
}

/* ---- running ---- */

struct searching {
    struct exp_comparison *comparison;
    const struct exp_crossing_of *crossing;
    size_t replications;
    struct sim_arena *arena;
};

static enum sim_status difference(void *context, double x, double *out, struct sim_error *err)
{
    struct searching *searching = context;
    struct scn_errors errors = {.count = 0};
    struct scn_reader reader;
    struct scn_patch patch;
    enum sim_status status;

    scn_reader_init(&reader, searching->arena, &errors);
    status = scn_uncertain_set(&reader, &searching->crossing->input, x, &patch);
    if (status)
        return sim_fail(err, status, "no memory for break-even values");
    return exp_compare_with(searching->comparison, &patch, searching->crossing->option,
                            searching->crossing->figure, searching->replications, out, err);
}

enum sim_status exp_crossings_run(struct exp_comparison *comparison,
                                  struct exp_crossing_of *crossing, size_t count,
                                  size_t replications, struct sim_arena *arena,
                                  struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < count && !status; i++) {
        struct searching searching = {comparison, &crossing[i], replications, arena};
        double step = (crossing[i].high - crossing[i].low) / 500;

        status = exp_breakeven(
            &(struct exp_breakeven){.difference = difference,
                                    .context = &searching,
                                    .count = replications,
                                    .low = crossing[i].low,
                                    .high = crossing[i].high,
                                    .points = EXP_CROSSING_POINTS,
                                    .evaluations_max = EXP_CROSSING_EVALUATIONS,
                                    .tolerance = crossing[i].input.is_whole && step < 1 ? 1 : step,
                                    .level = EXP_LEVEL,
                                    .resamples = EXP_RESAMPLES,
                                    .seed = comparison->seed},
            arena, &crossing[i].point, err);
    }
    return status;
}
