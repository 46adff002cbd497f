/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/money/energy.h - what a site's partitions draw, and what that costs and emits.
 *
 *   IT energy = sum over partitions of idle_w x installed node-time
 *               + (busy_w - idle_w) x busy node-time        (exact integrals of integers)
 *   facility  = IT energy x PUE;  cost = facility x price;  carbon = facility x grid intensity
 *
 * A site's cost is posted at the end of each calendar month (UTC) and at the end of the window,
 * rounded half to even to cents.
 *
 * Units    J, EUR cents, g.
 * Source   location-based carbon: GHG Protocol Scope 2 Guidance (2015), chapter 6.
 */
#ifndef MODELS_MONEY_ENERGY_H
#define MODELS_MONEY_ENERGY_H

#include <stdint.h>

#include "sim/timer.h"

struct mdl_node_power {
    double idle_w, busy_w; /* per node */
    double nodes_per_unit; /* 1 / allocation units of a node */
};

/* Energy of a partition whose levels had these integrals over the interval (unit ns). */
double mdl_energy_it_j(const struct mdl_node_power *power, sim_i128 installed_unit_ns,
                       sim_i128 busy_unit_ns);

struct mdl_tariff { /* of a site */
    double price_eur_per_mwh, carbon_g_per_kwh, pue;
};

double mdl_energy_facility_j(const struct mdl_tariff *tariff, double it_j);
double mdl_energy_carbon_g(const struct mdl_tariff *tariff, double facility_j);
int64_t mdl_energy_cost_cents(const struct mdl_tariff *tariff, double facility_j);

/* Half to even. |x| < 2^52. */
int64_t mdl_round_half_even(double x);

#endif /* MODELS_MONEY_ENERGY_H */
