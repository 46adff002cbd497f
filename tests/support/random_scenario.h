/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/random_scenario.h - small scenarios as YAML text, each a function of its seed.
 *
 * One to three sites of one to three partitions (with and without accelerators, by node and by
 * GPU, packed, every policy, some that come, ramp up or go within the run) with schedulers, QOS,
 * limits, shares and reservations, one to three classes (arrays, chains, patience, checkpoints),
 * hubs and links, one to five communities (rates and loads, batches, rhythms, limits on users,
 * transfers) and up to two backgrounds. A few thousand jobs over some days.
 */
#ifndef TESTS_SUPPORT_RANDOM_SCENARIO_H
#define TESTS_SUPPORT_RANDOM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RANDOM_SCENARIO_BYTES = 1 << 15 };

/* with_stranger: the same, and a site with a community of its own before all others. */
void random_scenario(uint64_t seed, bool with_stranger, char text[RANDOM_SCENARIO_BYTES]);

#endif /* TESTS_SUPPORT_RANDOM_SCENARIO_H */
