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

double mdl_energy_carbon_g(double g_per_kwh, double facility_j)
{
    return facility_j / J_PER_KWH * g_per_kwh;
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return (a % b + b) % b;
}

/* Day of the series' year, from 0, that stands for a day since 1970. */
static int64_t day_in_series(const struct sim_hourly *series, int64_t days)
{
    struct sim_date date = sim_date_from_days(days);
    bool is_leap = series->count == 8784;
    int64_t first, day, shift;

    if (date.month == 2 && date.day == 29 && !is_leap)
        date.day = 28;
    date.year = series->year ? (int)series->year : is_leap ? 2024 : 2023;
    first = sim_days_from_date((struct sim_date){date.year, 1, 1});
    day = sim_days_from_date(date) - first;
    if (!series->year)
        return day;
    shift = floor_mod(sim_weekday(days) - sim_weekday(first + day) + 3, 7) - 3;
    day += shift;
    if (day < 0)
        return day + 7;
    return day < (int64_t)series->count / 24 ? day : day - 7;
}

double mdl_energy_intensity(const struct mdl_tariff *tariff, int64_t utc_hour)
{
    const struct sim_hourly *series = &tariff->carbon_g_per_kwh;
    int64_t hour_of_day = floor_mod(utc_hour, 24);

    if (series->count == 0)
        return series->mean;
    if (series->count <= 168)
        return series->value[(size_t)sim_hour_of_week(tariff->zone, utc_hour) % series->count];
    return series->value[day_in_series(series, (utc_hour - hour_of_day) / 24) * 24 + hour_of_day];
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
