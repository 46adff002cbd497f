/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGS_MAX = 128 };

static char program[4096];

void program_init(const char *argv0)
{
    const char *named = getenv("AIFSIM"), *tests = strstr(argv0, "/tests/");

    if (named && *named)
        snprintf(program, sizeof program, "%s", named);
    else if (tests)
        snprintf(program, sizeof program, "%.*s/aifsim", (int)(tests - argv0), argv0);
    else
        snprintf(program, sizeof program, "build/release/aifsim");
}

/* In the child: becomes the program, or ends with 127. */
static void become(const char *const *arg, const char *const *environment)
{
    char *argv[ARGS_MAX];
    size_t count = 0;
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

    argv[count++] = program;
    for (size_t i = 0; arg[i] && count < ARGS_MAX - 1; i++)
        argv[count++] = strdup(arg[i]);
    argv[count] = NULL;
    for (size_t i = 0; environment && environment[i]; i++)
        putenv(strdup(environment[i]));
    if (nothing >= 0)
        dup2(nothing, STDOUT_FILENO);
    execv(program, argv);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + 1e-6 * (double)t->tv_usec;
}

static double wall_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct program_use program_run(const char *const *arg, const char *const *environment)
{
    struct program_use use = {.exit_code = 127};
    double begin_s = wall_s();
    struct rusage usage;
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        become(arg, environment);
    while (child > 0 && wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR)
            child = -1;
    }
    if (child < 0) {
        perror(program);
        return use;
    }
    use.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    use.cpu_s = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
    use.wall_s = wall_s() - begin_s;
    use.peak_mb = (double)usage.ru_maxrss * 1024.0 / 1e6;
    return use;
}

void program_make_dir(char *path, size_t size)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(path, size, "%s/aifsim-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        abort();
    }
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void program_remove_dir(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool program_same_bytes(const char *a, const char *b)
{
    static char x[1 << 16], y[1 << 16];
    FILE *first = fopen(a, "rb"), *second = fopen(b, "rb");
    bool is_same = first && second;

    while (is_same) {
        size_t n = fread(x, 1, sizeof x, first), m = fread(y, 1, sizeof y, second);

        is_same = n == m && memcmp(x, y, n) == 0 && !ferror(first) && !ferror(second);
        if (n == 0)
            break;
    }
    if (first)
        fclose(first);
    if (second)
        fclose(second);
    return is_same;
}
