/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "output/files.h"

enum {
    TIME_LIMIT_S = 30,
    QUOTE_MAX = 200,
    FILTER_BYTES = 4096,
    PICTURE_MAX_BYTES = 64 << 20,
    DEPTH_MAX = 64
};
#define MEMORY_MAX_BYTES ((rlim_t)1 << 30)

static const char *const format_names[] = {"svg", "png", "pdf"};

bool out_format_parse(const char *text, enum out_format *format)
{
    for (int i = 0; i < 3; i++)
        if (!strcmp(text, format_names[i])) {
            *format = (enum out_format)i;
            return true;
        }
    return false;
}

const char *out_format_name(enum out_format format)
{
    return format_names[format];
}

/* gnuplot runs `commands` in double quotes and takes a line break as the end of a command;
 * between single quotes only ' itself has a meaning, and doubling it fails where two meet. */
void out_gnuplot_quote(struct out_text *script, const char *text)
{
    char clean[4 * QUOTE_MAX + 1];
    size_t brackets = 0;

    out_clean(text, clean, QUOTE_MAX);
    out_text_append(script, "'", 1);
    for (const char *c = clean; *c; c++) {
        if (*c == '>' && brackets >= 2)
            out_text_append(script, " ", 1);
        brackets = *c == ']' ? brackets + 1 : 0;
        if (*c == '\'')
            out_text_append(script, "\xE2\x80\x99", 3);
        else
            out_text_append(script, c, 1);
    }
    out_text_append(script, "'", 1);
}

/* ---- is a picture whole? ---- */
static enum sim_status broken(struct sim_error *err, const char *why)
{
    return sim_fail(err, SIM_ETOOL, "gnuplot left a broken picture: %s", why);
}

/* Just enough XML for what gnuplot writes: elements, attributes, text, comments, CDATA. */
struct xml {
    const char *at, *end;
    struct {
        const char *name;
        size_t length;
    } open[DEPTH_MAX];
    size_t depth, elements;
};

static bool skip_past(struct xml *xml, const char *mark)
{
    const char *found = memmem(xml->at, (size_t)(xml->end - xml->at), mark, strlen(mark));

    if (!found)
        return false;
    xml->at = found + strlen(mark);
    return true;
}

static bool starts_with(const struct xml *xml, const char *mark)
{
    size_t length = strlen(mark);

    return (size_t)(xml->end - xml->at) >= length && !memcmp(xml->at, mark, length);
}

static size_t name_length(const struct xml *xml)
{
    const char *c = xml->at;

    while (c < xml->end && (isalnum((unsigned char)*c) || strchr("_:.-", *c)) && *c)
        c++;
    return (size_t)(c - xml->at);
}

static void skip_space(struct xml *xml)
{
    while (xml->at < xml->end && isspace((unsigned char)*xml->at))
        xml->at++;
}

static bool close_element(struct xml *xml)
{
    size_t length;

    xml->at += 2;
    length = name_length(xml);
    if (xml->depth == 0 || length == 0 || length != xml->open[xml->depth - 1].length ||
        memcmp(xml->at, xml->open[xml->depth - 1].name, length) != 0)
        return false;
    xml->depth--;
    xml->at += length;
    skip_space(xml);
    return xml->at < xml->end && *xml->at++ == '>';
}

static bool read_attribute(struct xml *xml)
{
    size_t length = name_length(xml);
    char quote;

    if (length == 0)
        return false;
    xml->at += length;
    skip_space(xml);
    if (xml->at >= xml->end || *xml->at++ != '=')
        return false;
    skip_space(xml);
    if (xml->at >= xml->end || (*xml->at != '"' && *xml->at != '\''))
        return false;
    quote = *xml->at++;
    while (xml->at < xml->end && *xml->at != quote && *xml->at != '<')
        xml->at++;
    return xml->at < xml->end && *xml->at++ == quote;
}

static bool open_element(struct xml *xml)
{
    size_t length;

    xml->at++;
    length = name_length(xml);
    if (length == 0 || xml->depth == DEPTH_MAX || (xml->depth == 0 && xml->elements > 0))
        return false;
    xml->open[xml->depth].name = xml->at;
    xml->open[xml->depth].length = length;
    xml->at += length;
    xml->elements++;
    for (;;) {
        skip_space(xml);
        if (starts_with(xml, "/>")) {
            xml->at += 2;
            return true;
        }
        if (starts_with(xml, ">")) {
            xml->at++;
            xml->depth++;
            return true;
        }
        if (!read_attribute(xml))
            return false;
    }
}

static bool read_markup(struct xml *xml)
{
    if (starts_with(xml, "<!--"))
        return skip_past(xml, "-->");
    if (starts_with(xml, "<![CDATA["))
        return xml->depth > 0 && skip_past(xml, "]]>");
    if (starts_with(xml, "<?"))
        return skip_past(xml, "?>");
    if (starts_with(xml, "<!"))
        return xml->elements == 0 && skip_past(xml, ">");
    if (starts_with(xml, "</"))
        return close_element(xml);
    return open_element(xml);
}

static bool read_text(struct xml *xml)
{
    if (*xml->at == '&') { /* a reference: letters, digits and # up to ; */
        const char *c = xml->at + 1;

        while (c < xml->end && (isalnum((unsigned char)*c) || *c == '#'))
            c++;
        xml->at = c;
        return c < xml->end && *xml->at++ == ';';
    }
    if (xml->depth == 0 && !isspace((unsigned char)*xml->at))
        return false;
    return *xml->at++ != '\0';
}

static enum sim_status check_svg(const char *bytes, size_t byte_count, struct sim_error *err)
{
    struct xml xml = {.at = bytes, .end = bytes + byte_count};

    while (xml.at < xml.end)
        if (!(*xml.at == '<' ? read_markup(&xml) : read_text(&xml)))
            return sim_fail(err, SIM_ETOOL,
                            "gnuplot left a broken picture: not well-formed at byte %zu of %zu",
                            (size_t)(xml.at - bytes), byte_count);
    if (xml.depth > 0 || xml.elements == 0)
        return broken(err, "the SVG ends before </svg>");
    if (xml.open[0].length != 3 || memcmp(xml.open[0].name, "svg", 3) != 0)
        return broken(err, "it is no SVG");
    return SIM_OK;
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum sim_status check_png(const char *bytes, size_t byte_count, struct sim_error *err)
{
    const unsigned char *at = (const unsigned char *)bytes + 8;
    size_t left = byte_count;

    if (left < 8 || memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) != 0)
        return broken(err, "it is no PNG");
    for (left -= 8; left >= 12;) {
        size_t length = big_endian(at);

        if (length > left - 12 ||
            crc32(crc32(0, NULL, 0), at + 4, (uInt)length + 4) != big_endian(at + 8 + length))
            return broken(err, "a PNG chunk is damaged");
        if (!memcmp(at + 4, "IEND", 4))
            return left == 12 ? SIM_OK : broken(err, "something follows the end of the PNG");
        at += length + 12;
        left -= length + 12;
    }
    return broken(err, "the PNG ends before IEND");
}

static enum sim_status check_pdf(const char *bytes, size_t byte_count, struct sim_error *err)
{
    size_t tail = byte_count < 1024 ? byte_count : 1024;
    const char *end = bytes + byte_count - tail;

    if (byte_count < 8 || memcmp(bytes, "%PDF-", 5) != 0)
        return broken(err, "it is no PDF");
    if (!memmem(end, tail, "startxref", 9) || !memmem(end, tail, "%%EOF", 5))
        return broken(err, "the PDF ends before %%EOF");
    return SIM_OK;
}

enum sim_status out_picture_check(const char *bytes, size_t byte_count, enum out_format format,
                                  struct sim_error *err)
{
    if (byte_count == 0)
        return broken(err, "it is empty");
    if (byte_count >= PICTURE_MAX_BYTES)
        return broken(err, "it is larger than 64 MiB");
    return format == OUT_FORMAT_SVG   ? check_svg(bytes, byte_count, err)
           : format == OUT_FORMAT_PNG ? check_png(bytes, byte_count, err)
                                      : check_pdf(bytes, byte_count, err);
}

/* ---- the process ---- */
struct child {
    int script, picture, words; /* its stdin, stdout, stderr: files in memory */
    char folder[4096];          /* its own, of mode 0700 */
    struct sock_filter filter[FILTER_BYTES / sizeof(struct sock_filter)];
    struct sock_fprog program;
    char **environment;
};

/* No new process, no socket: what a script can still do is draw. Made before the fork, because
 * the child may not allocate. A kernel without seccomp leaves the other walls standing. */
static void make_filter(struct child *child)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int file = memfd_create("filter", MFD_CLOEXEC);
    ssize_t bytes = -1;

    child->program.len = 0;
    if (filter && file >= 0 &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(fork), 0) == 0 &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(vfork), 0) == 0 &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, 0x10000 /* CLONE_THREAD */, 0)) == 0 &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 0) == 0 &&
        seccomp_export_bpf(filter, file) == 0)
        bytes = pread(file, child->filter, sizeof child->filter, 0);
    if (bytes > 0 && (size_t)bytes < sizeof child->filter) {
        child->program.len = (unsigned short)((size_t)bytes / sizeof *child->filter);
        child->program.filter = child->filter;
    }
    if (file >= 0)
        close(file);
    seccomp_release(filter);
}

static void limit(int what, rlim_t most)
{
    struct rlimit both = {most, most};

    setrlimit((__rlimit_resource_t)what, &both);
}

/* Between fork and exec only calls that are safe in a copy of one thread. */
static _Noreturn void become_gnuplot(const struct child *child)
{
    char program[] = "gnuplot", no_startup_files[] = "-d";
    char *const arguments[] = {program, no_startup_files, NULL};

    setpgid(0, 0);
    if (dup2(child->script, 0) < 0 || dup2(child->picture, 1) < 0 || dup2(child->words, 2) < 0 ||
        chdir(child->folder) != 0)
        _exit(126);
    limit(RLIMIT_AS, MEMORY_MAX_BYTES);
    limit(RLIMIT_FSIZE, PICTURE_MAX_BYTES);
    limit(RLIMIT_CPU, TIME_LIMIT_S);
    limit(RLIMIT_CORE, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (child->program.len > 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &child->program, 0, 0);
    execvpe(arguments[0], arguments, child->environment);
    _exit(errno == ENOENT ? 127 : 126);
}

static bool is_stopped(const atomic_int *stop)
{
    return stop && atomic_load(stop) != 0;
}

/* Its exit status, -1 when it had to be killed. */
static int wait_for(pid_t pid, const atomic_int *stop)
{
    struct timespec nap = {.tv_nsec = 2000000}, start, now;
    int status;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        pid_t ended = waitpid(pid, &status, WNOHANG);

        if (ended == pid)
            return status;
        if (ended < 0 && errno != EINTR)
            return -1;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - start.tv_sec > TIME_LIMIT_S || is_stopped(stop))
            break;
        nanosleep(&nap, NULL);
    }
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return -1;
}

/* What it said, on one line. That fontconfig has no home for its cache is our doing. */
static void words_of(int file, char *words, size_t bytes)
{
    static const char ours[] = "Fontconfig ";
    ssize_t got = pread(file, words, bytes - 1, 0);
    char *clean = words;

    words[got > 0 ? got : 0] = '\0';
    for (const char *c = words; *c; c++) {
        char shown = *c > 0 && *c < ' ' ? ' ' : *c == '\x7f' ? ' ' : *c;

        if ((c == words || c[-1] == '\n') && !strncmp(c, ours, strlen(ours))) {
            c += strcspn(c, "\n");
            if (*c == '\0')
                break;
            continue;
        }
        if (shown == ' ' && (clean == words || clean[-1] == ' '))
            continue;
        *clean++ = shown;
    }
    *clean = '\0';
}

static enum sim_status judge(int status, int words_file, struct sim_error *err)
{
    char raw[1024], words[4 * 300 + 1];

    words_of(words_file, raw, sizeof raw);
    out_clean(raw, words, 300);
    if (status == -1)
        return sim_fail(err, SIM_ETOOL, "gnuplot took longer than %d s", TIME_LIMIT_S);
    if (WIFSIGNALED(status))
        return sim_fail(err, SIM_ETOOL, "gnuplot was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == 127)
        return sim_fail(err, SIM_ETOOL, "gnuplot is not installed, or not on the PATH");
    if (WEXITSTATUS(status) == 126)
        return sim_fail(err, SIM_ETOOL, "gnuplot cannot be started");
    if (WEXITSTATUS(status) != 0 || words[0])
        return sim_fail(err, SIM_ETOOL, "gnuplot failed (status %d): %s", WEXITSTATUS(status),
                        words);
    return SIM_OK;
}

static enum sim_status open_child(struct child *child, const char *dir, const char *text,
                                  size_t length, struct sim_error *err)
{
    snprintf(child->folder, sizeof child->folder, "%.4000s/.plot-XXXXXX", dir);
    child->script = memfd_create("script", MFD_CLOEXEC);
    child->picture = memfd_create("picture", MFD_CLOEXEC);
    child->words = memfd_create("words", MFD_CLOEXEC);
    if (!mkdtemp(child->folder))
        child->folder[0] = '\0';
    if (child->script < 0 || child->picture < 0 || child->words < 0 || !child->folder[0])
        return sim_fail(err, SIM_EIO, "cannot make a folder in '%.300s' or a file in memory", dir);
    if (out_write_all(child->script, text, length, "gnuplot's script", err))
        return SIM_EIO;
    lseek(child->script, 0, SEEK_SET);
    make_filter(child);
    return SIM_OK;
}

static void close_child(struct child *child)
{
    if (child->script >= 0)
        close(child->script);
    if (child->picture >= 0)
        close(child->picture);
    if (child->words >= 0)
        close(child->words);
    if (child->folder[0])
        rmdir(child->folder);
}

/* Runs a script; its picture, to be freed by the caller. */
static enum sim_status run(const struct out_picture *picture, const struct out_text *script,
                           char **bytes, size_t *byte_count, struct sim_error *err)
{
    char path[4096], home[] = "HOME=/nonexistent", locale[] = "LC_ALL=C.UTF-8";
    char *environment[] = {path, home, locale, NULL};
    const char *search = getenv("PATH"); /* where programs are is the user's to say */
    struct child child = {.environment = environment};
    struct stat is;
    pid_t pid;
    enum sim_status status = open_child(&child, picture->dir, script->bytes, script->length, err);

    snprintf(path, sizeof path, "PATH=%s", search ? search : "/usr/local/bin:/usr/bin:/bin");
    pid = status ? -1 : fork();
    if (pid == 0)
        become_gnuplot(&child);
    if (!status && pid < 0)
        status = sim_fail(err, SIM_ETOOL, "cannot start gnuplot: no new process");
    if (!status) {
        int ended = wait_for(pid, picture->stop);

        status = is_stopped(picture->stop) ? sim_fail(err, SIM_EINTERRUPTED,
                                                      "interrupted while drawing; results are kept")
                                           : judge(ended, child.words, err);
    }
    if (!status && fstat(child.picture, &is) != 0)
        status = sim_fail(err, SIM_EIO, "cannot read the picture");
    if (!status) {
        *byte_count = (size_t)is.st_size;
        *bytes = malloc(*byte_count + 1);
        status = *bytes ? out_read_all(child.picture, 0, *bytes, *byte_count, "the picture", err)
                        : sim_fail(err, SIM_ENOMEM, "no memory for a picture");
    }
    close_child(&child);
    return status;
}

static void add_terminal(struct out_text *text, enum out_format format, double width_cm,
                         double height_cm)
{
    static const char font[] = "'sans-serif,9'";

    switch (format) {
    case OUT_FORMAT_SVG: /* 72 points an inch, as pages are measured */
        out_text_add(text,
                     "set terminal svg size %.0f,%.0f dynamic noenhanced font %s "
                     "background '#ffffff' linewidth 0.8\n",
                     width_cm / 2.54 * 72.0, height_cm / 2.54 * 72.0, font);
        break;
    case OUT_FORMAT_PNG: /* 200 dots an inch; gnuplot's points are 72 an inch at scale 1 */
        out_text_add(text,
                     "set terminal pngcairo size %.0f,%.0f fontscale 2.08 linewidth 1.9 "
                     "pointscale 2.3 noenhanced font %s background '#ffffff'\n",
                     width_cm / 2.54 * 200.0, height_cm / 2.54 * 200.0, font);
        break;
    case OUT_FORMAT_PDF: /* a font of 9 is 9 points high at scale 0.75 (measured with pdftotext) */
        out_text_add(text,
                     "set terminal pdfcairo size %.2fcm,%.2fcm fontscale 0.75 noenhanced font %s "
                     "background '#ffffff' linewidth 1.2 pointscale 0.75 dashlength 0.8\n",
                     width_cm, height_cm, font);
        break;
    }
}

static bool is_our_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return length > 0 && length < 64 && name[length] == '\0';
}

/* The script to run has no output line: the picture comes through stdout. The one to keep has. */
static enum sim_status draw(const struct out_text *script, const struct out_picture *picture,
                            int dir_fd, struct sim_error *err)
{
    const char *name = picture->name, *ending = out_format_name(picture->format);
    struct out_text to_run = {0}, to_keep = {0};
    char file[80], *bytes = NULL;
    size_t byte_count = 0;
    enum sim_status status = SIM_OK;

    add_terminal(&to_run, picture->format, picture->width_cm, picture->height_cm);
    out_text_add(&to_keep, "# gnuplot %s.gp\n%sset output '%s.%s'\n", name,
                 to_run.bytes ? to_run.bytes : "", name, ending);
    out_text_append(&to_run, script->bytes ? script->bytes : "", script->length);
    out_text_append(&to_keep, script->bytes ? script->bytes : "", script->length);
    if (script->is_out_of_memory || to_run.is_out_of_memory || to_keep.is_out_of_memory)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the script of a plot");
    if (!status)
        status = run(picture, &to_run, &bytes, &byte_count, err);
    if (!status || status == SIM_ETOOL) { /* one that failed is looked into by its script */
        snprintf(file, sizeof file, "%s.gp", name);
        if (out_replace_file(dir_fd, file, to_keep.bytes, to_keep.length, status ? NULL : err))
            status = status ? status : SIM_EIO;
    }
    if (!status)
        status = out_picture_check(bytes, byte_count, picture->format, err);
    if (!status) {
        snprintf(file, sizeof file, "%s.%s", name, ending);
        status = out_replace_file(dir_fd, file, bytes, byte_count, err);
    }
    free(bytes);
    out_text_release(&to_run);
    out_text_release(&to_keep);
    return status;
}

enum sim_status out_gnuplot_draw(const struct out_text *script, const struct out_picture *picture,
                                 struct sim_error *err)
{
    enum sim_status status;
    int dir_fd;

    if (!is_our_name(picture->name))
        return sim_fail(err, SIM_EUSAGE, "'%.60s' cannot name a plot", picture->name);
    status = out_open_dir(picture->dir, &dir_fd, err);
    if (status)
        return status;
    status = draw(script, picture, dir_fd, err);
    close(dir_fd);
    return status;
}
