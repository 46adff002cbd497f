/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/error.h - errors as values: a status that says what kind, a message that says where.
 *
 * A function that can fail takes `struct sim_error *err` last, leaves it untouched on success
 * and returns `sim_fail(err, SIM_EIO, "...")` on failure. Only cli/ prints or exits.
 *
 * Memory   no allocation; messages are cut at the size of the buffer.
 * Threads  no shared state.
 */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

#define SIM_NODISCARD         __attribute__((warn_unused_result))
#define SIM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* name, exit code of the program, short text */
#define SIM_STATUS_LIST(X)                                                                         \
    X(SIM_OK, 0, "done")                                                                           \
    X(SIM_ECHECK, 1, "a check failed or precision was missed")                                     \
    X(SIM_EUSAGE, 2, "wrong usage")                                                                \
    X(SIM_ESCHEMA, 2, "the scenario is not valid")                                                 \
    X(SIM_EIO, 3, "input or output failed")                                                        \
    X(SIM_ETOOL, 4, "a tool is missing or failed")                                                 \
    X(SIM_ENOMEM, 5, "out of memory")                                                              \
    X(SIM_ELIMIT, 5, "a limit was reached")                                                        \
    X(SIM_ELOCKED, 6, "another process owns the output")                                           \
    X(SIM_EINVARIANT, 8, "an invariant broke")                                                     \
    X(SIM_EINTERRUPTED, 128, "interrupted")

enum sim_status {
#define SIM_STATUS_NAME(name, code, text) name,
    SIM_STATUS_LIST(SIM_STATUS_NAME)
#undef SIM_STATUS_NAME
};

struct sim_error {
    enum sim_status status;
    int line, column; /* from 1; 0 = the error has no place in a file */
    char file[256];
    char message[768];
};

/* Fills *err (which may be NULL) and returns status; the error has no place. */
enum sim_status sim_fail(struct sim_error *err, enum sim_status status, const char *fmt, ...)
    SIM_PRINTF(3, 4);

/* As sim_fail, with a place. */
enum sim_status sim_fail_at(struct sim_error *err, enum sim_status status, const char *file,
                            int line, int column, const char *fmt, ...) SIM_PRINTF(6, 7);

int sim_exit_code(enum sim_status status);
const char *sim_status_text(enum sim_status status);

#endif /* SIM_ERROR_H */
