/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/units.h - numbers with units: read, checked by dimension, converted to what the code uses.
 *
 * A value is a decimal number, a space, a unit ("12 MW", "5 %/yr", "1.6 Tbit/s"). A bare number
 * is right only where the dimension is SIM_UNIT_1, a count or a share ("0.3" is "30 %"). Units are
 * exact to the letter; a wrong one is answered with the nearest right one. The number parser knows
 * no locale, rounds correctly and refuses what looks like another habit, with a hint each:
 * 1,5 - 012 - 1_000 - .5 - 5. - +5 - 1e400 - nan - inf - 0x10 - yes.
 *
 * Calendar units: in a duration 1 yr = 365.25 d, 1 month = 1/12 of that.
 *
 * Memory   none; texts returned are constants.
 * Errors   SIM_ESCHEMA; foreign text is cut and what is not printable ASCII shown as \xNN.
 * Threads  pure functions, independent of the locale.
 * Cost     0.1 us a value; up to 15 us for numbers of more than 15 digits.
 */
#ifndef SIM_UNITS_H
#define SIM_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

#define SIM_NS_PER_S INT64_C(1000000000)
#define SIM_HOUR_S   3600.0
#define SIM_DAY_S    86400.0
#define SIM_YEAR_S   (365.25 * SIM_DAY_S)

/* name, inside unit as shown to people, what it is called, an example */
#define SIM_UNIT_LIST(X)                                                                           \
    X(SIM_UNIT_1, "1", "number", "1.2")                                                            \
    X(SIM_UNIT_COUNT, "1", "count", "120")                                                         \
    X(SIM_UNIT_FRAC, "1", "share", "30 %")                                                         \
    X(SIM_UNIT_S, "s", "duration", "12 h")                                                         \
    X(SIM_UNIT_PER_S, "1/s", "rate", "900 /d")                                                     \
    X(SIM_UNIT_GROWTH, "1/yr", "growth", "20 %/yr")                                                \
    X(SIM_UNIT_BYTES, "B", "amount of data", "20 GB")                                              \
    X(SIM_UNIT_BYTES_PER_S, "B/s", "data rate", "800 Gbit/s")                                      \
    X(SIM_UNIT_W, "W", "power", "12 MW")                                                           \
    X(SIM_UNIT_EUR, "EUR", "amount of money", "410 MEUR")                                          \
    X(SIM_UNIT_EUR_PER_MWH, "EUR/MWh", "energy price", "220 EUR/MWh")                              \
    X(SIM_UNIT_EUR_PER_TB_YR, "EUR/TB/yr", "price of storage", "60 EUR/TB/yr")                     \
    X(SIM_UNIT_EUR_PER_YR, "EUR/yr", "yearly cost", "80 kEUR/yr")                                  \
    X(SIM_UNIT_EUR_PER_KM_YR, "EUR/km/yr", "cost by length", "1500 EUR/km/yr")                     \
    X(SIM_UNIT_KM, "km", "length", "480 km")                                                       \
    X(SIM_UNIT_G_PER_KWH, "g/kWh", "carbon intensity", "288 g/kWh")                                \
    X(SIM_UNIT_DEG, "deg", "angle", "44.519 deg")                                                  \
    X(SIM_UNIT_GPU_S, "GPU s", "amount of GPU time", "5000 GPU-h")                                 \
    X(SIM_UNIT_GPU_FRAC, "GPU s/s", "GPU time per time", "1.2 MGPU-h/yr")                          \
    X(SIM_UNIT_NODE_S, "node s", "amount of node time", "36000 node-h")                            \
    X(SIM_UNIT_EUR_PER_GPU_H, "EUR/GPU-h", "price of GPU time", "2.5 EUR/GPU-h")                   \
    X(SIM_UNIT_WORKDAY, "workday", "number of working days", "4 workday")                          \
    X(SIM_UNIT_FTE, "FTE", "staff", "120 FTE")

enum sim_unit {
#define SIM_UNIT_NAME(name, inside, words, example) name,
    SIM_UNIT_LIST(SIM_UNIT_NAME)
#undef SIM_UNIT_NAME
};

const char *sim_unit_symbol(enum sim_unit unit);  /* "B/s" */
const char *sim_unit_words(enum sim_unit unit);   /* "data rate" */
const char *sim_unit_example(enum sim_unit unit); /* "800 Gbit/s" */

/* The i-th unit that a value may be written in ("Gbit/s"), NULL after the last. */
const char *sim_unit_spelling(enum sim_unit unit, size_t i);
bool sim_unit_may_be_bare(enum sim_unit unit); /* a number without unit is right */

/* text -> value in the inside unit. SIM_ESCHEMA with what is wrong and what would be right. */
SIM_NODISCARD enum sim_status sim_unit_parse(const char *text, enum sim_unit unit, double *out,
                                             struct sim_error *err);

/* A plain decimal number, the whole of text: at most 40 digits, 0 or 2.3e-308 to 1.7e308 in size.
 * The double nearest to it, ties to even. */
SIM_NODISCARD enum sim_status sim_number_parse(const char *text, double *out,
                                               struct sim_error *err);

/* Seconds to nanoseconds, rounded to nearest, halves away from 0; saturates at SIM_NEVER - 1 and
 * at its negative (NaN: SIM_NEVER - 1). */
static inline int64_t sim_ns_from_s(double seconds)
{
    double ns = seconds * 1e9, rest;
    int64_t whole;

    if (!(ns < 0x1p63))
        return INT64_MAX - 1;
    if (ns <= -0x1p63)
        return -(INT64_MAX - 1);
    whole = (int64_t)ns;
    rest = ns - (double)whole;
    return whole + (rest >= 0.5) - (rest <= -0.5);
}

static inline double sim_s_from_ns(int64_t ns)
{
    return (double)ns / 1e9; /* exact for whole seconds of a century */
}

#endif /* SIM_UNITS_H */
