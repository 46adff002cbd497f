/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/money/country.h"

#include <string.h>

static const char origin[] = "builtin:countries";
static const char price_source[] =
    "Eurostat nrg_pc_205, 2025-S2, band 500-1999 MWh, excl. VAT; "
    "https://github.com/EU27-data-sovereignty/eu27-data-sovereignty/blob/main/model/"
    "eu27_parameters.csv, 2026-09";
static const char carbon_source[] =
    "Electricity Maps, consumption mix 2025, life cycle (ODbL); "
    "https://github.com/thegreenwebfoundation/co2.js/blob/main/data/output/electricity-maps/"
    "yearly_2025.json, 2025";

static const struct {
    const char *code;
    double price_eur_per_mwh, carbon_g_per_kwh;
} countries[] = {
    /* by code */
    {"AT", 198.6, 163}, {"BE", 186.6, 180}, {"BG", 141.3, 365}, {"CZ", 182.5, 439},
    {"DE", 226.4, 342}, {"ES", 132.4, 136}, {"FI", 74.8, 68},   {"FR", 153.4, 31},
    {"GR", 174.0, 296}, {"IT", 220.3, 286}, {"LT", 159.1, 135}, {"LU", 171.7, 212},
    {"NL", 199.1, 253}, {"PL", 191.5, 565}, {"PT", 132.9, 117}, {"RO", 188.7, 300},
    {"SE", 97.0, 21},   {"SI", 150.3, 194},
};

static bool is_listed(const char *list, const char *code)
{
    return strlen(code) == 2 && code[0] != ' ' && code[1] != ' ' && strstr(list, code);
}

bool mdl_is_state(const char *code)
{
    static const char states[] =
        "AT BE BG CY CZ DE DK EE ES FI FR GR EL HR HU IE IT LT LU LV MT NL "
        "PL PT RO SE SI SK IS LI NO CH GB UK AL BA GE IL MD ME MK RS TR UA "
        "XK";

    return is_listed(states, code);
}

bool mdl_is_origin(const char *code)
{
    return mdl_is_state(code) || is_listed("EU XA", code);
}

bool mdl_is_eu(const char *code)
{
    return is_listed(
        "AT BE BG CY CZ DE DK EE ES FI FR GR EL HR HU IE IT LT LU LV MT NL PL PT RO SE "
        "SI SK EU",
        code);
}

static bool find(const char *code, size_t *index)
{
    if (strcmp(code, "EL") == 0)
        code = "GR";
    for (*index = 0; *index < sizeof countries / sizeof *countries; ++*index)
        if (strcmp(countries[*index].code, code) == 0)
            return true;
    return false;
}

bool mdl_country_price(const char *code, struct sim_found *out)
{
    size_t i;

    if (!find(code, &i))
        return false;
    *out = (struct sim_found){countries[i].price_eur_per_mwh, price_source, "medium", origin};
    return true;
}

bool mdl_country_carbon(const char *code, struct sim_found *out)
{
    size_t i;

    if (!find(code, &i))
        return false;
    *out = (struct sim_found){countries[i].carbon_g_per_kwh, carbon_source, "high", origin};
    return true;
}
