/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/until.h"

#include <math.h>
#include <string.h>

#include "experiments/analysis.h"
#include "models/figures/expectation.h"
#include "models/figures/selector.h"
#include "sim/units.h"

static bool is_per_cent(const char *text)
{
    size_t bytes = strlen(text);

    return bytes && text[bytes - 1] == '%';
}

enum sim_status exp_until_read(const struct mdl_config *config, const struct mdl_figure *figure,
                               size_t figure_count, struct exp_until *out, const char **key,
                               struct sim_error *err)
{
    const char *width = config->until_half_width;
    size_t rows = 0;
    enum sim_status status;

    *out = (struct exp_until){.rule = {.min = (size_t)config->replications_min,
                                       .max = (size_t)config->replications_min,
                                       .level = EXP_LEVEL}};
    if (!config->until_figure || !*config->until_figure) /* the config's rules want both or none */
        return SIM_OK;
    *key = "figure";
    status =
        mdl_selector_find(config->until_figure, figure, figure_count, &out->figure, 1, &rows, err);
    if (!status && rows > 1)
        return sim_fail(err, SIM_ESCHEMA, "'%.80s' is more than one figure; name one",
                        config->until_figure);
    if (status)
        return status;
    *key = "half_width";
    out->is_given = true;
    out->rule.max = (size_t)config->replications_max;
    out->rule.is_relative = is_per_cent(width);
    status = out->rule.is_relative
                 ? sim_unit_parse(width, SIM_UNIT_FRAC, &out->rule.half_width, err)
                 : mdl_figure_parse(width, &figure[out->figure], &out->rule.half_width, err);
    if (!status && !(out->rule.half_width > 0))
        return sim_fail(err, SIM_ESCHEMA, "a half-width is above 0");
    return status;
}

struct exp_stop_state exp_until_next(const struct exp_until *until, const double *value,
                                     size_t count, size_t figure_count, double *column)
{
    struct exp_stop_state state = {.stop = EXP_GO_ON, .next = until->rule.min};

    if (!until->is_given) {
        state.stop = count < until->rule.min ? EXP_GO_ON : EXP_REACHED;
        return state;
    }
    for (size_t r = 0; r < count; r++)
        column[r] = value[r * figure_count + until->figure];
    return exp_stopping_next(&until->rule, column, count);
}
