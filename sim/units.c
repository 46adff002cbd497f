/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/units.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* ---- showing foreign text ---- */

enum { SHOWN_CHARACTERS = 60, SHOWN_BYTES = 4 * SHOWN_CHARACTERS + 4 };

struct shown {
    char text[SHOWN_BYTES];
};

static struct shown shown(const char *text)
{
    struct shown shown = {""};
    size_t at = 0, i;

    for (i = 0; text[i] && i < SHOWN_CHARACTERS; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= ' ' && c < 0x7f)
            shown.text[at++] = text[i];
        else
            at += (size_t)snprintf(shown.text + at, sizeof shown.text - at, "\\x%02X", c);
    }
    if (text[i])
        snprintf(shown.text + at, sizeof shown.text - at, "...");
    return shown;
}

/* ---- numbers ---- */

enum { DIGITS_MAX = 40, EXPONENT_MAX = 9999, FAST_DIGITS = 15, FAST_POWER = 22 };

/* Unsigned, least limb first: room for 10^348 (1157 bits), the largest divisor below. */
enum { LIMBS = 44 };
struct big {
    uint32_t limb[LIMBS];
};

static void big_multiply_add(struct big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;

    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)big->limb[i] * factor;
        big->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int big_bits(const struct big *big)
{
    for (int i = LIMBS; i-- > 0;)
        if (big->limb[i])
            return 32 * i + 32 - __builtin_clz(big->limb[i]);
    return 0;
}

static void big_shift_left(struct big *big, int bits)
{
    int limbs = bits / 32, rest = bits % 32;

    for (int i = LIMBS; i-- > 0;) {
        uint64_t pair = i >= limbs ? (uint64_t)big->limb[i - limbs] << 32 : 0;

        pair |= i > limbs ? big->limb[i - limbs - 1] : 0;
        big->limb[i] = (uint32_t)(pair << rest >> 32);
    }
}

static int big_compare(const struct big *a, const struct big *b)
{
    for (int i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static void big_subtract(struct big *big, const struct big *less)
{
    uint64_t borrow = 0;

    for (int i = 0; i < LIMBS; i++) {
        uint64_t difference = (uint64_t)big->limb[i] - less->limb[i] - borrow;

        big->limb[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
}

/* digits x 10^power as it was written, before rounding. */
struct decimal {
    bool is_negative;
    int digit_count; /* from the first that is not 0 */
    int power;
    char digit[DIGITS_MAX];
};

/* 53 quotient bits by long division, then the remainder against one half. The value is finite
 * and not 0; the result may be infinite, or 0 for what is below the normal numbers. */
static double decimal_round(const struct decimal *decimal)
{
    struct big above = {{0}}, below = {{1}};
    uint64_t mantissa = 0;
    double value;
    int exponent, order;

    for (int i = 0; i < decimal->digit_count; i++)
        big_multiply_add(&above, 10, (uint32_t)(decimal->digit[i] - '0'));
    for (int i = 0; i < decimal->power; i++)
        big_multiply_add(&above, 10, 0);
    for (int i = 0; i > decimal->power; i--)
        big_multiply_add(&below, 10, 0);

    exponent = big_bits(&above) - big_bits(&below);
    big_shift_left(exponent > 0 ? &below : &above, exponent > 0 ? exponent : -exponent);
    if (big_compare(&above, &below) < 0) {
        exponent--;
        big_shift_left(&above, 1);
    }
    for (int i = 0; i < 53; i++) { /* above / below is in [0, 2), in [1, 2) at first */
        bool is_one = big_compare(&above, &below) >= 0;

        if (is_one)
            big_subtract(&above, &below);
        mantissa = mantissa << 1 | is_one;
        big_shift_left(&above, 1);
    }
    order = big_compare(&above, &below);
    mantissa += order > 0 || (order == 0 && mantissa & 1);
    if (exponent < -1022)
        return 0.0;
    if (exponent > 1023)
        return __builtin_inf();
    value = (double)mantissa * 0x1p-52;
    for (; exponent > 0; exponent--)
        value *= 2.0;
    for (; exponent < 0; exponent++)
        value *= 0.5;
    return value;
}

static double decimal_value(const struct decimal *decimal)
{
    static const double ten_to[FAST_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t whole = 0;
    int size = decimal->digit_count + decimal->power; /* value below 10^size */

    if (decimal->digit_count == 0)
        return 0.0;
    if (size > 310)
        return __builtin_inf();
    if (size < -308)
        return 0.0;
    if (decimal->digit_count > FAST_DIGITS || decimal->power > FAST_POWER ||
        decimal->power < -FAST_POWER)
        return decimal_round(decimal);
    for (int i = 0; i < decimal->digit_count; i++) /* both exact, so one rounding */
        whole = 10 * whole + (decimal->digit[i] - '0');
    return decimal->power < 0 ? (double)whole / ten_to[-decimal->power]
                              : (double)whole * ten_to[decimal->power];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Appends one digit; leading zeros only move the point. */
static bool decimal_push(struct decimal *decimal, char digit)
{
    if (decimal->digit_count == 0 && digit == '0')
        return true;
    if (decimal->digit_count == DIGITS_MAX)
        return false;
    decimal->digit[decimal->digit_count++] = digit;
    return true;
}

enum scan_result { SCAN_OK, SCAN_NOT_A_NUMBER, SCAN_TOO_LONG };

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?  *end is where it stops. */
static enum scan_result scan(const char *text, struct decimal *decimal, const char **end)
{
    const char *at = text;
    bool is_short = true;

    *decimal = (struct decimal){.is_negative = *at == '-'};
    at += *at == '-';
    if (!is_digit(*at) || (*at == '0' && is_digit(at[1])))
        return SCAN_NOT_A_NUMBER;
    for (; is_digit(*at); at++)
        is_short &= decimal_push(decimal, *at);
    if (*at == '.' && is_digit(at[1]))
        for (at++; is_digit(*at); at++, decimal->power--)
            is_short &= decimal_push(decimal, *at);
    if ((*at == 'e' || *at == 'E') &&
        (is_digit(at[1]) || ((at[1] == '+' || at[1] == '-') && is_digit(at[2])))) {
        bool is_down = at[1] == '-';
        int exponent = 0;

        for (at += 1 + !is_digit(at[1]); is_digit(*at); at++)
            exponent = exponent < EXPONENT_MAX ? 10 * exponent + (*at - '0') : exponent;
        decimal->power += is_down ? -exponent : exponent;
    }
    *end = at;
    return is_short ? SCAN_OK : SCAN_TOO_LONG;
}

/* Why text is no number, and what would be one. hint is empty when nothing is to be guessed. */
static void number_hint(const char *text, char *hint, size_t size)
{
    const char *body = text + (*text == '-' || *text == '+');
    const char *sign = *text == '-' ? "-" : "";
    size_t length = strlen(body), zeros = strspn(body, "0"), kept = 0;
    char plain[SHOWN_CHARACTERS] = "";

    snprintf(hint, size, "%s", "");
    for (size_t i = 0; i < length && kept + 1 < sizeof plain; i++)
        if (body[i] != '_' && body[i] != '\'')
            plain[kept++] = body[i];
    if (!strcmp(body, "nan") || !strcmp(body, "NaN") || !strcmp(body, ".nan") ||
        !strcmp(body, "inf") || !strcmp(body, ".inf") || !strcmp(body, "infinity"))
        snprintf(hint, size, "only finite decimal numbers are");
    else if (body[0] == '0' && (body[1] == 'x' || body[1] == 'X' || body[1] == 'o'))
        snprintf(hint, size, "write it in decimal digits");
    else if (!strcmp(body, "yes") || !strcmp(body, "no") || !strcmp(body, "true") ||
             !strcmp(body, "false") || !strcmp(body, "on") || !strcmp(body, "off"))
        snprintf(hint, size, "write decimal digits, for example '1'");
    else if (length >= sizeof plain || strspn(body, "0123456789.,_'eE+-") != length)
        return;
    else if (strchr(body, ','))
        snprintf(hint, size, "write a decimal point, as in '1.5', and no thousands separators");
    else if (strlen(plain) != length)
        snprintf(hint, size, "write '%s%s'", sign, plain);
    else if (body[0] == '.')
        snprintf(hint, size, "write '%s0%s'", sign, body);
    else if (length > 1 && body[length - 1] == '.')
        snprintf(hint, size, "write '%s%.*s'", sign, (int)length - 1, body);
    else if (zeros > 0 && is_digit(body[zeros]))
        snprintf(hint, size, "write '%s%s'", sign, body + zeros);
    else if (*text == '+')
        snprintf(hint, size, "write '%s'", body);
}

static enum sim_status not_a_number(const char *text, struct sim_error *err)
{
    char hint[SHOWN_BYTES];

    if (!*text)
        return sim_fail(err, SIM_ESCHEMA, "a number is missing");
    number_hint(text, hint, sizeof hint);
    return sim_fail(err, SIM_ESCHEMA, "'%s' is not a number%s%s", shown(text).text,
                    *hint ? "; " : "", hint);
}

static enum sim_status finish_number(const char *text, const struct decimal *decimal,
                                     enum scan_result result, double *out, struct sim_error *err)
{
    double value;

    if (result == SCAN_TOO_LONG)
        return sim_fail(err, SIM_ESCHEMA, "'%s' has more than %d digits; a double holds 17",
                        shown(text).text, (int)DIGITS_MAX);
    value = decimal_value(decimal);
    if (value > 1.7976931348623157e308)
        return sim_fail(err, SIM_ESCHEMA, "'%s' is too large; numbers end at 1.7e308",
                        shown(text).text);
    if (value == 0.0 && decimal->digit_count)
        return sim_fail(err, SIM_ESCHEMA, "'%s' is too small; write 0, or at least 2.3e-308",
                        shown(text).text);
    *out = decimal->is_negative && decimal->digit_count ? -value : value;
    return SIM_OK;
}

enum sim_status sim_number_parse(const char *text, double *out, struct sim_error *err)
{
    struct decimal decimal;
    const char *end = text;
    enum scan_result result = scan(text, &decimal, &end);

    if (result == SCAN_NOT_A_NUMBER || *end)
        return not_a_number(text, err);
    return finish_number(text, &decimal, result, out, err);
}

/* ---- units ---- */

/* value x multiply / divide; one of the two is 1 where that keeps the result exact. */
struct unit_row {
    enum sim_unit unit;
    const char *text;
    double multiply, divide;
};

#define MONTH_S       (SIM_YEAR_S / 12.0)
#define HOUR_PER_YEAR 8766.0

static const struct unit_row unit_rows[] = {
    {SIM_UNIT_FRAC, "%", 1, 100},

    {SIM_UNIT_S, "s", 1, 1},
    {SIM_UNIT_S, "ms", 1, 1e3},
    {SIM_UNIT_S, "us", 1, 1e6},
    {SIM_UNIT_S, "ns", 1, 1e9},
    {SIM_UNIT_S, "min", 60, 1},
    {SIM_UNIT_S, "h", SIM_HOUR_S, 1},
    {SIM_UNIT_S, "hour", SIM_HOUR_S, 1},
    {SIM_UNIT_S, "hours", SIM_HOUR_S, 1},
    {SIM_UNIT_S, "d", SIM_DAY_S, 1},
    {SIM_UNIT_S, "day", SIM_DAY_S, 1},
    {SIM_UNIT_S, "days", SIM_DAY_S, 1},
    {SIM_UNIT_S, "week", 7 * SIM_DAY_S, 1},
    {SIM_UNIT_S, "weeks", 7 * SIM_DAY_S, 1},
    {SIM_UNIT_S, "month", MONTH_S, 1},
    {SIM_UNIT_S, "months", MONTH_S, 1},
    {SIM_UNIT_S, "yr", SIM_YEAR_S, 1},
    {SIM_UNIT_S, "year", SIM_YEAR_S, 1},
    {SIM_UNIT_S, "years", SIM_YEAR_S, 1},

    {SIM_UNIT_PER_S, "/s", 1, 1},
    {SIM_UNIT_PER_S, "/min", 1, 60},
    {SIM_UNIT_PER_S, "/h", 1, SIM_HOUR_S},
    {SIM_UNIT_PER_S, "/d", 1, SIM_DAY_S},
    {SIM_UNIT_PER_S, "/day", 1, SIM_DAY_S},
    {SIM_UNIT_PER_S, "/week", 1, 7 * SIM_DAY_S},
    {SIM_UNIT_PER_S, "/month", 1, MONTH_S},
    {SIM_UNIT_PER_S, "/yr", 1, SIM_YEAR_S},
    {SIM_UNIT_PER_S, "/year", 1, SIM_YEAR_S},

    {SIM_UNIT_GROWTH, "%/yr", 1, 100},
    {SIM_UNIT_GROWTH, "%/year", 1, 100},
    {SIM_UNIT_GROWTH, "/yr", 1, 1},

    {SIM_UNIT_BYTES, "B", 1, 1},
    {SIM_UNIT_BYTES, "kB", 1e3, 1},
    {SIM_UNIT_BYTES, "MB", 1e6, 1},
    {SIM_UNIT_BYTES, "GB", 1e9, 1},
    {SIM_UNIT_BYTES, "TB", 1e12, 1},
    {SIM_UNIT_BYTES, "PB", 1e15, 1},
    {SIM_UNIT_BYTES, "EB", 1e18, 1},
    {SIM_UNIT_BYTES, "KiB", 0x1p10, 1},
    {SIM_UNIT_BYTES, "MiB", 0x1p20, 1},
    {SIM_UNIT_BYTES, "GiB", 0x1p30, 1},
    {SIM_UNIT_BYTES, "TiB", 0x1p40, 1},
    {SIM_UNIT_BYTES, "PiB", 0x1p50, 1},
    {SIM_UNIT_BYTES, "bit", 1, 8},
    {SIM_UNIT_BYTES, "kbit", 125, 1},
    {SIM_UNIT_BYTES, "Mbit", 125e3, 1},
    {SIM_UNIT_BYTES, "Gbit", 125e6, 1},

    {SIM_UNIT_BYTES_PER_S, "bit/s", 1, 8},
    {SIM_UNIT_BYTES_PER_S, "kbit/s", 125, 1},
    {SIM_UNIT_BYTES_PER_S, "Mbit/s", 125e3, 1},
    {SIM_UNIT_BYTES_PER_S, "Gbit/s", 125e6, 1},
    {SIM_UNIT_BYTES_PER_S, "Tbit/s", 125e9, 1},
    {SIM_UNIT_BYTES_PER_S, "B/s", 1, 1},
    {SIM_UNIT_BYTES_PER_S, "kB/s", 1e3, 1},
    {SIM_UNIT_BYTES_PER_S, "MB/s", 1e6, 1},
    {SIM_UNIT_BYTES_PER_S, "GB/s", 1e9, 1},
    {SIM_UNIT_BYTES_PER_S, "TB/s", 1e12, 1},
    {SIM_UNIT_BYTES_PER_S, "KiB/s", 0x1p10, 1},
    {SIM_UNIT_BYTES_PER_S, "MiB/s", 0x1p20, 1},
    {SIM_UNIT_BYTES_PER_S, "GiB/s", 0x1p30, 1},
    {SIM_UNIT_BYTES_PER_S, "TiB/s", 0x1p40, 1},

    {SIM_UNIT_W, "W", 1, 1},
    {SIM_UNIT_W, "kW", 1e3, 1},
    {SIM_UNIT_W, "MW", 1e6, 1},
    {SIM_UNIT_W, "GW", 1e9, 1},

    {SIM_UNIT_EUR, "EUR", 1, 1},
    {SIM_UNIT_EUR, "kEUR", 1e3, 1},
    {SIM_UNIT_EUR, "MEUR", 1e6, 1},
    {SIM_UNIT_EUR, "GEUR", 1e9, 1},

    {SIM_UNIT_EUR_PER_MWH, "EUR/MWh", 1, 1},
    {SIM_UNIT_EUR_PER_MWH, "EUR/kWh", 1e3, 1},

    {SIM_UNIT_EUR_PER_TB_YR, "EUR/TB/yr", 1, 1},

    {SIM_UNIT_EUR_PER_YR, "EUR/yr", 1, 1},
    {SIM_UNIT_EUR_PER_YR, "kEUR/yr", 1e3, 1},
    {SIM_UNIT_EUR_PER_YR, "MEUR/yr", 1e6, 1},

    {SIM_UNIT_EUR_PER_KM_YR, "EUR/km/yr", 1, 1},
    {SIM_UNIT_EUR_PER_KM_YR, "kEUR/km/yr", 1e3, 1},

    {SIM_UNIT_KM, "km", 1, 1},

    {SIM_UNIT_G_PER_KWH, "g/kWh", 1, 1},
    {SIM_UNIT_G_PER_KWH, "kg/MWh", 1, 1},

    {SIM_UNIT_DEG, "deg", 1, 1},

    {SIM_UNIT_GPU_S, "GPU-h", SIM_HOUR_S, 1},
    {SIM_UNIT_GPU_S, "kGPU-h", SIM_HOUR_S * 1e3, 1},
    {SIM_UNIT_GPU_S, "MGPU-h", SIM_HOUR_S * 1e6, 1},

    {SIM_UNIT_GPU_FRAC, "GPU-h/yr", 1, HOUR_PER_YEAR},
    {SIM_UNIT_GPU_FRAC, "kGPU-h/yr", 1e3, HOUR_PER_YEAR},
    {SIM_UNIT_GPU_FRAC, "MGPU-h/yr", 1e6, HOUR_PER_YEAR},
    {SIM_UNIT_GPU_FRAC, "GPU-h/month", 1, HOUR_PER_YEAR / 12},
    {SIM_UNIT_GPU_FRAC, "kGPU-h/month", 1e3, HOUR_PER_YEAR / 12},
    {SIM_UNIT_GPU_FRAC, "MGPU-h/month", 1e6, HOUR_PER_YEAR / 12},
    {SIM_UNIT_GPU_FRAC, "GPU-h/d", 1, 24},
    {SIM_UNIT_GPU_FRAC, "kGPU-h/d", 1e3, 24},
    {SIM_UNIT_GPU_FRAC, "MGPU-h/d", 1e6, 24},

    {SIM_UNIT_NODE_S, "node-h", SIM_HOUR_S, 1},
    {SIM_UNIT_NODE_S, "knode-h", SIM_HOUR_S * 1e3, 1},
    {SIM_UNIT_NODE_S, "Mnode-h", SIM_HOUR_S * 1e6, 1},

    {SIM_UNIT_EUR_PER_GPU_H, "EUR/GPU-h", 1, 1},

    {SIM_UNIT_WORKDAY, "workday", 1, 1},
    {SIM_UNIT_WORKDAY, "workdays", 1, 1},

    {SIM_UNIT_FTE, "FTE", 1, 1},
};
enum { UNIT_ROWS = sizeof unit_rows / sizeof unit_rows[0] };

/* Other habits whose nearest spelling would mislead. */
static const struct {
    const char *wrong, *right;
} habits[] = {
    {"bps", "bit/s"},
    {"kbps", "kbit/s"},
    {"Kbps", "kbit/s"},
    {"Mbps", "Mbit/s"},
    {"Gbps", "Gbit/s"},
    {"Tbps", "Tbit/s"},
    {"b/s", "bit/s"},
    {"kb/s", "kbit/s"},
    {"Mb/s", "Mbit/s"},
    {"Gb/s", "Gbit/s"},
    {"Tb/s", "Tbit/s"},
    {"MBps", "MB/s"},
    {"GBps", "GB/s"},
    {"TBps", "TB/s"},
    {"sec", "s"},
    {"secs", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"minute", "min"},
    {"minutes", "min"},
    {"mins", "min"},
    {"m", "min"},
    {"hr", "h"},
    {"hrs", "h"},
    {"w", "week"},
    {"y", "yr"},
    {"yrs", "yr"},
    {"a", "yr"},
    {"mo", "month"},
    {"/mo", "/month"},
    {"/w", "/week"},
    {"/y", "/yr"},
    {"/a", "/yr"},
    {"per day", "/d"},
    {"per year", "/yr"},
    {"/hour", "/h"},
    {"% /yr", "%/yr"},
    {"%/y", "%/yr"},
    {"%/a", "%/yr"},
    {"percent", "%"},
    {"pct", "%"},
    {"bn EUR", "GEUR"},
    {"bnEUR", "GEUR"},
    {"BEUR", "GEUR"},
    {"billion EUR", "GEUR"},
    {"m EUR", "MEUR"},
    {"M EUR", "MEUR"},
    {"mEUR", "MEUR"},
    {"million EUR", "MEUR"},
    {"Mio EUR", "MEUR"},
    {"k EUR", "kEUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"\xe2\x82\xac", "EUR"},
    {"k\xe2\x82\xac", "kEUR"},
    {"M\xe2\x82\xac", "MEUR"},
    {"\xc2\xb0", "deg"},
    {"degree", "deg"},
    {"degrees", "deg"},
    {"GPUh", "GPU-h"},
    {"GPU h", "GPU-h"},
    {"GPU hours", "GPU-h"},
    {"GPU-hours", "GPU-h"},
    {"GPUh/yr", "GPU-h/yr"},
    {"nodeh", "node-h"},
    {"node h", "node-h"},
    {"node hours", "node-h"},
    {"node-hours", "node-h"},
    {"EUR/GPUh", "EUR/GPU-h"},
    {"EUR/h", "EUR/GPU-h"},
    {"d", "workday"},
    {"working days", "workday"},
    {"gCO2/kWh", "g/kWh"},
    {"kgCO2/MWh", "kg/MWh"},
    {"people", "FTE"},
    {"persons", "FTE"},
};
enum { HABITS = sizeof habits / sizeof habits[0] };

static const struct unit_row *find_unit(enum sim_unit unit, const char *text)
{
    for (int i = 0; i < UNIT_ROWS; i++)
        if (unit_rows[i].unit == unit && !strcmp(unit_rows[i].text, text))
            return &unit_rows[i];
    return NULL;
}

const char *sim_unit_symbol(enum sim_unit unit)
{
    static const char *const symbol[] = {
#define UNIT_SYMBOL(name, inside, words, example) inside,
        SIM_UNIT_LIST(UNIT_SYMBOL)
#undef UNIT_SYMBOL
    };
    return symbol[unit];
}

const char *sim_unit_words(enum sim_unit unit)
{
    static const char *const text[] = {
#define UNIT_WORDS(name, inside, words, example) words,
        SIM_UNIT_LIST(UNIT_WORDS)
#undef UNIT_WORDS
    };
    return text[unit];
}

const char *sim_unit_example(enum sim_unit unit)
{
    static const char *const text[] = {
#define UNIT_EXAMPLE(name, inside, words, example) example,
        SIM_UNIT_LIST(UNIT_EXAMPLE)
#undef UNIT_EXAMPLE
    };
    return text[unit];
}

/* Edits that turn a into b, doubled: a letter of the wrong case counts 1, any other edit 2. */
static int distance(const char *a, const char *b)
{
    enum { LONGEST = 16 };
    size_t a_length = strlen(a), b_length = strlen(b);
    int row[LONGEST + 1];

    if (a_length > LONGEST || b_length > LONGEST)
        return 2 * LONGEST;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = 2 * (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int diagonal = row[0];

        row[0] = 2 * (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = a[i - 1], y = b[j - 1];
            bool is_case = tolower((unsigned char)x) == tolower((unsigned char)y);
            int best = diagonal + (x == y ? 0 : is_case ? 1 : 2);

            diagonal = row[j];
            best = row[j] + 2 < best ? row[j] + 2 : best;
            best = row[j - 1] + 2 < best ? row[j - 1] + 2 : best;
            row[j] = best;
        }
    }
    return row[b_length];
}

/* The right unit the writer most likely meant; that of the example when nothing is near. */
static const char *nearest_unit(enum sim_unit unit, const char *text)
{
    const char *space = strchr(sim_unit_example(unit), ' ');
    const char *nearest = space ? space + 1 : "";
    int best = 2 * (int)strlen(text);

    for (int i = 0; i < HABITS; i++)
        if (!strcmp(habits[i].wrong, text) && find_unit(unit, habits[i].right))
            return habits[i].right;
    for (int i = 0; i < UNIT_ROWS && *text; i++) /* "GB" of "GB/s", "d" of "/d" */
        if (unit_rows[i].unit == unit && (!strncmp(unit_rows[i].text, text, strlen(text)) ||
                                          !strcmp(unit_rows[i].text + 1, text)))
            return unit_rows[i].text;
    for (int i = 0; i < UNIT_ROWS; i++) {
        int edits = unit_rows[i].unit == unit ? distance(text, unit_rows[i].text) : best;

        if (edits < best && edits <= 4) {
            best = edits;
            nearest = unit_rows[i].text;
        }
    }
    return nearest;
}

const char *sim_unit_spelling(enum sim_unit unit, size_t i)
{
    for (int row = 0; row < UNIT_ROWS; row++)
        if (unit_rows[row].unit == unit && i-- == 0)
            return unit_rows[row].text;
    return NULL;
}

bool sim_unit_may_be_bare(enum sim_unit unit)
{
    return unit == SIM_UNIT_1 || unit == SIM_UNIT_COUNT || unit == SIM_UNIT_FRAC;
}

static const char *article(enum sim_unit unit)
{
    switch (unit) {
    case SIM_UNIT_BYTES:
    case SIM_UNIT_EUR:
    case SIM_UNIT_EUR_PER_MWH:
    case SIM_UNIT_DEG:
    case SIM_UNIT_GPU_S:
    case SIM_UNIT_NODE_S:
        return "an ";
    case SIM_UNIT_GROWTH:
    case SIM_UNIT_GPU_FRAC:
    case SIM_UNIT_FTE:
        return "";
    default:
        return "a ";
    }
}

/* number is the part of text before the unit, word the unit as written ("" = none). */
static enum sim_status wrong_unit(const char *text, const char *number, const char *word,
                                  enum sim_unit unit, struct sim_error *err)
{
    const char *right = nearest_unit(unit, word);

    if (is_digit(*word))
        return sim_fail(err, SIM_ESCHEMA, "'%s' has a space inside the number", shown(text).text);
    if (unit == SIM_UNIT_1 || unit == SIM_UNIT_COUNT)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%s' is not a %s, which takes no unit; write for example '%s'",
                        shown(text).text, sim_unit_words(unit), sim_unit_example(unit));
    if (!*word)
        return sim_fail(err, SIM_ESCHEMA,
                        "'%s' is not %s%s, the unit is missing; write for example '%s %s'",
                        shown(text).text, article(unit), sim_unit_words(unit), number, right);
    return sim_fail(err, SIM_ESCHEMA, "'%s' is not %s%s; write for example '%s %s'",
                    shown(text).text, article(unit), sim_unit_words(unit), number, right);
}

enum sim_status sim_unit_parse(const char *text, enum sim_unit unit, double *out,
                               struct sim_error *err)
{
    const struct unit_row *row;
    struct decimal decimal;
    const char *end = text, *word;
    char number[SHOWN_CHARACTERS];
    enum scan_result result = scan(text, &decimal, &end);
    enum sim_status status;
    double value;

    if (result == SCAN_NOT_A_NUMBER || (*end && strchr(".,_'", *end))) {
        char token[SHOWN_CHARACTERS + 8];

        snprintf(token, sizeof token, "%.*s", (int)strcspn(text, " "), text);
        return not_a_number(token, err);
    }
    status = finish_number(text, &decimal, result, &value, err);
    if (status != SIM_OK)
        return status;
    snprintf(number, sizeof number, "%.*s", (int)(end - text), text);
    word = end + strspn(end, " ");
    if (!*word && sim_unit_may_be_bare(unit)) {
        *out = value;
        return *end ? not_a_number(text, err) : SIM_OK;
    }
    row = find_unit(unit, word);
    if (!row)
        return wrong_unit(text, number, word, unit, err);
    if (word == end)
        return sim_fail(err, SIM_ESCHEMA, "'%s' needs a space before the unit; write '%s %s'",
                        shown(text).text, number, word);
    value = value * row->multiply / row->divide;
    if (value - value != 0.0)
        return sim_fail(err, SIM_ESCHEMA, "'%s' is too large", shown(text).text);
    *out = value;
    return SIM_OK;
}
