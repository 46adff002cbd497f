/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only writable globals of the program: a signal handler has no other way to speak.
 */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 1 };

static atomic_int stopped_by, is_held;
static _Atomic(const char *) to_remove;
static atomic_llong stopped_at_s;

static void end_at_once(int number)
{
    const char *path = atomic_load(&to_remove);

    if (path)
        unlink(path);
    signal(number, SIG_DFL);
    raise(number);
}

/* timeout(1) and some shells send a signal to the process and to its group, so that it comes
 * twice; only one that comes later is a person who has lost patience. */
static void stop(int number)
{
    struct timespec now = {0, 0};
    long long none = 0;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!atomic_load(&is_held))
        end_at_once(number);
    else if (atomic_compare_exchange_strong(&stopped_at_s, &none, (long long)now.tv_sec + 1)) {
        atomic_store(&stopped_by, number);
    } else if (now.tv_sec + 1 - none > PATIENCE_S) {
        end_at_once(number);
    }
}

void cli_signals_hold(void)
{
    atomic_store(&is_held, 1);
}

void cli_signals_release(void)
{
    atomic_store(&is_held, 0);
}

void cli_signals_remove(const char *path)
{
    atomic_store(&to_remove, path);
}

void cli_signals_catch(void)
{
    struct sigaction orderly = {.sa_handler = stop, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    static const int asks[] = {SIGINT, SIGTERM, SIGHUP};

    sigemptyset(&orderly.sa_mask);
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        struct sigaction old;

        /* nohup and `&` in scripts ignore some of them: leave those ignored */
        if (sigaction(asks[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(asks[i], &orderly, NULL);
    }
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

const atomic_int *cli_signals_stop(void)
{
    return &stopped_by;
}
