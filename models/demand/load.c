/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/load.h"

#include <stdio.h>
#include <string.h>

#include "sim/units.h"

bool mdl_load_parse(const char *text, double *part, char *name, size_t name_bytes,
                    struct sim_error *err)
{
    const char *of = strstr(text, " of ");
    char share[64];

    if (!of || (size_t)(of - text) >= sizeof share || strlen(of + 4) >= name_bytes) {
        sim_fail(err, SIM_ESCHEMA,
                 "'%.60s' is not a load; write for example '44 %% of lumi.lumi_g'", text);
        return false;
    }
    snprintf(share, sizeof share, "%.*s", (int)(of - text), text);
    snprintf(name, name_bytes, "%s", of + 4);
    return sim_unit_parse(share, SIM_UNIT_FRAC, part, err) == SIM_OK;
}
