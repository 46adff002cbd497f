/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/direction.h - which way a figure gets better.
 */
#ifndef EXPERIMENTS_DIRECTION_H
#define EXPERIMENTS_DIRECTION_H

enum exp_direction { EXP_LESS_IS_BETTER, EXP_MORE_IS_BETTER };

/* A value as something of which more is better. */
static inline double exp_gain(enum exp_direction direction, double value)
{
    return direction == EXP_MORE_IS_BETTER ? value : -value;
}

#endif /* EXPERIMENTS_DIRECTION_H */
