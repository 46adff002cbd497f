/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/builtin.h - the shipped scenarios and their parts, compiled in.
 *
 *     struct scn_request request = {.path = "builtin:seven-2026", .builtins = scn_builtins, ...};
 *
 * The table holds every scenarios/europe and scenarios/textbook file, byte by byte, in the order
 * of their names; the Makefile writes it with tools/make-builtin. A name is a path
 * ("europe/seven-2026.yaml"); scn_builtin_find (scenarios/load.h) takes shorter ones.
 */
#ifndef SCN_BUILTIN_H
#define SCN_BUILTIN_H

#include "scenarios/load.h"

extern const struct scn_builtin scn_builtins[]; /* ends with a row without name */

#endif /* SCN_BUILTIN_H */
