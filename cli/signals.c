/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one writable global of the program: a signal handler has no other way to speak.
 */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

static atomic_int stopped_by;

static void stop(int number)
{
    atomic_store_explicit(&stopped_by, number, memory_order_relaxed);
}

void cli_signals_catch(void)
{
    struct sigaction orderly = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
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
