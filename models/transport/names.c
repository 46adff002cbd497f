/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/names.h"

#include <string.h>

bool mdl_names_next(const char **rest, const char **name, size_t *length)
{
    const char *text = *rest + strspn(*rest, ", ");

    *name = text;
    *length = strcspn(text, ",");
    *rest = text + *length;
    while (*length > 0 && text[*length - 1] == ' ')
        --*length;
    return *length > 0;
}

bool mdl_names_have(const char *list, const char *name)
{
    const char *one;
    size_t length;

    while (list && mdl_names_next(&list, &one, &length))
        if (strlen(name) == length && strncmp(one, name, length) == 0)
            return true;
    return false;
}
