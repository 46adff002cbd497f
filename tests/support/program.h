/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/program.h - the program itself as a child process: what it used and what it left.
 *
 * The program is `aifsim` of the build that the test belongs to (build/<variant>/aifsim), or what
 * the environment variable AIFSIM names.
 *
 * Errors   a program that cannot be started is printed and gives exit code 127.
 */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct program_use {
    int exit_code; /* 128 + n when a signal ended it */
    double cpu_s;  /* of all its threads, user and system */
    double wall_s;
    double peak_mb; /* largest resident memory, 1e6 bytes */
};

/* Once, before anything else: argv[0] of the test, "build/release/tests/...". */
void program_init(const char *argv0);

/* Runs `aifsim ARG...` (NULL-terminated, without the name) with the extra environment
 * ("NAME=VALUE", NULL-terminated, or NULL), its standard output dropped. */
struct program_use program_run(const char *const *arg, const char *const *environment);

/* A new empty folder below the temporary folder; the caller passes it to program_remove_dir. */
void program_make_dir(char *path, size_t size);
void program_remove_dir(const char *path);

/* Are the two files there and equal byte by byte? */
bool program_same_bytes(const char *a, const char *b);

#endif /* TESTS_SUPPORT_PROGRAM_H */
