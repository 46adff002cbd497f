/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/study.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/figures/selector.h"
#include "sim/calendar.h"

enum { FIGURE_BYTES = 256 };

struct filling {
    const struct cli_scenario *scenario;
    const struct cli_prepared *prepared;
    const struct exp_comparison *comparison;
    const struct exp_analysis *analysis;
    struct out_study *out;
    struct sim_arena *arena;
    bool no_memory;
};

static void *take(struct filling *filling, size_t count, size_t size)
{
    void *memory = sim_arena_alloc(filling->arena, count ? count : 1, size);

    filling->no_memory = filling->no_memory || !memory;
    return memory;
}

static const char **texts(struct filling *filling, size_t count)
{
    return take(filling, count, sizeof(const char *));
}

static double *numbers(struct filling *filling, size_t count)
{
    return take(filling, count, sizeof(double));
}

/* ---- texts ---- */

static void fill_options(struct filling *filling)
{
    const struct exp_study *study = &filling->scenario->study;
    const char **name = texts(filling, study->option_count);
    const char **title = texts(filling, study->option_count);
    const char **description = texts(filling, study->option_count);

    if (filling->no_memory)
        return;
    for (size_t o = 0; o < study->option_count; o++) {
        name[o] = study->option[o].name;
        title[o] = study->option[o].title;
        description[o] = study->option[o].description;
    }
    filling->out->option_name = name;
    filling->out->option_title = title;
    filling->out->option_description = description;
}

static void fill_changes(struct filling *filling)
{
    const struct exp_study *study = &filling->scenario->study;
    const struct exp_change **change = take(filling, study->option_count, sizeof *change);
    size_t *count = take(filling, study->option_count, sizeof *count), all = 0, n = 0;
    const char **option, **path, **value;

    for (size_t o = 0; !filling->no_memory && o < study->option_count; o++) {
        filling->no_memory =
            exp_option_changes(&study->option[o], filling->arena, &change[o], &count[o], NULL) != 0;
        all += count[o];
    }
    option = texts(filling, all);
    path = texts(filling, all);
    value = texts(filling, all);
    for (size_t o = 0; !filling->no_memory && o < study->option_count; o++)
        for (size_t c = 0; c < count[o]; c++, n++) {
            option[n] = study->option[o].name;
            path[n] = change[o][c].path;
            value[n] = change[o][c].value;
        }
    filling->out->change_count = n;
    filling->out->change_option = option;
    filling->out->change_path = path;
    filling->out->change_value = value;
}

static void fill_worlds(struct filling *filling)
{
    const struct exp_comparison *comparison = filling->comparison;
    const char **name = texts(filling, comparison->world_count);
    const char **kind = texts(filling, comparison->world_count);

    for (size_t w = 0; !filling->no_memory && w < comparison->world_count; w++) {
        const struct exp_world *world = &comparison->world[w];

        name[w] = world->name;
        kind[w] = world->future != EXP_CENTRAL ? "future"
                  : world->draw != EXP_NO_DRAW ? "draw"
                                               : "planned";
    }
    filling->out->world_name = name;
    filling->out->world_kind = kind;
}

static void fill_figures(struct filling *filling)
{
    const struct exp_comparison *comparison = filling->comparison;
    const char **column[7];

    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        column[i] = texts(filling, comparison->figure_count);
    for (size_t f = 0; !filling->no_memory && f < comparison->figure_count; f++) {
        const struct mdl_figure *figure = &comparison->figure[f];

        column[0][f] = figure->name;
        column[1][f] = figure->statistic;
        column[2][f] = figure->selector;
        column[3][f] = figure->unit;
        column[4][f] = figure->method;
        column[5][f] = figure->help;
        column[6][f] = figure->better == MDL_BETTER_HIGH  ? "high"
                       : figure->better == MDL_BETTER_LOW ? "low"
                                                          : "";
    }
    filling->out->figure_name = column[0];
    filling->out->figure_statistic = column[1];
    filling->out->figure_selector = column[2];
    filling->out->figure_unit = column[3];
    filling->out->figure_method = column[4];
    filling->out->figure_help = column[5];
    filling->out->figure_better = column[6];
}

static void fill_inputs(struct filling *filling)
{
    const struct scn_scenario *scenario = &filling->scenario->scenario;
    const char **column[6];

    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        column[i] = texts(filling, scenario->input_count);
    for (size_t i = 0; !filling->no_memory && i < scenario->input_count; i++) {
        const struct sim_input *input = &scenario->inputs[i];

        column[0][i] = input->path;
        column[1][i] = input->value;
        column[2][i] = input->unit;
        column[3][i] = input->source;
        column[4][i] = input->quality;
        column[5][i] = input->origin;
    }
    filling->out->input_count = scenario->input_count;
    filling->out->input_path = column[0];
    filling->out->input_value = column[1];
    filling->out->input_unit = column[2];
    filling->out->input_source = column[3];
    filling->out->input_quality = column[4];
    filling->out->input_origin = column[5];
}

/* ---- numbers ---- */

static const char *figure_text(struct filling *filling, size_t row)
{
    const struct mdl_figure *figure = &filling->comparison->figure[row];
    char buffer[FIGURE_BYTES];
    const char *kept =
        sim_arena_strdup(filling->arena, mdl_figure_text(figure->name, figure->statistic,
                                                         figure->selector, buffer, sizeof buffer));

    filling->no_memory = filling->no_memory || !kept;
    return kept;
}

static void fill_keys(struct filling *filling)
{
    const struct exp_analysis *analysis = filling->analysis;
    size_t count = analysis->key_count;
    const char **name = texts(filling, count);
    double *figure = numbers(filling, count), *matters = numbers(filling, count);
    double *is_judged = numbers(filling, count), *is_traded = numbers(filling, count);

    for (size_t k = 0; !filling->no_memory && k < count; k++) {
        name[k] = figure_text(filling, analysis->key[k].figure);
        figure[k] = (double)analysis->key[k].figure;
        matters[k] = analysis->key[k].matters;
        is_judged[k] = analysis->key[k].is_judged;
        is_traded[k] = 0;
    }
    for (size_t p = 0; !filling->no_memory && p < analysis->pareto_count; p++)
        is_traded[analysis->pareto_key[p]] = 1;
    filling->out->key_count = count;
    filling->out->key_name = name;
    filling->out->key_figure = figure;
    filling->out->key_matters = matters;
    filling->out->key_is_judged = is_judged;
    filling->out->key_is_traded_off = is_traded;
}

/* One column of numbers for each member of a judgement, in this order. */
enum judged {
    MEAN,
    HALF_WIDTH,
    BOUND,
    USED,
    DIFFERENCE,
    ADJUSTED_HALF_WIDTH,
    ALONE_HALF_WIDTH,
    ADJUSTED_P,
    RELATIVE,
    VARIANCE_RATIO,
    SIGN_SHARE,
    KEPT,
    JUDGED
};

static void fill_cell(const struct exp_judgement *from, double *const column[JUDGED], size_t at)
{
    const struct exp_difference *difference = &from->difference;

    column[MEAN][at] = from->mean;
    column[HALF_WIDTH][at] = from->half_width;
    column[BOUND][at] = from->bound;
    column[USED][at] = (double)from->n;
    column[DIFFERENCE][at] = difference->mean;
    column[ADJUSTED_HALF_WIDTH][at] = difference->adjusted_half_width;
    column[ALONE_HALF_WIDTH][at] = difference->half_width;
    column[ADJUSTED_P][at] = difference->adjusted_p;
    column[RELATIVE][at] = difference->relative;
    column[VARIANCE_RATIO][at] = difference->variance_ratio;
    column[SIGN_SHARE][at] = from->sign_share;
    column[KEPT][at] = from->is_kept;
}

static void fill_judgements(struct filling *filling)
{
    const struct exp_analysis *analysis = filling->analysis;
    size_t cells = analysis->option_count * analysis->key_count;
    const char **verdict = texts(filling, cells);
    struct out_study *out = filling->out;
    double *column[JUDGED];

    for (size_t i = 0; i < JUDGED; i++)
        column[i] = numbers(filling, cells);
    for (size_t i = 0; !filling->no_memory && i < cells; i++) {
        fill_cell(&analysis->judgement[i], column, i);
        verdict[i] = exp_verdict_text(analysis->judgement[i].verdict);
    }
    out->mean = column[MEAN];
    out->half_width = column[HALF_WIDTH];
    out->bound = column[BOUND];
    out->used = column[USED];
    out->difference = column[DIFFERENCE];
    out->difference_half_width = column[ADJUSTED_HALF_WIDTH];
    out->difference_alone_half_width = column[ALONE_HALF_WIDTH];
    out->adjusted_p = column[ADJUSTED_P];
    out->relative = column[RELATIVE];
    out->variance_ratio = column[VARIANCE_RATIO];
    out->sign_share = column[SIGN_SHARE];
    out->is_kept = column[KEPT];
    out->verdict = verdict;
}

static void fill_bounded(struct filling *filling)
{
    const struct exp_comparison *comparison = filling->comparison;
    size_t figures = comparison->figure_count, worlds = comparison->world_count;
    size_t cells = filling->analysis->option_count * worlds * figures;
    double *bounded = numbers(filling, cells);

    for (size_t i = 0; !filling->no_memory && i < cells; i++)
        bounded[i] = (double)exp_comparison_bounds(comparison, i / figures / worlds,
                                                   i / figures % worlds, i % figures);
    filling->out->bounded = bounded;
}

static void fill_periods(struct filling *filling)
{
    const struct exp_periods *periods = &filling->comparison->periods;
    size_t cells = filling->analysis->option_count * periods->count;
    const char **start = texts(filling, periods->count);
    double *column[2 * EXP_TRACKS];

    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        column[i] = numbers(filling, cells);
    for (size_t p = 0; !filling->no_memory && p < periods->count; p++) {
        char date[16];

        sim_date_format(periods->start_days[p], date);
        start[p] = sim_arena_strdup(filling->arena, date);
        filling->no_memory = !start[p];
    }
    for (size_t i = 0; !filling->no_memory && i < cells; i++)
        for (size_t t = 0; t < EXP_TRACKS; t++) {
            column[2 * t][i] = filling->analysis->track[i * EXP_TRACKS + t].mean;
            column[2 * t + 1][i] = filling->analysis->track[i * EXP_TRACKS + t].half_width;
        }
    filling->out->period_count = periods->count;
    filling->out->period_start = start;
    filling->out->use = column[2 * EXP_TRACK_USE];
    filling->out->use_half_width = column[2 * EXP_TRACK_USE + 1];
    filling->out->waiting = column[2 * EXP_TRACK_WAITING];
    filling->out->waiting_half_width = column[2 * EXP_TRACK_WAITING + 1];
}

static void fill_prices(struct filling *filling)
{
    const struct exp_analysis *analysis = filling->analysis;
    size_t cells = analysis->option_count * analysis->key_count;
    double *price = numbers(filling, cells), *low = numbers(filling, cells);
    double *high = numbers(filling, cells);

    for (size_t i = 0; !filling->no_memory && i < cells; i++) {
        price[i] = analysis->price ? analysis->price[i].ratio : NAN;
        low[i] = analysis->price ? analysis->price[i].low : NAN;
        high[i] = analysis->price ? analysis->price[i].high : NAN;
    }
    filling->out->price = price;
    filling->out->price_low = low;
    filling->out->price_high = high;
    filling->out->cost =
        analysis->cost_figure == SIZE_MAX ? "" : figure_text(filling, analysis->cost_figure);
}

static void fill_front(struct filling *filling)
{
    const struct exp_analysis *analysis = filling->analysis;
    double *is_front = numbers(filling, analysis->option_count);

    for (size_t o = 0; !filling->no_memory && o < analysis->option_count; o++)
        is_front[o] = analysis->is_front[o];
    filling->out->is_front = is_front;
    filling->out->front_share = analysis->front_share;
}

/* Figures that are neither better high nor low have no regret. */
static void fill_robustness(struct filling *filling)
{
    const struct exp_analysis *analysis = filling->analysis;
    size_t cells = analysis->key_count * analysis->option_count;
    double *regret = numbers(filling, cells * analysis->world_count);
    double *robustness = numbers(filling, cells * OUT_STUDY_RULES);

    _Static_assert((int)OUT_STUDY_RULES == (int)EXP_RULES, "one rule has no column");
    for (size_t i = 0; !filling->no_memory && i < cells; i++) {
        bool is_known = analysis->regret && analysis->key[i / analysis->option_count].is_judged;

        for (size_t w = 0; w < analysis->world_count; w++)
            regret[i * analysis->world_count + w] =
                is_known ? analysis->regret[i * analysis->world_count + w] : NAN;
        for (size_t m = 0; m < OUT_STUDY_RULES; m++)
            robustness[i * OUT_STUDY_RULES + m] =
                is_known ? analysis->robustness[i].measure[m] : NAN;
    }
    filling->out->world_mean = analysis->mean;
    filling->out->regret = regret;
    filling->out->robustness = robustness;
}

/* In the unit that the scenario writes. */
static void fill_crossings(struct filling *filling)
{
    static const char *const answer[] = {[EXP_CROSSES_ONCE] = "once",
                                         [EXP_CROSSES_NEVER] = "never",
                                         [EXP_CROSSES_OFTEN] = "often",
                                         [EXP_EQUAL_ALONG] = "along",
                                         [EXP_CROSSING_UNKNOWN] = "unknown"};
    size_t count = filling->prepared->crossing_count;
    const char **column[5];
    double *number[7];

    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        column[i] = texts(filling, count);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        number[i] = numbers(filling, count);
    for (size_t b = 0; !filling->no_memory && b < count; b++) {
        const struct exp_crossing_of *crossing = &filling->prepared->crossing[b];
        const struct exp_breakeven_point *point = &crossing->point;
        bool is_along = point->crossing == EXP_EQUAL_ALONG;

        column[0][b] = filling->scenario->study.option[crossing->option].name;
        column[1][b] = crossing->input.path;
        column[2][b] = figure_text(filling, crossing->figure);
        column[3][b] = crossing->unit;
        column[4][b] = answer[point->crossing];
        number[0][b] = crossing->low / crossing->scale;
        number[1][b] = crossing->high / crossing->scale;
        number[2][b] = point->input / crossing->scale;
        number[3][b] = (is_along ? point->along_low : point->low) / crossing->scale;
        number[4][b] = (is_along ? point->along_high : point->high) / crossing->scale;
        number[5][b] = point->at_low;
        number[6][b] = point->at_high;
    }
    filling->out->breakeven_count = count;
    filling->out->breakeven_option = column[0];
    filling->out->breakeven_input = column[1];
    filling->out->breakeven_figure = column[2];
    filling->out->breakeven_unit = column[3];
    filling->out->breakeven_answer = column[4];
    filling->out->breakeven_from = number[0];
    filling->out->breakeven_to = number[1];
    filling->out->breakeven_value = number[2];
    filling->out->breakeven_low = number[3];
    filling->out->breakeven_high = number[4];
    filling->out->breakeven_at_from = number[5];
    filling->out->breakeven_at_to = number[6];
}

/* ---- how it is made again ---- */

/* In single quotes where a shell would read more than a word. */
static void append_word(char **line, size_t *room, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/+:=,%@-";
    bool is_plain = *word && strspn(word, plain) == strlen(word);
    size_t used = (size_t)snprintf(*line, *room, is_plain ? " " : " '");

    for (; *word; word++)
        used += (size_t)snprintf(*line + used, *room - used, *word == '\'' ? "'\\''" : "%c", *word);
    used += (size_t)snprintf(*line + used, *room - used, "%s", is_plain ? "" : "'");
    *line += used;
    *room -= used;
}

/* What decides the result, and not where it goes or how many threads there are. */
static const char *command_of(struct filling *filling, const struct cli_options *options)
{
    size_t room = 256 + 4 * strlen(options->operand[0]);
    char number[32], *command, *end;

    for (size_t i = 0; i < options->set_count; i++)
        room += 16 + 4 * strlen(options->set[i]);
    if (options->data)
        room += 4 * strlen(options->data);
    command = end = take(filling, room, 1);
    if (!command)
        return "";
    end += sprintf(end, "aifsim compare");
    room -= strlen(command);
    append_word(&end, &room, options->operand[0]);
    snprintf(number, sizeof number, "%" PRIu64, options->replications);
    if (options->replications) {
        append_word(&end, &room, "-r");
        append_word(&end, &room, number);
    }
    snprintf(number, sizeof number, "%" PRIu64, options->seed);
    if (options->has_seed) {
        append_word(&end, &room, "--seed");
        append_word(&end, &room, number);
    }
    for (size_t i = 0; i < options->set_count; i++) {
        append_word(&end, &room, "--set");
        append_word(&end, &room, options->set[i]);
    }
    if (options->data) {
        append_word(&end, &room, "--data");
        append_word(&end, &room, options->data);
    }
    return command;
}

enum sim_status cli_study_of(const struct cli_scenario *scenario, const struct cli_options *options,
                             const struct cli_prepared *prepared,
                             const struct exp_analysis *analysis, struct out_study *out,
                             struct sim_error *err)
{
    const struct exp_comparison *comparison = prepared->comparison;
    struct filling filling = {.scenario = scenario,
                              .prepared = prepared,
                              .comparison = comparison,
                              .analysis = analysis,
                              .out = out,
                              .arena = scenario->arena};

    *out = (struct out_study){.version = AIFSIM_VERSION,
                              .name = scenario->config.name,
                              .question = scenario->study.question,
                              .scenario_text = scenario->scenario.canonical,
                              .digest = "",
                              .seed = comparison->seed,
                              .start_days = comparison->start_days,
                              .end_days = comparison->end_days,
                              .level = EXP_LEVEL,
                              .comparisons = analysis->comparisons,
                              .baseline = scenario->study.baseline,
                              .option_count = scenario->study.option_count,
                              .world_count = comparison->world_count,
                              .replication_count = comparison->replication_count,
                              .figure_count = comparison->figure_count,
                              .value = comparison->value};
    out->command = command_of(&filling, options);
    fill_options(&filling);
    fill_changes(&filling);
    fill_worlds(&filling);
    fill_figures(&filling);
    fill_inputs(&filling);
    fill_keys(&filling);
    fill_judgements(&filling);
    fill_bounded(&filling);
    fill_periods(&filling);
    fill_prices(&filling);
    fill_front(&filling);
    fill_robustness(&filling);
    fill_crossings(&filling);
    return filling.no_memory ? sim_fail(err, SIM_ENOMEM, "no memory for a study") : SIM_OK;
}
