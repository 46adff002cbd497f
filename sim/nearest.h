/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/nearest.h - which name was probably meant.
 *
 * Cost     O(length^2) a candidate; at most 5,000 are looked at, none longer than 64 bytes.
 */
#ifndef SIM_NEAREST_H
#define SIM_NEAREST_H

#include <stddef.h>

/* The candidate nearest to text by edit distance (insert, delete, replace, swap), or NULL when
 * none is near enough to be meant. */
const char *sim_nearest(const char *text, const char *const *candidates, size_t count);

#endif /* SIM_NEAREST_H */
