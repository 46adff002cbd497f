/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/random.h"
#include "sim/units.h"
#include "tests/support/check.h"

static double number(const char *text)
{
    struct sim_error err = {0};
    double value = NAN;

    if (sim_number_parse(text, &value, &err) != SIM_OK)
        print_error("%s\n", err.message);
    assert_int_equal(err.status, SIM_OK);
    return value;
}

static void expect_number_error(const char *text, const char *message)
{
    struct sim_error err = {0};
    double value = 7.0;

    assert_int_equal(sim_number_parse(text, &value, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, message);
    assert_true(value == 7.0);
    assert_int_equal(sim_number_parse(text, &value, NULL), SIM_ESCHEMA);
}

static void decimal_numbers_are_read(void **state)
{
    (void)state;
    assert_true(number("0") == 0.0 && number("12") == 12.0 && number("-3.25") == -3.25);
    assert_true(number("1.6e3") == 1600.0 && number("1E-3") == 0.001 && number("2e+2") == 200.0);
    assert_true(number("0.0") == 0.0 && number("0e9999999") == 0.0);
    assert_false(signbit(number("-0")));
    assert_true(number("1.7976931348623157e308") == 1.7976931348623157e308);
    assert_true(number("2.2250738585072014e-308") == 2.2250738585072014e-308);
}

static void other_habits_are_refused_with_a_hint(void **state)
{
    (void)state;
    expect_number_error("", "a number is missing");
    expect_number_error("1,5", "'1,5' is not a number; write a decimal point, as in '1.5', and no "
                               "thousands separators");
    expect_number_error("012", "'012' is not a number; write '12'");
    expect_number_error("-007.5", "'-007.5' is not a number; write '-7.5'");
    expect_number_error("1_000", "'1_000' is not a number; write '1000'");
    expect_number_error("1'000", "'1'000' is not a number; write '1000'");
    expect_number_error(".5", "'.5' is not a number; write '0.5'");
    expect_number_error("-.5", "'-.5' is not a number; write '-0.5'");
    expect_number_error("5.", "'5.' is not a number; write '5'");
    expect_number_error("+5", "'+5' is not a number; write '5'");
    expect_number_error("1e400", "'1e400' is too large; numbers end at 1.7e308");
    expect_number_error("1e-400", "'1e-400' is too small; write 0, or at least 2.3e-308");
    expect_number_error("1e-310", "'1e-310' is too small; write 0, or at least 2.3e-308");
    expect_number_error("2.2250738585072012e-308", "'2.2250738585072012e-308' is too small; write "
                                                   "0, or at least 2.3e-308");
    expect_number_error("nan", "'nan' is not a number; only finite decimal numbers are");
    expect_number_error(".inf", "'.inf' is not a number; only finite decimal numbers are");
    expect_number_error("-inf", "'-inf' is not a number; only finite decimal numbers are");
    expect_number_error("0x10", "'0x10' is not a number; write it in decimal digits");
    expect_number_error("yes", "'yes' is not a number; write decimal digits, for example '1'");
    expect_number_error("1e", "'1e' is not a number");
    expect_number_error("1.2.3", "'1.2.3' is not a number");
    expect_number_error("twelve", "'twelve' is not a number");
    expect_number_error("5 ", "'5 ' is not a number");
    expect_number_error("a\x1b[31m\xe2\x80\xae", "'a\\x1B[31m\\xE2\\x80\\xAE' is not a number");
    expect_number_error("1.2345678901234567890123456789012345678901",
                        "'1.2345678901234567890123456789012345678901' has more than 40 digits; "
                        "a double holds 17");
}

static void foreign_text_is_cut(void **state)
{
    char text[5000];
    struct sim_error err = {0};
    double value;

    (void)state;
    memset(text, '\x01', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(sim_number_parse(text, &value, &err), SIM_ESCHEMA);
    assert_true(strlen(err.message) < 300);
    assert_non_null(strstr(err.message, "...' is not a number"));
    memset(text, '1', sizeof text - 1);
    assert_int_equal(sim_unit_parse(text, SIM_UNIT_W, &value, &err), SIM_ESCHEMA);
    assert_true(strlen(err.message) < 300);
    memset(text + 1, 'x', sizeof text - 2);
    assert_int_equal(sim_unit_parse(text, SIM_UNIT_W, &value, &err), SIM_ESCHEMA);
    assert_true(strlen(err.message) < 300);
}

/* glibc's strtod rounds correctly; ours must give the same double. */
static void agree_with_strtod(const char *text)
{
    double expected = strtod(text, NULL), actual = NAN;
    struct sim_error err = {0};
    enum sim_status status = sim_number_parse(text, &actual, &err);

    if (isinf(expected) || fabs(expected) < 0x1p-1022) {
        if (expected != 0.0 || status != SIM_OK)
            assert_int_equal(status, SIM_ESCHEMA);
        return;
    }
    if (status != SIM_OK || actual != expected)
        print_error("%s: %.17g, strtod %.17g %s\n", text, actual, expected, err.message);
    assert_true(status == SIM_OK && actual == expected);
}

static uint64_t bits(uint64_t i, uint32_t purpose)
{
    return (uint64_t)(sim_uniform_at(11, 12, purpose, i) * 0x1p52);
}

static void random_decimals_of_up_to_40_digits_round_as_strtod_does(void **state)
{
    char text[128];

    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        int digits = 1 + (int)(bits(i, 1) % 40), point = (int)(bits(i, 2) % 40);
        int exponent = (int)(bits(i, 3) % 660) - 340;
        char *at = text;

        if (i % 3 == 0)
            exponent = exponent / 20;
        for (int d = 0; d < digits; d++) {
            int digit = (int)(bits(i * 64 + (uint64_t)d, 4) % 10);

            *at++ = (char)('0' + (d == 0 && digit == 0 ? 1 : digit));
            if (d == point && d + 1 < digits)
                *at++ = '.';
        }
        snprintf(at, sizeof text - (size_t)(at - text), i % 5 ? "e%d" : "E%+03d", exponent);
        agree_with_strtod(text);
    }
}

/* The hardest cases lie exactly on, just below and just above the middle of two doubles. */
static void decimals_near_the_middle_of_two_doubles_round_right(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t odd = ((UINT64_C(1) << 53 | bits(i, 5)) << 1 | 1) >> (i % 2);
        char text[64];
        int length = snprintf(text, sizeof text, "%llu", (unsigned long long)odd);

        agree_with_strtod(text); /* 54 or 55 bits: a tie when the last is 1 */
        snprintf(text + length, sizeof text - (size_t)length, ".00000000000000001");
        agree_with_strtod(text);
        snprintf(text, sizeof text, "%llu.99999999999999999", (unsigned long long)odd - 1);
        agree_with_strtod(text);
    }
    agree_with_strtod("9007199254740993");
    agree_with_strtod("9007199254740993e0");
    agree_with_strtod("9007199254740995");
    agree_with_strtod("1.7976931348623158e308");
    agree_with_strtod("1.7976931348623159e308");
    agree_with_strtod("179769313486231580793728971405303415079e270");
    agree_with_strtod("2.2250738585072011e-308");
    agree_with_strtod("0.000000000000000000000000000000000000000000000000012345678901234567890");
}

static void doubles_printed_with_17_digits_come_back(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 50000; i++) {
        uint64_t pattern = bits(i, 6) << 12 ^ bits(i, 7);
        double value;
        char text[64];

        memcpy(&value, &pattern, sizeof value);
        if (!isnormal(value))
            continue;
        snprintf(text, sizeof text, "%.17g", value);
        if (strstr(text, "e+")) /* both spellings are read */
            agree_with_strtod(text);
        assert_true(number(text) == value);
    }
}

static void the_locale_does_not_matter(void **state)
{
    const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    bool is_set = false;

    (void)state;
    for (int i = 0; i < 4 && !is_set; i++)
        is_set = setlocale(LC_ALL, names[i]) != NULL;
    if (!is_set)
        print_message("no locale with a decimal comma is installed: read in this one only\n");
    assert_true(number("1.5") == 1.5);
    assert_true(number("1.50000000000000000000000001") == 1.5);
    setlocale(LC_ALL, "C");
}

/* ---- units ---- */

static const struct {
    const char *text;
    enum sim_unit unit;
    double value;
} right[] = {
    {"1.2", SIM_UNIT_1, 1.2},
    {"120", SIM_UNIT_COUNT, 120.0},
    {"30 %", SIM_UNIT_FRAC, 0.3},
    {"0.3", SIM_UNIT_FRAC, 0.3},
    {"12 h", SIM_UNIT_S, 43200.0},
    {"5 ms", SIM_UNIT_S, 0.005},
    {"90 min", SIM_UNIT_S, 5400.0},
    {"730 d", SIM_UNIT_S, 730.0 * 86400.0},
    {"2 weeks", SIM_UNIT_S, 14.0 * 86400.0},
    {"12 month", SIM_UNIT_S, 31557600.0},
    {"5 yr", SIM_UNIT_S, 5.0 * 31557600.0},
    {"1 year", SIM_UNIT_S, 31557600.0},
    {"4 years", SIM_UNIT_S, 4.0 * 31557600.0},
    {"3 s", SIM_UNIT_S, 3.0},
    {"900 /d", SIM_UNIT_PER_S, 900.0 / 86400.0},
    {"0.0011 /yr", SIM_UNIT_PER_S, 0.0011 / 31557600.0},
    {"2 /s", SIM_UNIT_PER_S, 2.0},
    {"36 /h", SIM_UNIT_PER_S, 0.01},
    {"7 /week", SIM_UNIT_PER_S, 1.0 / 86400.0},
    {"1 /month", SIM_UNIT_PER_S, 12.0 / 31557600.0},
    {"20 %/yr", SIM_UNIT_GROWTH, 0.2},
    {"-3 %/yr", SIM_UNIT_GROWTH, -0.03},
    {"20 GB", SIM_UNIT_BYTES, 2e10},
    {"110 PB", SIM_UNIT_BYTES, 1.1e17},
    {"1 PiB", SIM_UNIT_BYTES, 1125899906842624.0},
    {"2 EB", SIM_UNIT_BYTES, 2e18},
    {"3 KiB", SIM_UNIT_BYTES, 3072.0},
    {"800 Gbit/s", SIM_UNIT_BYTES_PER_S, 1e11},
    {"1.6 Tbit/s", SIM_UNIT_BYTES_PER_S, 2e11},
    {"8 bit/s", SIM_UNIT_BYTES_PER_S, 1.0},
    {"1.2 TB/s", SIM_UNIT_BYTES_PER_S, 1.2e12},
    {"12 MW", SIM_UNIT_W, 1.2e7},
    {"0.6 kW", SIM_UNIT_W, 600.0},
    {"410 MEUR", SIM_UNIT_EUR, 4.1e8},
    {"1.5 GEUR", SIM_UNIT_EUR, 1.5e9},
    {"220 EUR/MWh", SIM_UNIT_EUR_PER_MWH, 220.0},
    {"0.22 EUR/kWh", SIM_UNIT_EUR_PER_MWH, 220.0},
    {"288 g/kWh", SIM_UNIT_G_PER_KWH, 288.0},
    {"288 kg/MWh", SIM_UNIT_G_PER_KWH, 288.0},
    {"44.519 deg", SIM_UNIT_DEG, 44.519},
    {"5000 GPU-h", SIM_UNIT_GPU_S, 1.8e7},
    {"1.2 MGPU-h", SIM_UNIT_GPU_S, 4.32e9},
    {"36000 node-h", SIM_UNIT_NODE_S, 1.296e8},
    {"1.9 Mnode-h", SIM_UNIT_NODE_S, 6.84e9},
    {"2.5 EUR/GPU-h", SIM_UNIT_EUR_PER_GPU_H, 2.5},
    {"4 workday", SIM_UNIT_WORKDAY, 4},
    {"8766 GPU-h/yr", SIM_UNIT_GPU_FRAC, 1.0},
    {"1.2 MGPU-h/yr", SIM_UNIT_GPU_FRAC, 1.2e6 / 8766.0},
    {"48 GPU-h/d", SIM_UNIT_GPU_FRAC, 2.0},
    {"120 FTE", SIM_UNIT_FTE, 120.0},
    {"3 us", SIM_UNIT_S, 3e-6},
    {"3 ns", SIM_UNIT_S, 3e-9},
    {"1 hour", SIM_UNIT_S, 3600.0},
    {"2 hours", SIM_UNIT_S, 7200.0},
    {"1 day", SIM_UNIT_S, 86400.0},
    {"2 days", SIM_UNIT_S, 172800.0},
    {"1 week", SIM_UNIT_S, 604800.0},
    {"24 months", SIM_UNIT_S, 63115200.0},
    {"6 /min", SIM_UNIT_PER_S, 0.1},
    {"1 /day", SIM_UNIT_PER_S, 1.0 / 86400.0},
    {"1 /year", SIM_UNIT_PER_S, 1.0 / 31557600.0},
    {"20 %/year", SIM_UNIT_GROWTH, 0.2},
    {"0.2 /yr", SIM_UNIT_GROWTH, 0.2},
    {"7 B", SIM_UNIT_BYTES, 7.0},
    {"7 kB", SIM_UNIT_BYTES, 7e3},
    {"7 MB", SIM_UNIT_BYTES, 7e6},
    {"7 TB", SIM_UNIT_BYTES, 7e12},
    {"1 MiB", SIM_UNIT_BYTES, 1048576.0},
    {"1 GiB", SIM_UNIT_BYTES, 1073741824.0},
    {"1 TiB", SIM_UNIT_BYTES, 1099511627776.0},
    {"8 kbit/s", SIM_UNIT_BYTES_PER_S, 1e3},
    {"8 Mbit/s", SIM_UNIT_BYTES_PER_S, 1e6},
    {"7 B/s", SIM_UNIT_BYTES_PER_S, 7.0},
    {"7 kB/s", SIM_UNIT_BYTES_PER_S, 7e3},
    {"7 MB/s", SIM_UNIT_BYTES_PER_S, 7e6},
    {"7 GB/s", SIM_UNIT_BYTES_PER_S, 7e9},
    {"1 KiB/s", SIM_UNIT_BYTES_PER_S, 1024.0},
    {"1 MiB/s", SIM_UNIT_BYTES_PER_S, 1048576.0},
    {"1 GiB/s", SIM_UNIT_BYTES_PER_S, 1073741824.0},
    {"1 TiB/s", SIM_UNIT_BYTES_PER_S, 1099511627776.0},
    {"7 W", SIM_UNIT_W, 7.0},
    {"1.2 GW", SIM_UNIT_W, 1.2e9},
    {"7 EUR", SIM_UNIT_EUR, 7.0},
    {"7 kEUR", SIM_UNIT_EUR, 7e3},
    {"7 kGPU-h", SIM_UNIT_GPU_S, 2.52e7},
    {"8.766 kGPU-h/yr", SIM_UNIT_GPU_FRAC, 1.0},
    {"730.5 GPU-h/month", SIM_UNIT_GPU_FRAC, 1.0},
    {"0.7305 kGPU-h/month", SIM_UNIT_GPU_FRAC, 1.0},
    {"0.0007305 MGPU-h/month", SIM_UNIT_GPU_FRAC, 1.0},
    {"2.4 kGPU-h/d", SIM_UNIT_GPU_FRAC, 100.0},
    {"2.4 MGPU-h/d", SIM_UNIT_GPU_FRAC, 1e5},
    {"12  MW", SIM_UNIT_W, 1.2e7},
};

static void every_unit_is_converted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        struct sim_error err = {0};
        double value = NAN;

        if (sim_unit_parse(right[i].text, right[i].unit, &value, &err) != SIM_OK)
            print_error("%s\n", err.message);
        assert_int_equal(err.status, SIM_OK);
        check_near(value, right[i].value, 3e-16);
    }
}

static void every_example_is_right_for_its_unit(void **state)
{
    (void)state;
    for (int unit = SIM_UNIT_1; unit <= SIM_UNIT_FTE; unit++) {
        double value = -1.0;

        assert_int_equal(sim_unit_parse(sim_unit_example((enum sim_unit)unit), (enum sim_unit)unit,
                                        &value, NULL),
                         SIM_OK);
        assert_true(value > 0.0);
        assert_true(*sim_unit_symbol((enum sim_unit)unit) && *sim_unit_words((enum sim_unit)unit));
    }
    assert_string_equal(sim_unit_symbol(SIM_UNIT_BYTES_PER_S), "B/s");
}

static const struct {
    const char *text;
    enum sim_unit unit;
    const char *message;
} wrong[] = {
    {"12 MB", SIM_UNIT_W, "'12 MB' is not a power; write for example '12 MW'"},
    {"12 mw", SIM_UNIT_W, "'12 mw' is not a power; write for example '12 MW'"},
    {"12 h", SIM_UNIT_W, "'12 h' is not a power; write for example '12 MW'"},
    {"12", SIM_UNIT_W, "'12' is not a power, the unit is missing; write for example '12 MW'"},
    {"12MW", SIM_UNIT_W, "'12MW' needs a space before the unit; write '12 MW'"},
    {"30%", SIM_UNIT_FRAC, "'30%' needs a space before the unit; write '30 %'"},
    {"400 Gbps", SIM_UNIT_BYTES_PER_S,
     "'400 Gbps' is not a data rate; write for example '400 Gbit/s'"},
    {"400 Gb/s", SIM_UNIT_BYTES_PER_S,
     "'400 Gb/s' is not a data rate; write for example '400 Gbit/s'"},
    {"800 GB", SIM_UNIT_BYTES_PER_S, "'800 GB' is not a data rate; write for example '800 GB/s'"},
    {"5 KB", SIM_UNIT_BYTES, "'5 KB' is not an amount of data; write for example '5 kB'"},
    {"5 EB/s", SIM_UNIT_BYTES, "'5 EB/s' is not an amount of data; write for example '5 EB'"},
    {"5EB/s", SIM_UNIT_BYTES, "'5EB/s' is not an amount of data; write for example '5 EB'"},
    {"3 H", SIM_UNIT_S, "'3 H' is not a duration; write for example '3 h'"},
    {"3 hrs", SIM_UNIT_S, "'3 hrs' is not a duration; write for example '3 h'"},
    {"900 d", SIM_UNIT_PER_S, "'900 d' is not a rate; write for example '900 /d'"},
    {"900 h", SIM_UNIT_PER_S, "'900 h' is not a rate; write for example '900 /h'"},
    {"20 k", SIM_UNIT_W, "'20 k' is not a power; write for example '20 kW'"},
    {"20 %", SIM_UNIT_GROWTH, "'20 %' is not growth; write for example '20 %/yr'"},
    {"2 bn EUR", SIM_UNIT_EUR, "'2 bn EUR' is not an amount of money; write for example '2 GEUR'"},
    {"2 M\xe2\x82\xac", SIM_UNIT_EUR,
     "'2 M\\xE2\\x82\\xAC' is not an amount of money; write for example '2 MEUR'"},
    {"30 %", SIM_UNIT_1, "'30 %' is not a number, which takes no unit; write for example '1.2'"},
    {"1 000 MW", SIM_UNIT_W, "'1 000 MW' has a space inside the number"},
    {"1,5 MW", SIM_UNIT_W,
     "'1,5' is not a number; write a decimal point, as in '1.5', and no thousands separators"},
    {"yes", SIM_UNIT_FRAC, "'yes' is not a number; write decimal digits, for example '1'"},
    {"MW", SIM_UNIT_W, "'MW' is not a number"},
    {"", SIM_UNIT_W, "a number is missing"},
    {"1e308 MW", SIM_UNIT_W, "'1e308 MW' is too large"},
    {"5 node-h", SIM_UNIT_GPU_S,
     "'5 node-h' is not an amount of GPU time; write for example '5 GPU-h'"},
    {"5 GPU-h", SIM_UNIT_NODE_S,
     "'5 GPU-h' is not an amount of node time; write for example '5 node-h'"},
    {"4 d", SIM_UNIT_WORKDAY,
     "'4 d' is not a number of working days; write for example '4 workday'"},
    {"12 people", SIM_UNIT_FTE, "'12 people' is not staff; write for example '12 FTE'"},
};

static void wrong_units_are_answered_with_the_nearest_right_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct sim_error err = {0};
        double value = 7.0;

        assert_int_equal(sim_unit_parse(wrong[i].text, wrong[i].unit, &value, &err), SIM_ESCHEMA);
        assert_string_equal(err.message, wrong[i].message);
        assert_true(value == 7.0);
    }
}

static void seconds_become_the_nearest_nanosecond(void **state)
{
    (void)state;
    assert_true(sim_ns_from_s(0.0) == 0 && sim_ns_from_s(1.5) == 1500000000);
    assert_true(sim_ns_from_s(2.4e-9) == 2 && sim_ns_from_s(2.6e-9) == 3);
    assert_true(sim_ns_from_s(-2.4e-9) == -2 && sim_ns_from_s(-2.6e-9) == -3);
    assert_true(sim_ns_from_s(0.49999999999999994e-9) == 0);
    assert_true(sim_ns_from_s(31557600.0 * 10.0) == INT64_C(315576000000000000));
    assert_true(sim_ns_from_s(1e10) == INT64_MAX - 1 && sim_ns_from_s(INFINITY) == INT64_MAX - 1);
    assert_true(sim_ns_from_s(-1e10) == -(INT64_MAX - 1));
    assert_true(sim_ns_from_s(NAN) == INT64_MAX - 1);
    for (uint64_t i = 0; i < 10000; i++) {
        int64_t ns = (int64_t)(bits(i, 8) >> 3); /* 6 days: the double is exact enough */

        assert_true(sim_ns_from_s(sim_s_from_ns(ns)) == ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_numbers_are_read),
        cmocka_unit_test(other_habits_are_refused_with_a_hint),
        cmocka_unit_test(foreign_text_is_cut),
        cmocka_unit_test(random_decimals_of_up_to_40_digits_round_as_strtod_does),
        cmocka_unit_test(decimals_near_the_middle_of_two_doubles_round_right),
        cmocka_unit_test(doubles_printed_with_17_digits_come_back),
        cmocka_unit_test(the_locale_does_not_matter),
        cmocka_unit_test(every_unit_is_converted),
        cmocka_unit_test(every_example_is_right_for_its_unit),
        cmocka_unit_test(wrong_units_are_answered_with_the_nearest_right_one),
        cmocka_unit_test(seconds_become_the_nearest_nanosecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
