/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/report_private.h"
#include "sim/units.h"

/* Fifteen digits are what a decimal number keeps on its way through a double. */
enum { NUMBER_BYTES = 40, DIGITS = 15 };

static bool read_number(const char *text, double *value)
{
    char *end;

    *value = strtod(text, &end);
    return end != text && *end == '\0';
}

bool out_report_is_unset(const struct sim_input *input)
{
    double value;

    return strcmp(input->quality, "default") == 0 && read_number(input->value, &value) &&
           isnan(value);
}

/* SIM_UNIT_1 when the inside unit is none that is written. */
static enum sim_unit unit_of(const char *symbol)
{
    for (int unit = SIM_UNIT_1; unit <= SIM_UNIT_FTE; unit++)
        if (strcmp(sim_unit_symbol((enum sim_unit)unit), symbol) == 0)
            return (enum sim_unit)unit;
    return SIM_UNIT_1;
}

/* The unit in which the number is shortest, and of those the smallest unit: 40 GB, 7 d. Amounts of
 * data are told in bytes. */
static const char *choose_unit(double value, enum sim_unit unit, char best[NUMBER_BYTES])
{
    const char *chosen = sim_unit_symbol(unit), *spelling;
    double most = value;

    snprintf(best, NUMBER_BYTES, "%.*g", DIGITS, value);
    for (size_t i = 0; (spelling = sim_unit_spelling(unit, i)); i++) {
        char one[64], text[NUMBER_BYTES];
        double factor;

        snprintf(one, sizeof one, "1 %s", spelling);
        if (sim_unit_parse(one, unit, &factor, NULL) != SIM_OK ||
            (unit == SIM_UNIT_BYTES && strstr(spelling, "bit")))
            continue;
        snprintf(text, sizeof text, "%.*g", DIGITS, value / factor);
        if (strchr(text, 'e') || fabs(strtod(text, NULL) * factor - value) > 1e-14 * fabs(value) ||
            strlen(text) > strlen(best) ||
            (strlen(text) == strlen(best) && !(value / factor > most)))
            continue;
        strcpy(best, text);
        chosen = spelling;
        most = value / factor;
    }
    return chosen;
}

/* Where a number of more digits than one writes begins; its end is *end. */
static bool is_long_number(const char *whole, const char *at, char **end)
{
    if (!isdigit((unsigned char)*at) ||
        (at > whole && (isalnum((unsigned char)at[-1]) || at[-1] == '.')))
        return false;
    strtod(at, end);
    return *end - at > DIGITS && !isalnum((unsigned char)**end) &&
           memchr(at, '.', (size_t)(*end - at));
}

/* A law or a map: "{4: 0.32000000000000001}" with its numbers as they are written. */
static void add_tidied(struct out_text *words, const char *text)
{
    for (const char *at = text; *at;) {
        char *end;

        if (is_long_number(text, at, &end)) {
            out_text_add(words, "%.*g", DIGITS, strtod(at, NULL));
            at = end;
        } else {
            out_text_append(words, at++, 1);
        }
    }
}

void out_report_value(struct out_report *report, const struct sim_input *input)
{
    enum sim_unit unit = unit_of(input->unit);
    const char *shown = strcmp(input->unit, "1") == 0 ? "" : input->unit;
    char number[NUMBER_BYTES];
    double value;

    if (unit != SIM_UNIT_1 && read_number(input->value, &value) && isfinite(value)) {
        shown = choose_unit(value, unit, number);
        out_text_add(&report->words, "%s", number);
    } else {
        add_tidied(&report->words, input->value);
    }
    out_report_words(report, "td class=\"n\"");
    out_report_element(&report->html, "td", shown);
}

void out_report_qualities(struct out_report *report, const struct sim_input *input, size_t count)
{
    static const struct {
        const char *quality, *words;
    } kinds[] = {{"high", "of high quality"},
                 {"medium", "of medium quality"},
                 {"assumption", "assumed"},
                 {"default", "defaults"},
                 {"", "without a word on their quality"}};
    size_t set = 0, n = 0;

    for (size_t i = 0; i < count; i++)
        set += !out_report_is_unset(&input[i]);
    out_text_add(&report->words, "%zu values: ", set);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t here = 0;

        for (size_t i = 0; i < count; i++)
            here +=
                !out_report_is_unset(&input[i]) && strcmp(input[i].quality, kinds[k].quality) == 0;
        if (here)
            out_text_add(&report->words, "%s%zu %s", n++ ? ", " : "", here, kinds[k].words);
    }
    out_text_add(&report->words, ".");
    out_report_words(report, "p");
}
