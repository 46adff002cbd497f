/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows as a JSON Schema, draft 7: the newest that yaml-language-server (VS Code's YAML
 * plug-in, coc-yaml, vim-lsp) reads in all its versions. Two things stay with `aifsim check`:
 *
 *   - required keys: a file may extend another one, or be a part of one, and then lacks most of
 *     them; the description says so;
 *   - ranges of values with units, whose text a schema can match but not compare; likewise.
 *
 * A key may be `~`, for the same reason: it removes what the extended file says.
 * In draft 7 nothing beside `$ref` counts, so a definition is drawn in by `anyOf`.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "scenarios/bind.h"
#include "scenarios/reference.h"

static const char number_pattern[] = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
static const char name_pattern[] = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
static const char reference_pattern[] = "[A-Za-z0-9_.-]+";
static const char not_reserved[] = "(?!(source|quality|note)$)";
static const char not_reserved_nor_table[] = "(?!(source|quality|note|table)$)";

/* ---- JSON ---- */

struct json {
    FILE *file;
    int depth;
    bool is_first; /* nothing stands in this object or list yet */
    bool or_null;  /* what comes next may be `~` as well, which removes what a file below says */
};

static void put_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            fprintf(file, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, file);
    fputc('"', file);
}

static void next(struct json *json)
{
    if (json->depth)
        fprintf(json->file, "%s\n%*s", json->is_first ? "" : ",", 2 * json->depth, "");
    json->is_first = false;
}

static void key(struct json *json, const char *name)
{
    next(json);
    put_text(json->file, name);
    fputs(": ", json->file);
}

/* name NULL: an item of a list, or the whole. */
static void open(struct json *json, const char *name, char bracket)
{
    if (name)
        key(json, name);
    else
        next(json);
    fputc(bracket, json->file);
    json->depth++;
    json->is_first = true;
}

static void close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->is_first)
        fprintf(json->file, "\n%*s", 2 * json->depth, "");
    fputc(bracket, json->file);
    json->is_first = false;
}

static void text(struct json *json, const char *name, const char *value)
{
    key(json, name);
    put_text(json->file, value);
}

/* After that it is said, or what follows lies deeper. */
static bool takes_null(struct json *json)
{
    bool or_null = json->or_null;

    json->or_null = false;
    return or_null;
}

static void number(struct json *json, const char *name, double value)
{
    key(json, name);
    fprintf(json->file, "%.17g", value);
}

static void words(struct json *json, const char *name, const char *const *list)
{
    key(json, name);
    fputc('[', json->file);
    for (size_t i = 0; list[i]; i++) {
        fputs(i ? ", " : "", json->file);
        put_text(json->file, list[i]);
    }
    if (takes_null(json))
        fputs(strcmp(name, "type") == 0 ? ", \"null\"" : ", null", json->file);
    fputc(']', json->file);
}

static void type(struct json *json, const char *name)
{
    const char *const list[] = {name, NULL};

    if (json->or_null)
        words(json, "type", list);
    else
        text(json, "type", name);
}

static void pattern(struct json *json, const char *name, const char *before, const char *body)
{
    char whole[640];

    snprintf(whole, sizeof whole, "^%s%s$", before, body);
    if (name)
        text(json, name, whole);
    else
        open(json, whole, '{');
}

/* anyOf: [{first}, {second}, ...]: open_either, first, or_else, second, ..., close_either. */
static void or_else(struct json *json)
{
    close(json, '}');
    open(json, NULL, '{');
}

static void open_either(struct json *json)
{
    bool or_null = takes_null(json);

    open(json, "anyOf", '[');
    open(json, NULL, '{');
    if (or_null) {
        text(json, "type", "null");
        or_else(json);
    }
}

static void close_either(struct json *json)
{
    close(json, '}');
    close(json, ']');
}

/* {$ref: #/definitions/NAME} among alternatives, since beside `$ref` nothing counts. */
static void draw_in(struct json *json, const char *definition)
{
    char path[96];

    snprintf(path, sizeof path, "#/definitions/%s", definition);
    open_either(json);
    text(json, "$ref", path);
    close_either(json);
}

/* ---- values ---- */

/* "-?(0|...) +(W|kW|MW|GW)"; of shares and numbers the unit is optional. */
static void quantity_pattern(enum sim_unit unit, char *buffer, size_t bytes)
{
    const char *spelling, *begin = sim_unit_may_be_bare(unit) ? "( +(" : " +(";
    size_t used = (size_t)snprintf(buffer, bytes, "%s", number_pattern);

    for (size_t i = 0; (spelling = sim_unit_spelling(unit, i)) && used < bytes; i++)
        used += (size_t)snprintf(buffer + used, bytes - used, "%s%s", i ? "|" : begin, spelling);
    if (sim_unit_spelling(unit, 0) && used < bytes)
        snprintf(buffer + used, bytes - used, "%s", sim_unit_may_be_bare(unit) ? "))?" : ")");
}

static void put_range(struct json *json, const struct sim_field *row)
{
    if (!row || (row->min == 0.0 && row->max == 0.0))
        return;
    if (row->min > -1e300)
        number(json, "minimum", row->min);
    if (row->kind == SIM_FIELD_INT && row->max >= SIM_WHOLE_MAX) {
        key(json, "maximum");
        fprintf(json->file, "%" PRId64, INT64_MAX);
    } else if (row->max < 1e300) {
        number(json, "maximum", row->max);
    }
}

static void put_written(struct json *json, enum sim_unit unit)
{
    char body[512], message[96];

    quantity_pattern(unit, body, sizeof body);
    type(json, "string");
    pattern(json, "pattern", "", body);
    snprintf(message, sizeof message, "not a value of this kind (%s); write for example '%s'",
             sim_unit_words(unit), sim_unit_example(unit));
    text(json, "patternErrorMessage", message);
}

/* row: for its range, or NULL */
static void put_quantity(struct json *json, const struct sim_field *row, enum sim_unit unit)
{
    bool is_whole = row && row->kind == SIM_FIELD_INT;

    if (!sim_unit_may_be_bare(unit)) {
        put_written(json, unit);
        return;
    }
    if (!sim_unit_spelling(unit, 0)) {
        type(json, is_whole ? "integer" : "number");
        put_range(json, row);
        return;
    }
    open_either(json);
    type(json, "number");
    put_range(json, row);
    or_else(json);
    put_written(json, unit);
    close_either(json);
}

static const char *const scalar_types[] = {"string", "number", "boolean", NULL};
static const char *const listed_types[] = {"string", "number", "array", NULL};
static const char *const name_types[] = {"string", "number", NULL};

static void put_reserved(struct json *json)
{
    static const char *const reserved[] = {"source", "quality", "note", NULL};

    for (const char *const *name = reserved; *name; name++) {
        char path[64];

        open(json, *name, '{');
        snprintf(path, sizeof path, "#/definitions/%s", *name);
        text(json, "$ref", path);
        close(json, '}');
    }
}

/* What a mapping holds: what stands between open_properties and close_properties, and what any
 * mapping may. */
static void open_properties(struct json *json)
{
    type(json, "object");
    open(json, "properties", '{');
}

static void close_properties(struct json *json)
{
    put_reserved(json);
    close(json, '}');
}

static void close_mapping(struct json *json)
{
    key(json, "additionalProperties");
    fputs("false", json->file);
}

/* Keys that match; what they hold stands between the two. */
static void open_entries(struct json *json, const char *before, const char *body)
{
    open(json, "patternProperties", '{');
    pattern(json, NULL, before, body);
}

static void close_entries(struct json *json)
{
    close(json, '}');
    close(json, '}');
    close_mapping(json);
}

/* A parameter of a law, which a file below may have given. */
static void put_parameter(struct json *json, const char *name, enum sim_unit unit)
{
    open(json, name, '{');
    json->or_null = true;
    put_quantity(json, NULL, unit);
    close(json, '}');
}

static void put_named_quantity(struct json *json, const char *name, const struct sim_field *row,
                               enum sim_unit unit)
{
    open(json, name, '{');
    put_quantity(json, row, unit);
    close(json, '}');
}

static void put_named_type(struct json *json, const char *name, const char *what)
{
    open(json, name, '{');
    type(json, what);
    close(json, '}');
}

static void put_length(struct json *json, double least, double most)
{
    number(json, "minItems", least);
    number(json, "maxItems", most);
}

/* An object whose keys match `body` and whose values are quantities. */
static void put_table(struct json *json, const char *body, const struct sim_field *row,
                      enum sim_unit unit)
{
    open_properties(json);
    close_properties(json);
    open_entries(json, not_reserved, body);
    put_quantity(json, row, unit);
    close_entries(json);
}

static void put_shares(struct json *json, const struct sim_field *row)
{
    enum sim_unit unit = row->unit == SIM_UNIT_1 ? SIM_UNIT_FRAC : row->unit;
    const char *body = row->target ? reference_pattern : name_pattern;

    open_either(json);
    words(json, "type", name_types);
    or_else(json);
    put_table(json, body, row, unit);
    close_either(json);
}

static const char *dist_name(enum sim_unit unit, char buffer[64])
{
    snprintf(buffer, 64, "distribution of %s", sim_unit_words(unit));
    for (char *at = buffer; *at; at++)
        *at = *at == ' ' ? '-' : *at;
    return buffer;
}

/* {file: hours.csv, column: weight} */
static void put_column(struct json *json, bool has_year)
{
    static const char *const keys[] = {"file", "column", "year"};

    open(json, NULL, '{');
    open_properties(json);
    for (size_t i = 0; i < (has_year ? 3 : 2); i++) {
        open(json, keys[i], '{');
        words(json, "type", name_types);
        close(json, '}');
    }
    close_properties(json);
    close_mapping(json);
    close(json, '}');
}

static void put_hourly(struct json *json, const struct sim_field *row)
{
    static const double lengths[] = {24, 168, 8760, 8784};

    open_either(json);
    put_quantity(json, row, row->unit);
    close(json, '}');
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        open(json, NULL, '{');
        type(json, "array");
        open(json, "items", '{');
        words(json, "type", name_types);
        close(json, '}');
        put_length(json, lengths[i], lengths[i]);
        close(json, '}');
    }
    put_column(json, true);
    close(json, ']');
}

/* ---- rows ---- */

static void put_rows(struct json *json, const struct sim_field *rows, bool is_item);

/* A section of the root may name a table, too; a scalar `table` is no entry. */
static void put_entries(struct json *json, const struct sim_field *row)
{
    open_properties(json);
    put_reserved(json);
    open(json, "table", '{');
    open_either(json);
    type(json, "string");
    or_else(json);
    type(json, "object");
    close_either(json);
    close(json, '}');
    close(json, '}');
    open_entries(json, not_reserved_nor_table, name_pattern);
    json->or_null = true;
    put_rows(json, row->rows, true);
    close_entries(json);
}

/* A scalar item stands for {FIRST ROW: scalar}. */
static void put_list(struct json *json, const struct sim_field *row)
{
    type(json, "array");
    open(json, "items", '{');
    open_either(json);
    words(json, "type", scalar_types);
    or_else(json);
    put_rows(json, row->rows, true);
    close_either(json);
    close(json, '}');
}

static void put_body(struct json *json, const struct sim_field *row)
{
    char name[64];

    switch (row->kind) {
    case SIM_FIELD_REAL:
    case SIM_FIELD_INT:
        put_quantity(json, row, row->unit);
        break;
    case SIM_FIELD_DURATION:
        put_quantity(json, row, SIM_UNIT_S);
        break;
    case SIM_FIELD_BOOL:
        type(json, "boolean");
        break;
    case SIM_FIELD_TEXT:
        words(json, "type", row->is_list ? listed_types : scalar_types);
        if (!scn_is_free_text(row))
            pattern(json, "pattern", "", "[A-Za-z0-9 ._/+:{}=,*%()@~-]*");
        break;
    case SIM_FIELD_ENUM:
        words(json, "enum", row->choices);
        break;
    case SIM_FIELD_DATE:
        type(json, "string");
        pattern(json, "pattern", "", "[12][0-9]{3}-[01][0-9](-[0-3][0-9])?");
        text(json, "patternErrorMessage", "not a date; write for example '2026-12-15'");
        break;
    case SIM_FIELD_DIST:
        draw_in(json, dist_name(row->unit, name));
        break;
    case SIM_FIELD_PROFILE:
        draw_in(json, row->profile_count == 12 ? "season" : "profile");
        break;
    case SIM_FIELD_HOURLY:
        put_hourly(json, row);
        break;
    case SIM_FIELD_REF:
        words(json, "type", name_types);
        pattern(json, "pattern", "", reference_pattern);
        break;
    case SIM_FIELD_SHARES:
        put_shares(json, row);
        break;
    case SIM_FIELD_GROUP:
        put_rows(json, row->rows, false);
        break;
    case SIM_FIELD_MAP:
        put_entries(json, row);
        break;
    case SIM_FIELD_LIST:
        put_list(json, row);
        break;
    case SIM_FIELD_END:
        break;
    }
}

static void put_description(struct json *json, const struct sim_field *row)
{
    char kind[SCN_ABOUT_BYTES], range[SCN_ABOUT_BYTES], example[SCN_ABOUT_BYTES];
    char whole[4 * SCN_ABOUT_BYTES];

    scn_about_kind(row, kind);
    scn_about_range(row, range);
    scn_about_example(row, example);
    snprintf(whole, sizeof whole, "%s (%s%s%s%s)%s%s", row->help ? row->help : row->name, kind,
             *range ? ", " : "", range, row->required ? ", required" : "",
             *example ? "; for example: " : "", example);
    text(json, "description", whole);
}

/* Numbers as numbers, all else as it would be written. */
static void put_default(struct json *json, const struct sim_field *row)
{
    char shown[SCN_ABOUT_BYTES];

    if (!*scn_about_default(row, shown))
        return;
    if (row->kind == SIM_FIELD_BOOL ||
        ((row->unit == SIM_UNIT_1 || row->unit == SIM_UNIT_COUNT) &&
         (row->kind == SIM_FIELD_REAL || row->kind == SIM_FIELD_INT ||
          row->kind == SIM_FIELD_DIST))) {
        key(json, "default");
        fputs(shown, json->file);
    } else {
        text(json, "default", shown);
    }
}

static void put_row(struct json *json, const struct sim_field *row)
{
    open(json, row->name, '{');
    put_description(json, row);
    put_default(json, row);
    json->or_null = true;
    put_body(json, row);
    json->or_null = false;
    close(json, '}');
}

static bool has_row(const struct sim_field *rows, const char *name)
{
    for (const struct sim_field *row = rows; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return true;
    return false;
}

static void put_rows(struct json *json, const struct sim_field *rows, bool is_item)
{
    open_properties(json);
    for (const struct sim_field *row = rows; row->name; row++)
        put_row(json, row);
    for (const struct sim_field *row = scn_entity_rows; is_item && row->name; row++)
        if (!has_row(rows, row->name))
            put_row(json, row);
    close_properties(json);
    close_mapping(json);
}

/* ---- definitions ---- */

static void put_provenance(struct json *json, const struct sim_field *row)
{
    open(json, row->name, '{');
    put_description(json, row);
    open_either(json);
    if (row->choices)
        words(json, "enum", row->choices);
    else
        words(json, "type", scalar_types);
    or_else(json);
    type(json, "object");
    open(json, "additionalProperties", '{');
    if (row->choices)
        words(json, "enum", row->choices);
    else
        words(json, "type", scalar_types);
    close(json, '}');
    close_either(json);
    close(json, '}');
}

/* The parameters in a list. */
static void put_parameter_list(struct json *json, const struct scn_dist_form *form,
                               enum sim_unit unit)
{
    open(json, NULL, '{');
    type(json, "array");
    put_named_quantity(json, "items", NULL, unit);
    put_length(json, (double)form->parameter_count, (double)form->parameter_count);
    close(json, '}');
}

/* min and max beside the name. */
static void put_cuts(struct json *json, enum sim_unit unit)
{
    static const char *const cuts[] = {"min", "max"};

    for (size_t i = 0; i < 2; i++)
        put_parameter(json, cuts[i], unit);
}

static void put_family(struct json *json, const struct scn_dist_form *form, enum sim_unit unit)
{
    open(json, form->name, '{');
    if (form->takes_list) {
        open(json, "anyOf", '[');
        put_parameter_list(json, form, unit);
        open(json, NULL, '{');
    }
    open_properties(json);
    for (size_t p = 0; p < form->parameter_count + (form->can_be_cut ? 2 : 0); p++) {
        bool is_own = p < form->parameter_count;
        const char *cut = p == form->parameter_count ? "min" : "max";

        put_parameter(json, is_own ? form->parameter[p] : cut,
                      is_own && form->is_pure[p] ? SIM_UNIT_1 : unit);
    }
    if (form->takes_scale)
        put_parameter(json, "scale", unit);
    close_properties(json);
    close_mapping(json);
    close(json, '}');
    if (form->takes_list) {
        close(json, ']');
        close(json, '}');
    }
}

/* Parts of a mixture: a weight beside what any distribution has. */
static void put_parts(struct json *json)
{
    open(json, "mixture", '{');
    type(json, "array");
    put_length(json, 1, 16);
    open(json, "items", '{');
    open_properties(json);
    put_named_quantity(json, "weight", NULL, SIM_UNIT_FRAC);
    close(json, '}');
    close(json, '}');
    close(json, '}');
}

/* {lognormal: {...}} and the like: one key says which. */
static void put_named_forms(struct json *json, enum sim_unit unit)
{
    struct scn_dist_form form;
    char body[512];

    open(json, NULL, '{');
    open_properties(json);
    put_named_quantity(json, "constant", NULL, unit);
    for (size_t i = 0; scn_dist_form(i, &form); i++)
        put_family(json, &form, unit);
    open(json, "choice", '{');
    type(json, "array");
    put_named_quantity(json, "items", NULL, unit);
    close(json, '}');
    open(json, "empirical", '{');
    quantity_pattern(SIM_UNIT_FRAC, body, sizeof body);
    put_table(json, body, NULL, unit);
    close(json, '}');
    put_parts(json);
    put_cuts(json, unit);
    close_properties(json);
    close_mapping(json);
    close(json, '}');
}

static void put_dist(struct json *json, enum sim_unit unit)
{
    char name[64], body[512];

    open(json, dist_name(unit, name), '{');
    open_either(json);
    put_quantity(json, NULL, unit);
    close(json, '}');
    put_named_forms(json, unit);
    open(json, NULL, '{');
    quantity_pattern(unit, body, sizeof body);
    open_properties(json);
    put_cuts(json, unit);
    close_properties(json);
    open_entries(json, not_reserved, body);
    put_quantity(json, NULL, SIM_UNIT_FRAC);
    close_entries(json);
    close_either(json);
    close(json, '}');
}

static void put_weights(struct json *json, const double *lengths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        open(json, NULL, '{');
        type(json, "array");
        put_named_type(json, "items", "number");
        put_length(json, lengths[i], lengths[i]);
        close(json, '}');
    }
}

static void put_profile(struct json *json, const char *name, const double *lengths, size_t count)
{
    open(json, name, '{');
    open_either(json);
    words(json, "type", name_types);
    close(json, '}');
    put_weights(json, lengths, count);
    open(json, NULL, '{');
    open_properties(json);
    open(json, "weights", '{');
    open(json, "anyOf", '[');
    put_weights(json, lengths, count);
    close(json, ']');
    close(json, '}');
    close_properties(json);
    close_mapping(json);
    close(json, '}');
    put_column(json, false);
    close(json, ']');
    close(json, '}');
}

static void put_definitions(struct json *json, const struct scn_reference *reference)
{
    static const double lengths[] = {24, 168, 12};

    open(json, "definitions", '{');
    for (const struct sim_field *row = scn_mapping_rows; row->name; row++) {
        if (strcmp(row->name, "note") == 0)
            put_row(json, row);
        else
            put_provenance(json, row);
    }
    put_profile(json, "profile", lengths, 2);
    put_profile(json, "season", lengths + 2, 1);
    put_profile(json, "any-profile", lengths, 3);
    for (enum sim_unit unit = SIM_UNIT_1; unit <= SIM_UNIT_FTE; unit++) {
        bool is_used = false;

        for (size_t i = 0; i < reference->count; i++) {
            const struct sim_field *row = reference->key[i].row;
            is_used = is_used || (row->kind == SIM_FIELD_DIST && row->unit == unit);
        }
        if (is_used)
            put_dist(json, unit);
    }
    close(json, '}');
}

/* ---- the root ---- */

static void put_extends(struct json *json, const struct sim_field *row)
{
    open(json, row->name, '{');
    put_description(json, row);
    open_either(json);
    type(json, "string");
    or_else(json);
    type(json, "array");
    put_named_type(json, "items", "string");
    close_either(json);
    close(json, '}');
}

/* A mapping with entries of any name that fits; what follows says what an entry is. */
static void open_named(struct json *json, const struct sim_field *row, const char *before,
                       const char *body)
{
    open(json, row->name, '{');
    put_description(json, row);
    open_properties(json);
    close_properties(json);
    open_entries(json, before, body);
}

static void close_named(struct json *json)
{
    close_entries(json);
    close(json, '}');
}

/* sources and profiles: each entry a scalar (or list), or a mapping. */
static void put_library(struct json *json, const struct sim_field *row)
{
    bool is_profiles = strcmp(row->name, "profiles") == 0;

    open_named(json, row, is_profiles ? not_reserved : "", name_pattern);
    if (is_profiles) {
        draw_in(json, "any-profile");
    } else {
        open_either(json);
        words(json, "type", scalar_types);
        or_else(json);
        put_rows(json, row->rows, false);
        close_either(json);
    }
    close_named(json);
}

/* Figures are known by a run alone: any name, but known bounds. */
static void put_expect(struct json *json, const struct sim_field *row)
{
    open_named(json, row, not_reserved, ".+");
    open_properties(json);
    for (const struct sim_field *bound = row->rows; bound->name; bound++) {
        open(json, bound->name, '{');
        put_description(json, bound);
        if (strcmp(bound->name, "between") == 0) {
            type(json, "array");
        } else {
            words(json, "type", scalar_types);
        }
        close(json, '}');
    }
    close_properties(json);
    close_mapping(json);
    close_named(json);
}

/* Entries of any name that fits; what stands in them is checked by who reads them. */
static void put_free_entries(struct json *json, const struct sim_field *row)
{
    bool has_names = strcmp(row->name, "overrides") == 0 || strcmp(row->name, "futures") == 0;
    static const char *const patch[] = {"object", "null", NULL};
    static const char *const any[] = {"object", "array", "string", "number", NULL};

    open_named(json, row, not_reserved, has_names ? name_pattern : ".+");
    words(json, "type", has_names ? patch : any);
    close_named(json);
}

static void put_options(struct json *json, const struct sim_field *row)
{
    open_named(json, row, not_reserved, name_pattern);
    text(json, "type", "object");
    open(json, "properties", '{');
    open(json, "apply", '{');
    put_description(json, row->rows);
    open(json, "anyOf", '[');
    open(json, NULL, '{');
    text(json, "type", "string");
    close(json, '}');
    open(json, NULL, '{');
    text(json, "type", "array");
    close(json, '}');
    close(json, ']');
    close(json, '}');
    for (const struct sim_field *own = scn_entity_rows; own->name; own++)
        put_row(json, own);
    put_reserved(json);
    close(json, '}');
    close_mapping(json);
    close_named(json);
}

/* A list of mappings of scalars; `between` is a list. */
static void put_questions(struct json *json, const struct sim_field *row)
{
    static const char *const values[] = {"string", "array", NULL};

    open(json, row->name, '{');
    put_description(json, row);
    text(json, "type", "array");
    open(json, "items", '{');
    text(json, "type", "object");
    open(json, "properties", '{');
    for (const struct sim_field *key = row->rows; key->name; key++) {
        open(json, key->name, '{');
        put_description(json, key);
        words(json, "type", values);
        close(json, '}');
    }
    put_reserved(json);
    close(json, '}');
    close_mapping(json);
    close(json, '}');
    close(json, '}');
}

static void put_root_row(struct json *json, const struct sim_field *row)
{
    if (strcmp(row->name, "extends") == 0)
        put_extends(json, row);
    else if (strcmp(row->name, "expect") == 0)
        put_expect(json, row);
    else if (strcmp(row->name, "options") == 0)
        put_options(json, row);
    else if (row->kind == SIM_FIELD_LIST)
        put_questions(json, row);
    else if (row->kind == SIM_FIELD_GROUP)
        put_free_entries(json, row);
    else if (row->kind == SIM_FIELD_TEXT)
        put_row(json, row);
    else
        put_library(json, row);
}

void scn_reference_schema(FILE *file, const struct scn_reference *reference)
{
    struct json whole = {.file = file}, *json = &whole;

    open(json, NULL, '{');
    text(json, "$schema", "http://json-schema.org/draft-07/schema#");
    text(json, "title", "aifsim scenario, format 1");
    open_properties(json);
    for (const struct sim_field *row = reference->rows; row->name; row++)
        put_row(json, row);
    for (const struct sim_field *row = scn_root_rows; row->name; row++) {
        if (has_row(reference->rows, row->name))
            continue;
        put_root_row(json, row);
    }
    close_properties(json);
    close_mapping(json);
    put_definitions(json, reference);
    close(json, '}');
    fputc('\n', file);
}
