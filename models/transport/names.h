/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/names.h - lists of names in one text, separated by commas.
 */
#ifndef MODELS_TRANSPORT_NAMES_H
#define MODELS_TRANSPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The names of a list with commas, one after the other: *rest is what is left of it; false: no
 * more. *name is not terminated, *length says how long it is. */
bool mdl_names_next(const char **rest, const char **name, size_t *length);

/* Is the name in the list? */
bool mdl_names_have(const char *list, const char *name);

#endif /* MODELS_TRANSPORT_NAMES_H */
