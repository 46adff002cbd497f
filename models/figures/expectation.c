/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/figures/expectation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/units.h"

enum mdl_verdict mdl_expectation_verdict(const struct mdl_expectation *expectation, double value,
                                         bool is_lower_bound)
{
    bool is_too_low = value < expectation->at_least;

    if (isnan(value) || expectation->is_open)
        return MDL_VERDICT_OPEN;
    if (value > expectation->at_most)
        return MDL_VERDICT_MISSED;
    if (is_lower_bound && (is_too_low || !isnan(expectation->at_most)))
        return MDL_VERDICT_OPEN;
    return is_too_low ? MDL_VERDICT_MISSED : MDL_VERDICT_MET;
}

/* Units that scenarios know. */
static const struct {
    const char *shown;
    enum sim_unit unit;
    double inside; /* of one as shown */
} known[] = {{"h", SIM_UNIT_S, 3600},        {"s", SIM_UNIT_S, 1},         {"d", SIM_UNIT_S, 86400},
             {"B", SIM_UNIT_BYTES, 1},       {"TB", SIM_UNIT_BYTES, 1e12}, {"EUR", SIM_UNIT_EUR, 1},
             {"GPU-h", SIM_UNIT_GPU_S, 3600}};

/* Those that only figures have. */
static const struct {
    const char *shown, *written;
    double factor;
} own[] = {{"MWh", "kWh", 1e-3},
           {"MWh", "MWh", 1},
           {"MWh", "GWh", 1e3},
           {"MWh", "TWh", 1e6},
           {"t", "t", 1},
           {"t", "kt", 1e3},
           {"t", "Mt", 1e6},
           {"H100e-h", "H100e-h", 1},
           {"H100e-h", "kH100e-h", 1e3},
           {"H100e-h", "MH100e-h", 1e6},
           {"node-h", "node-h", 1},
           {"node-h", "knode-h", 1e3},
           {"node-h", "Mnode-h", 1e6},
           {"g/H100e-h", "g/H100e-h", 1}};

static enum sim_status parse_own(const char *text, const char *shown, double *out,
                                 struct sim_error *err)
{
    const char *blank = strchr(text, ' ');
    char number[48];

    if (blank && (size_t)(blank - text) < sizeof number) {
        snprintf(number, sizeof number, "%.*s", (int)(blank - text), text);
        for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
            enum sim_status status;

            if (strcmp(own[i].shown, shown) != 0 || strcmp(own[i].written, blank + 1) != 0)
                continue;
            status = sim_number_parse(number, out, err);
            *out = status ? 0 : *out * own[i].factor;
            return status;
        }
    }
    return sim_fail(err, SIM_ESCHEMA, "'%.60s' is not in %s; write for example '120 %s'", text,
                    shown, shown);
}

enum sim_status mdl_figure_parse(const char *text, const struct mdl_figure *row, double *out,
                                 struct sim_error *err)
{
    if (strcmp(row->unit, "1") == 0)
        return sim_unit_parse(text, row->is_share ? SIM_UNIT_FRAC : SIM_UNIT_1, out, err);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].shown, row->unit) == 0) {
            enum sim_status status = sim_unit_parse(text, known[i].unit, out, err);

            *out = status ? 0 : *out / known[i].inside;
            return status;
        }
    }
    return parse_own(text, row->unit, out, err);
}
