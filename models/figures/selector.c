/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/figures/selector.h"

#include <stdio.h>
#include <string.h>

#include "sim/nearest.h"

enum { NAMES_MAX = 5000, NAME_BYTES = 80 };

/* ---- parsing ---- */

/* text without blanks around it; cuts it in place. */
static char *trim(char *text)
{
    size_t bytes;

    text += strspn(text, " ");
    bytes = strlen(text);
    while (bytes > 0 && text[bytes - 1] == ' ')
        text[--bytes] = '\0';
    return text;
}

static enum sim_status parse_key(char *text, struct mdl_selector *out, struct sim_error *err)
{
    struct mdl_selector_key *key = &out->key[out->key_count];
    char *equals = strchr(text, '=');

    if (!equals || equals == text)
        return sim_fail(err, SIM_ESCHEMA, "'%.80s' selects nothing; write for example 'kind=sme'",
                        trim(text));
    *equals = '\0';
    key->key = trim(text);
    for (size_t i = 0; i < out->key_count; i++) {
        if (strcmp(out->key[i].key, key->key) == 0)
            return sim_fail(err, SIM_ESCHEMA, "'%.80s' is there twice; write several values with |",
                            key->key);
    }
    for (char *value = equals + 1, *next; value; value = next) {
        next = strchr(value, '|');
        if (next)
            *next++ = '\0';
        if (key->value_count == MDL_SELECTOR_VALUES)
            return sim_fail(err, SIM_ESCHEMA, "'%.80s' has more than %d values", key->key,
                            MDL_SELECTOR_VALUES);
        value = trim(value);
        if (!*value)
            return sim_fail(err, SIM_ESCHEMA, "'%.80s' has an empty value", key->key);
        key->value[key->value_count++] = value;
    }
    out->key_count++;
    return SIM_OK;
}

enum sim_status mdl_selector_parse(const char *text, struct mdl_selector *out,
                                   struct sim_error *err)
{
    enum sim_status status = SIM_OK;
    char *brace, *end;

    *out = (struct mdl_selector){.key_count = 0};
    if (strlen(text) >= sizeof out->text)
        return sim_fail(err, SIM_ESCHEMA, "the name of a figure is too long");
    strcpy(out->text, text);
    brace = strchr(out->text, '{');
    if (brace) {
        end = strchr(brace, '}');
        if (!end || *trim(end + 1))
            return sim_fail(err, SIM_ESCHEMA,
                            "'%.200s' must end with '}'; write for example 'wait.p95{kind=sme}'",
                            text);
        *brace++ = *end = '\0';
    }
    out->figure = trim(out->text);
    if (!*out->figure)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%.200s' names no figure; write for example 'wait.p95{kind=sme}'", text);
    for (char *key = brace && *trim(brace) ? brace : NULL, *next; key && !status; key = next) {
        next = strchr(key, ',');
        if (next)
            *next++ = '\0';
        if (out->key_count == MDL_SELECTOR_KEYS)
            return sim_fail(err, SIM_ESCHEMA, "'%.200s' has too many keys", text);
        status = parse_key(key, out, err);
    }
    return status;
}

/* ---- rows ---- */

const char *mdl_figure_text(const char *name, const char *statistic, const char *selector,
                            char *buffer, size_t bytes)
{
    snprintf(buffer, bytes, "%s%s%s%s%s%s", name, *statistic ? "." : "", statistic,
             *selector ? "{" : "", selector, *selector ? "}" : "");
    return buffer;
}

static bool is_figure(const struct mdl_selector *selector, const struct mdl_figure *row)
{
    size_t bytes = strlen(row->name);

    if (strncmp(selector->figure, row->name, bytes) != 0)
        return false;
    if (!*row->statistic)
        return selector->figure[bytes] == '\0';
    return selector->figure[bytes] == '.' &&
           strcmp(selector->figure + bytes + 1, row->statistic) == 0;
}

/* "key=value" at *text, which moves behind it; false at the end. */
static bool next_part(const char **text, const char **key, size_t *key_bytes, const char **value,
                      size_t *value_bytes)
{
    if (!**text)
        return false;
    *key = *text;
    *key_bytes = strcspn(*text, "=");
    *value = *key + *key_bytes + ((*key)[*key_bytes] == '=');
    *value_bytes = strcspn(*value, ",");
    *text = *value + *value_bytes;
    *text += **text == ',';
    return true;
}

static bool is_text(const char *text, const char *part, size_t bytes)
{
    return strlen(text) == bytes && strncmp(text, part, bytes) == 0;
}

static const struct mdl_selector_key *key_of(const struct mdl_selector *selector, const char *key,
                                             size_t bytes)
{
    for (size_t i = 0; i < selector->key_count; i++) {
        if (is_text(selector->key[i].key, key, bytes))
            return &selector->key[i];
    }
    return NULL;
}

/* The same keys, whatever the values. */
static bool has_keys_of(const struct mdl_selector *selector, const struct mdl_figure *row)
{
    const char *text = row->selector, *key, *value;
    size_t key_bytes, value_bytes, count = 0;

    while (next_part(&text, &key, &key_bytes, &value, &value_bytes)) {
        if (!key_of(selector, key, key_bytes))
            return false;
        count++;
    }
    return count == selector->key_count;
}

static bool has_value(const struct mdl_selector_key *key, const char *value, size_t bytes)
{
    for (size_t i = 0; i < key->value_count; i++) {
        if (is_text(key->value[i], value, bytes))
            return true;
    }
    return false;
}

bool mdl_selector_matches(const struct mdl_selector *selector, const struct mdl_figure *row)
{
    const char *text = row->selector, *key, *value;
    size_t key_bytes, value_bytes;

    if (!is_figure(selector, row) || !has_keys_of(selector, row))
        return false;
    while (next_part(&text, &key, &key_bytes, &value, &value_bytes)) {
        if (!has_value(key_of(selector, key, key_bytes), value, value_bytes))
            return false;
    }
    return true;
}

/* ---- what was probably meant ---- */

struct names { /* different ones, in order */
    size_t count;
    const char *name[NAMES_MAX];
    char text[NAMES_MAX][NAME_BYTES];
};

static void add_name(struct names *names, const char *text, size_t bytes)
{
    if (names->count == NAMES_MAX || bytes >= NAME_BYTES)
        return;
    for (size_t i = 0; i < names->count; i++) {
        if (is_text(names->name[i], text, bytes))
            return;
    }
    memcpy(names->text[names->count], text, bytes);
    names->text[names->count][bytes] = '\0';
    names->name[names->count] = names->text[names->count];
    names->count++;
}

/* "; did you mean 'x'?", else "; there are a, b, c" */
static const char *hint(const struct names *names, const char *text, char *buffer, size_t bytes)
{
    const char *nearest = sim_nearest(text, names->name, names->count);
    size_t used;

    if (nearest) {
        snprintf(buffer, bytes, "; did you mean '%s'?", nearest);
        return buffer;
    }
    snprintf(buffer, bytes, "%s", names->count ? "; there are" : "");
    for (size_t i = 0; i < names->count; i++) {
        used = strlen(buffer);
        if (used + strlen(names->name[i]) + 8 > bytes) {
            snprintf(buffer + used, bytes - used, " ...");
            break;
        }
        snprintf(buffer + used, bytes - used, "%s %s", i ? "," : "", names->name[i]);
    }
    return buffer;
}

static enum sim_status refuse_figure(const struct mdl_selector *selector,
                                     const struct mdl_figure *row, size_t count,
                                     struct names *names, struct sim_error *err)
{
    char text[NAME_BYTES], words[300];
    size_t bytes = strlen(selector->figure);

    for (size_t i = 0; i < count; i++) { /* statistics of a name that is right */
        mdl_figure_text(row[i].name, row[i].statistic, "", text, sizeof text);
        if (strcmp(row[i].name, selector->figure) == 0)
            add_name(names, text, strlen(text));
    }
    if (names->count)
        return sim_fail(err, SIM_ESCHEMA, "'%.80s' needs a statistic%s", selector->figure,
                        hint(names, "", words, sizeof words));
    for (size_t i = 0; i < count; i++) {
        mdl_figure_text(row[i].name, row[i].statistic, "", text, sizeof text);
        if (strncmp(text, selector->figure, bytes) == 0 && text[bytes] == '.')
            return sim_fail(err, SIM_ESCHEMA, "there is no figure '%.80s'; did you mean '%s'?",
                            selector->figure, text);
        add_name(names, text, strlen(text));
    }
    return sim_fail(err, SIM_ESCHEMA, "there is no figure '%.80s'%s", selector->figure,
                    hint(names, selector->figure, words, sizeof words));
}

/* The figure is known; these keys together are not. */
static enum sim_status refuse_keys(const struct mdl_selector *selector,
                                   const struct mdl_figure *row, size_t count, struct names *names,
                                   struct sim_error *err)
{
    const char *text, *key, *value;
    size_t key_bytes, value_bytes;
    char words[300];

    for (size_t i = 0; i < count; i++) {
        text = row[i].selector;
        while (is_figure(selector, &row[i]) &&
               next_part(&text, &key, &key_bytes, &value, &value_bytes))
            add_name(names, key, key_bytes);
    }
    for (size_t k = 0; k < selector->key_count; k++) {
        bool is_known = false;

        for (size_t i = 0; i < names->count; i++)
            is_known |= strcmp(names->name[i], selector->key[k].key) == 0;
        if (!is_known)
            return sim_fail(err, SIM_ESCHEMA, "'%.80s' is not split by '%.80s'%s", selector->figure,
                            selector->key[k].key,
                            hint(names, selector->key[k].key, words, sizeof words));
    }
    names->count = 0;
    for (size_t i = 0; i < count; i++) {
        char combination[NAME_BYTES] = "";

        text = row[i].selector;
        while (is_figure(selector, &row[i]) &&
               next_part(&text, &key, &key_bytes, &value, &value_bytes)) {
            size_t used = strlen(combination);

            snprintf(combination + used, sizeof combination - used, "%s%.*s", used ? "+" : "",
                     (int)key_bytes, key);
        }
        if (is_figure(selector, &row[i]))
            add_name(names, *combination ? combination : "all",
                     strlen(*combination ? combination : "all"));
    }
    return sim_fail(err, SIM_ESCHEMA, "'%.80s' is not split like this%s", selector->figure,
                    hint(names, "", words, sizeof words));
}

/* The first value that no row has; SIM_OK when there is none. */
static enum sim_status refuse_value(const struct mdl_selector *selector,
                                    const struct mdl_figure *row, size_t count, struct names *names,
                                    struct sim_error *err)
{
    const char *text, *key, *value;
    size_t key_bytes, value_bytes;
    char words[300];

    for (size_t k = 0; k < selector->key_count; k++) {
        const struct mdl_selector_key *asked = &selector->key[k];
        bool is_seen[MDL_SELECTOR_VALUES] = {false};

        names->count = 0;
        for (size_t i = 0; i < count; i++) {
            text = row[i].selector;
            if (!is_figure(selector, &row[i]) || !has_keys_of(selector, &row[i]))
                continue;
            while (next_part(&text, &key, &key_bytes, &value, &value_bytes)) {
                if (!is_text(asked->key, key, key_bytes))
                    continue;
                add_name(names, value, value_bytes);
                for (size_t v = 0; v < asked->value_count; v++)
                    is_seen[v] |= is_text(asked->value[v], value, value_bytes);
            }
        }
        for (size_t v = 0; v < asked->value_count; v++) {
            if (!is_seen[v])
                return sim_fail(err, SIM_ESCHEMA, "'%.80s' has no %.40s '%.80s'%s",
                                selector->figure, asked->key, asked->value[v],
                                hint(names, asked->value[v], words, sizeof words));
        }
    }
    return SIM_OK;
}

static enum sim_status check(const struct mdl_selector *selector, const struct mdl_figure *row,
                             size_t count, struct sim_arena *arena, struct sim_error *err)
{
    struct names *names = sim_arena_alloc(arena, 1, sizeof *names);
    bool is_known = false, is_split = false;

    if (!names)
        return sim_fail(err, SIM_ENOMEM, "no memory to look for '%.80s'", selector->figure);
    for (size_t i = 0; i < count; i++) {
        bool is_this = is_figure(selector, &row[i]);

        is_known |= is_this;
        is_split |= is_this && has_keys_of(selector, &row[i]);
    }
    if (!is_known)
        return refuse_figure(selector, row, count, names, err);
    if (!is_split)
        return refuse_keys(selector, row, count, names, err);
    return refuse_value(selector, row, count, names, err);
}

enum sim_status mdl_selector_find(const char *text, const struct mdl_figure *row, size_t row_count,
                                  size_t *index, size_t most, size_t *count, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_selector selector;
    enum sim_status status = mdl_selector_parse(text, &selector, err);

    *count = 0;
    if (!status)
        status = arena ? check(&selector, row, row_count, arena, err)
                       : sim_fail(err, SIM_ENOMEM, "no memory to look for a figure");
    for (size_t i = 0; i < row_count && !status; i++) {
        if (!mdl_selector_matches(&selector, &row[i]))
            continue;
        if (*count < most)
            index[*count] = i;
        ++*count;
    }
    if (!status && *count == 0)
        status = sim_fail(err, SIM_ESCHEMA, "no row is called '%.200s'", text);
    sim_arena_destroy(arena);
    return status;
}
