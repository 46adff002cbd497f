/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/money/energy.h - what a site's partitions draw, and what that costs and emits.
 *
 *   IT energy = sum over partitions of idle_w x installed node-time
 *               + (busy_w - idle_w) x busy node-time        (exact integrals of integers)
 *   facility  = IT energy x PUE;  cost = facility x price;  carbon = facility x grid intensity,
 *               summed hour by hour where the intensity changes by the hour
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

#include "sim/calendar.h"
#include "sim/field.h"
#include "sim/timer.h"

struct mdl_node_power {
    double idle_w, busy_w; /* per node */
    double nodes_per_unit; /* 1 / allocation units of a node */
};

/* Energy of a partition whose levels had these integrals over the interval (unit ns). */
double mdl_energy_it_j(const struct mdl_node_power *power, sim_i128 installed_unit_ns,
                       sim_i128 busy_unit_ns);

struct mdl_tariff { /* of a site */
    double price_eur_per_mwh;
    struct sim_hourly carbon_g_per_kwh;
    double pue;
    enum sim_zone zone;
};

/* Grid intensity in the UTC hour since 1970. 24 or 168 values go by the local hour of the day or
 * week. The values of a year go by date and hour, 29 February taking those of the 28th where the
 * year has none; where that year is known, by the nearest day of the year, at most three days off,
 * that is the same day of the week. */
double mdl_energy_intensity(const struct mdl_tariff *tariff, int64_t utc_hour);

double mdl_energy_facility_j(const struct mdl_tariff *tariff, double it_j);
/* At one intensity. */
double mdl_energy_carbon_g(double g_per_kwh, double facility_j);
int64_t mdl_energy_cost_cents(const struct mdl_tariff *tariff, double facility_j);

/* Half to even. |x| < 2^52. */
int64_t mdl_round_half_even(double x);

#endif /* MODELS_MONEY_ENERGY_H */
