/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/money/energy.h"

#include <math.h>

static const double J_PER_KWH = 3.6e6, J_PER_MWH = 3.6e9;

double mdl_energy_it_j(const struct mdl_node_power *power, sim_i128 installed_unit_ns,
                       sim_i128 busy_unit_ns)
{
    double installed_s = (double)installed_unit_ns * 1e-9 * power->nodes_per_unit;
    double busy_s = (double)busy_unit_ns * 1e-9 * power->nodes_per_unit;

    return power->idle_w * installed_s + (power->busy_w - power->idle_w) * busy_s;
}

double mdl_energy_facility_j(const struct mdl_tariff *tariff, double it_j)
{
    return it_j * tariff->pue;
}

double mdl_energy_carbon_g(const struct mdl_tariff *tariff, double facility_j)
{
    return facility_j / J_PER_KWH * tariff->carbon_g_per_kwh;
}

int64_t mdl_energy_cost_cents(const struct mdl_tariff *tariff, double facility_j)
{
    return mdl_round_half_even(facility_j / J_PER_MWH * tariff->price_eur_per_mwh * 100);
}

int64_t mdl_round_half_even(double x)
{
    double whole = floor(x), rest = x - whole;
    int64_t low = (int64_t)whole;

    if (rest > 0.5 || (rest == 0.5 && low % 2 != 0))
        return low + 1;
    return low;
}
