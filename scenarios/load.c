/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files: what a scenario extends is opened below the folder of the top file and nowhere else, by
 * openat2(RESOLVE_BENEATH) where the kernel has it, else step by step without following links.
 */
#include "scenarios/load.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenarios/bind.h"

enum { NAME_BYTES_MAX = 1024, BUILTINS_MAX = 256 };

#define BUILTIN "builtin:"

/* ---- paths ---- */

/* "parts/./a/../b.yaml" below `folder` ("" = the top) -> "parts/b.yaml". NULL, or what is wrong. */
static const char *normalise(const char *folder, const char *relative, char out[NAME_BYTES_MAX])
{
    char joined[NAME_BYTES_MAX];
    size_t used = 0;

    if (relative[0] == '/')
        return "is an absolute path; write one relative to this file";
    if (!scn_is_printable(relative))
        return "contains control characters";
    if ((size_t)snprintf(joined, sizeof joined, "%s%s%s", folder, *folder ? "/" : "", relative) >=
        sizeof joined)
        return "is too long";
    out[0] = '\0';
    for (char *at = joined; *at;) {
        size_t bytes = strcspn(at, "/");

        if (bytes == 2 && strncmp(at, "..", 2) == 0) {
            char *slash = strrchr(out, '/');

            if (used == 0)
                return "leads out of the scenario's folder; what is read lies below it";
            used = slash ? (size_t)(slash - out) : 0;
            out[used] = '\0';
        } else if (bytes > 0 && !(bytes == 1 && *at == '.')) {
            if (used)
                out[used++] = '/';
            memcpy(out + used, at, bytes);
            used += bytes;
            out[used] = '\0';
        }
        at += bytes + (at[bytes] == '/');
    }
    return used ? NULL : "names no file";
}

static void folder_of(const char *path, char out[NAME_BYTES_MAX])
{
    const char *slash = strrchr(path, '/');

    snprintf(out, NAME_BYTES_MAX, "%.*s", slash ? (int)(slash - path) : 0, path);
}

int scn_open_walking(int folder_fd, const char *relative)
{
    int fd = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);

    while (fd >= 0 && *relative) {
        size_t bytes = strcspn(relative, "/");
        char name[NAME_BYTES_MAX];
        int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, next, error;

        snprintf(name, sizeof name, "%.*s", (int)bytes, relative);
        relative += bytes + (relative[bytes] == '/');
        next = openat(fd, name, *relative ? flags | O_DIRECTORY : flags);
        error = errno;
        close(fd);
        errno = error;
        fd = next;
    }
    return fd;
}

static int open_beneath(int folder_fd, const char *relative)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int fd = (int)syscall(SYS_openat2, folder_fd, relative, &how, sizeof how);

    if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL))
        return scn_open_walking(folder_fd, relative);
    return fd;
}

/* relative is normalised. Message without a place. */
static enum sim_status open_regular(const char *folder, const char *relative, int *fd,
                                    struct sim_error *err)
{
    int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;
    char shown[SCN_PRINTABLE_BYTES];
    struct stat status;

    if (folder_fd < 0)
        return sim_fail(err, SIM_EIO, "cannot open the folder '%s': %s",
                        scn_printable(folder, shown), strerror(errno));
    *fd = open_beneath(folder_fd, relative);
    error = errno;
    close(folder_fd);
    if (*fd < 0 && (error == EXDEV || error == ELOOP))
        return sim_fail(err, SIM_ESCHEMA,
                        "'%s' is a link that leads out of the scenario's folder; "
                        "what is read lies below it",
                        scn_printable(relative, shown));
    if (*fd < 0)
        return sim_fail(err, SIM_EIO, "cannot open '%s': %s", scn_printable(relative, shown),
                        strerror(error));
    if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(*fd);
        *fd = -1;
        return sim_fail(err, SIM_EIO, "'%s' is not a file", scn_printable(relative, shown));
    }
    return SIM_OK;
}

enum sim_status scn_open_below(const char *folder, const char *relative, int *fd,
                               struct sim_error *err)
{
    char path[NAME_BYTES_MAX], shown[SCN_PRINTABLE_BYTES];
    const char *wrong = normalise("", relative, path);

    *fd = -1;
    if (wrong)
        return sim_fail(err, SIM_ESCHEMA, "'%s' %s", scn_printable(relative, shown), wrong);
    return open_regular(folder, path, fd, err);
}

static bool is_handed_over(const char *path)
{
    return strcmp(path, "/dev/stdin") == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
           strncmp(path, "/proc/self/fd/", 14) == 0;
}

enum sim_status scn_open_named(const char *path, const char *what, int *fd, struct sim_error *err)
{
    bool may_wait = is_handed_over(path);
    struct stat at = {0};

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (may_wait ? 0 : O_NONBLOCK));
    if (*fd < 0)
        return sim_fail_at(err, SIM_EIO, path, 0, 0, "cannot open %s: %s", what, strerror(errno));
    if (fstat(*fd, &at) == 0 && (S_ISREG(at.st_mode) || (may_wait && !S_ISDIR(at.st_mode))))
        return SIM_OK;
    close(*fd);
    *fd = -1;
    return sim_fail_at(err, SIM_EIO, path, 0, 0, "cannot open %s: %s", what,
                       S_ISDIR(at.st_mode)
                           ? "it is a folder"
                           : "not a regular file; a pipe can be read as /dev/stdin");
}

/* The whole of fd, at most SCN_FILE_BYTES_MAX + 1 bytes (the reader refuses those); closes it. */
static enum sim_status read_all(int fd, char **text, size_t *bytes, struct sim_error *err)
{
    size_t room = 1 << 16;
    enum sim_status status = SIM_OK;
    char *grown;

    *bytes = 0;
    *text = malloc(room);
    while (*text && status == SIM_OK && *bytes <= SCN_FILE_BYTES_MAX) {
        size_t wanted = room - *bytes;
        ssize_t got;

        if (wanted == 0) {
            room = 4 * room < SCN_FILE_BYTES_MAX + 1 ? 4 * room : SCN_FILE_BYTES_MAX + 1;
            grown = realloc(*text, room);
            if (!grown) {
                free(*text);
                *text = NULL;
                break;
            }
            *text = grown;
            continue;
        }
        got = read(fd, *text + *bytes, wanted);
        if (got < 0 && errno != EINTR)
            status = sim_fail(err, SIM_EIO, "cannot read the file: %s", strerror(errno));
        if (got == 0)
            break;
        *bytes += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (!*text)
        return sim_fail(err, SIM_ENOMEM, "out of memory while reading the file");
    if (status != SIM_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

/* The folder of a file of the scenario, below the scenario's own; "" for that one, and for what
 * stands in no file (--set, parts that are built in). */
static void folder_below(const char *folder, const char *file, char out[NAME_BYTES_MAX])
{
    size_t bytes = folder ? strlen(folder) : 0;

    out[0] = '\0';
    if (!folder || strncmp(file, BUILTIN, sizeof BUILTIN - 1) == 0)
        return;
    if (strcmp(folder, ".") != 0) {
        if (strncmp(file, folder, bytes) != 0 || (file[bytes] != '/' && folder[bytes - 1] != '/'))
            return;
        file += bytes + strspn(file + bytes, "/");
    }
    folder_of(file, out);
}

enum sim_status scn_open_data(const char *folder, const char *from, const char *data,
                              const char *name, int *fd, char *label, size_t label_bytes,
                              struct sim_error *err)
{
    const char *const places[] = {folder, data};
    char path[2][NAME_BYTES_MAX], below[NAME_BYTES_MAX], shown[SCN_PRINTABLE_BYTES];
    const char *wrong = NULL, *found = NULL, *found_path = NULL;
    struct sim_error first = {.status = SIM_OK};

    *fd = -1;
    folder_below(folder, from, below);
    for (size_t i = 0; i < 2 && !wrong; i++)
        if (i == 0 || data)
            wrong = normalise(i == 0 ? below : "", name, path[i]);
    if (wrong)
        return sim_fail(err, SIM_ESCHEMA, "'%s' %s", scn_printable(name, shown), wrong);
    for (size_t i = 0; i < 2 && *fd < 0 && first.status != SIM_ESCHEMA; i++) {
        if (!places[i])
            continue;
        found = places[i];
        found_path = path[i];
        (void)!open_regular(found, found_path, fd, first.status ? NULL : &first);
    }
    if (*fd < 0 && !found)
        return sim_fail(err, SIM_EIO, "cannot open '%s': this scenario is not a file; give --data",
                        scn_printable(path[0], shown));
    if (*fd < 0)
        return sim_fail(err, first.status, "%s%s", first.message,
                        first.status == SIM_ESCHEMA ? ""
                        : folder && data            ? ", nor below the folder of --data"
                        : folder ? "; it is looked up beside the file that names it, "
                                   "and below DIR with --data DIR"
                                 : "");
    if (strcmp(found, ".") == 0)
        snprintf(label, label_bytes, "%s", found_path);
    else
        snprintf(label, label_bytes, "%s/%s", found, found_path);
    return SIM_OK;
}

enum sim_status scn_read_data(const struct scn_request *request, const char *folder,
                              const char *from, const char *name, char **text, size_t *bytes,
                              char *label, size_t label_bytes, struct sim_error *err)
{
    int fd;
    enum sim_status status =
        scn_open_data(folder, from, request->data, name, &fd, label, label_bytes, err);

    return status ? status : read_all(fd, text, bytes, err);
}

/* ---- what is built in ---- */

static const char yaml_ending[] = ".yaml";

/* Bytes of a name without ".yaml". */
static size_t stem_bytes(const char *name)
{
    size_t bytes = strlen(name), ending = sizeof yaml_ending - 1;

    return bytes > ending && strcmp(name + bytes - ending, yaml_ending) == 0 ? bytes - ending
                                                                             : bytes;
}

const struct scn_builtin *scn_builtin_find(const struct scn_builtin *builtins, const char *name)
{
    size_t wanted = stem_bytes(name);

    for (const struct scn_builtin *row = builtins; row && row->name; row++) {
        size_t bytes = stem_bytes(row->name);

        if (bytes == wanted && memcmp(row->name, name, bytes) == 0)
            return row;
    }
    for (const struct scn_builtin *row = builtins; row && row->name; row++) {
        size_t bytes = stem_bytes(row->name);

        if (bytes > wanted && row->name[bytes - wanted - 1] == '/' &&
            memcmp(row->name + bytes - wanted, name, wanted) == 0)
            return row;
    }
    return NULL;
}

void scn_builtin_short(const struct scn_builtin *builtins, const struct scn_builtin *row, char *out,
                       size_t bytes)
{
    size_t stem = stem_bytes(row->name), from = stem;

    do { /* one folder more */
        while (from > 0 && row->name[from - 1] != '/')
            from--;
        snprintf(out, bytes, "%.*s", (int)(stem - from), row->name + from);
        if (from == 0 || scn_builtin_find(builtins, out) == row)
            return;
        from--;
    } while (true);
}

/* "is not built in", with the short name that was probably meant. */
static const char *not_built_in(const struct scn_builtin *builtins, const char *name, char *out,
                                size_t bytes)
{
    char candidate[BUILTINS_MAX][64];
    const char *names[BUILTINS_MAX], *nearest;
    size_t count = 0;

    for (const struct scn_builtin *row = builtins; row->name && count < BUILTINS_MAX; row++) {
        scn_builtin_short(builtins, row, candidate[count], sizeof candidate[count]);
        names[count] = candidate[count];
        count++;
    }
    nearest = scn_nearest(name, names, count);
    if (nearest)
        snprintf(out, bytes, "is not built in; did you mean '" BUILTIN "%s'?", nearest);
    else
        snprintf(out, bytes, "is not built in");
    return out;
}

/* ---- the extends chain ---- */

struct chain { /* the files that are being read, the innermost first */
    const struct chain *outer;
    const char *name;
    bool is_builtin;
};

struct opener {
    const struct scn_request *request;
    struct scn_reader reader;
    struct scn_errors *errors;
    const char *folder; /* NULL: from memory */
    const char **file;
    size_t file_count;
};

static enum sim_status extend(struct opener *opener, struct scn_node *root,
                              const struct chain *chain, size_t depth, struct scn_node **out);

/* Counts and names a file, reads its text, checks its version and merges what it extends. */
static enum sim_status digest(struct opener *opener, const char *shown_name, const char *text,
                              size_t bytes, const struct chain *chain, size_t depth,
                              struct scn_node **out)
{
    struct scn_node *root = NULL;
    enum sim_status status = scn_read_memory(&opener->reader, shown_name, text, bytes, &root);
    char shown[SCN_PRINTABLE_BYTES];

    *out = NULL;
    if (!root)
        return status;
    opener->file[opener->file_count++] = scn_file_of(root);
    if (root->refused)
        return status;
    if (root->kind != SCN_MAP)
        return scn_errors_add(opener->errors, SIM_ESCHEMA, scn_file_of(root), root->line,
                              root->column,
                              "%s stands where a mapping belongs; a scenario begins with "
                              "'aifsim: 1'",
                              root->kind == SCN_LIST ? "a list" : scn_printable(root->text, shown));
    status = scn_check_version(opener->errors, root, depth == 0);
    if (status != SIM_OK)
        return status;
    return extend(opener, root, chain, depth, out);
}

static enum sim_status refuse_part(struct opener *opener, const struct scn_node *node,
                                   const char *what)
{
    char shown[SCN_PRINTABLE_BYTES];

    return scn_errors_add(opener->errors, SIM_ESCHEMA, scn_file_of(node), node->line, node->column,
                          "extends: '%s' %s", scn_printable(node->text, shown), what);
}

static enum sim_status read_builtin(struct opener *opener, const struct scn_builtin *builtin,
                                    const struct chain *chain, size_t depth, struct scn_node **out)
{
    char label[NAME_BYTES_MAX + 16];

    snprintf(label, sizeof label, BUILTIN "%s", builtin->name);
    return digest(opener, label, builtin->text, builtin->bytes, chain, depth, out);
}

static enum sim_status read_part_file(struct opener *opener, const struct scn_node *node,
                                      const char *name, const struct chain *chain, size_t depth,
                                      struct scn_node **out)
{
    char label[2 * NAME_BYTES_MAX], *text;
    struct sim_error err;
    enum sim_status status;
    size_t bytes;
    int fd;

    if (!opener->folder)
        return refuse_part(opener, node, "cannot be opened: this scenario is not a file");
    status = open_regular(opener->folder, name, &fd, &err);
    if (status == SIM_OK)
        status = read_all(fd, &text, &bytes, &err);
    if (status != SIM_OK) {
        const struct scn_builtin *builtin = scn_builtin_find(opener->request->builtins, name);
        char meant[64] = "";

        if (builtin)
            scn_builtin_short(opener->request->builtins, builtin, meant, sizeof meant);
        return scn_errors_add(opener->errors, status == SIM_ENOMEM ? status : SIM_ESCHEMA,
                              scn_file_of(node), node->line, node->column, "extends: %s%s%s%s",
                              err.message, builtin ? "; did you mean '" BUILTIN : "", meant,
                              builtin ? "'?" : "");
    }
    if (strcmp(opener->folder, ".") == 0)
        snprintf(label, sizeof label, "%s", name);
    else
        snprintf(label, sizeof label, "%s/%s", opener->folder, name);
    status = digest(opener, label, text, bytes, chain, depth, out);
    free(text);
    return status;
}

/* One entry of `extends`. */
static enum sim_status read_part(struct opener *opener, const struct scn_node *node,
                                 const struct chain *outer, size_t depth, struct scn_node **out)
{
    struct chain chain = {.outer = outer, .is_builtin = outer->is_builtin};
    const struct scn_builtin *builtin = NULL;
    char name[NAME_BYTES_MAX], folder[NAME_BYTES_MAX], why[128];
    const char *text = node->text, *wrong;

    *out = NULL;
    if (node->refused)
        return SIM_ESCHEMA;
    if (node->kind != SCN_SCALAR || scn_is_empty(node))
        return scn_errors_add(opener->errors, SIM_ESCHEMA, scn_file_of(node), node->line,
                              node->column,
                              "extends: a file's name belongs here, or a list of names; write for "
                              "example 'parts/seven-sites.yaml'");
    folder_of(outer->name, folder);
    if (strncmp(text, BUILTIN, sizeof BUILTIN - 1) == 0) {
        chain.is_builtin = true;
        folder[0] = '\0';
        text += sizeof BUILTIN - 1;
    }
    wrong = normalise(folder, text, name);
    if (wrong)
        return refuse_part(opener, node, wrong);
    chain.name = name;
    if (chain.is_builtin) {
        builtin = scn_builtin_find(opener->request->builtins, name);
        if (!builtin && !opener->request->builtins)
            return refuse_part(opener, node, "cannot be had: no parts are built in here");
        if (!builtin)
            return refuse_part(opener, node,
                               not_built_in(opener->request->builtins, name, why, sizeof why));
        chain.name = builtin->name;
    }
    for (const struct chain *at = outer; at; at = at->outer)
        if (at->is_builtin == chain.is_builtin && strcmp(at->name, chain.name) == 0)
            return refuse_part(opener, node, "extends itself, by way of this file");
    if (depth > SCN_EXTENDS_DEPTH_MAX)
        return refuse_part(opener, node, "is extended over more than 16 steps");
    if (opener->file_count >= SCN_FILES_MAX)
        return refuse_part(opener, node, "is one file too many; 256 can be read");
    return builtin ? read_builtin(opener, builtin, &chain, depth, out)
                   : read_part_file(opener, node, name, &chain, depth, out);
}

/* Takes a child out of a map. */
static struct scn_node *detach(struct scn_node *map, const char *key)
{
    for (struct scn_node **link = &map->first; *link; link = &(*link)->next) {
        struct scn_node *child = *link;

        if (strcmp(child->key->text, key) != 0)
            continue;
        *link = child->next;
        child->next = NULL;
        map->count--;
        return child;
    }
    return NULL;
}

/* *out = the parts in order, then root itself, each merged into what came before. */
static enum sim_status extend(struct opener *opener, struct scn_node *root,
                              const struct chain *chain, size_t depth, struct scn_node **out)
{
    const struct sim_field *rows = opener->request->rows;
    struct scn_node *extends = detach(root, "extends"), *sum = NULL, *part;
    enum sim_status status = SIM_OK, one;

    *out = root;
    if (!extends)
        return SIM_OK;
    if (extends->kind == SCN_LIST && extends->count == 0)
        return SIM_OK;
    for (struct scn_node *node = extends->kind == SCN_LIST ? extends->first : extends; node;
         node = node->next) {
        one = read_part(opener, node, chain, depth + 1, &part);
        if (!part) /* what the scenario lacks now would only be noise */
            status = one;
        else if (!sum)
            sum = part;
        else if (scn_merge(&opener->reader, sum, part, rows, &sum) != SIM_OK)
            status = SIM_ENOMEM;
        if (opener->errors->more)
            break;
    }
    *out = NULL;
    if (status != SIM_OK || !sum)
        return status != SIM_OK ? status : SIM_ESCHEMA;
    status = scn_merge(&opener->reader, sum, root, rows, out);
    if (status == SIM_OK) { /* what is missing is missing from the file that people gave */
        (*out)->key = root->key;
        (*out)->line = root->line;
        (*out)->column = root->column;
    }
    return status;
}

enum sim_status scn_check_version(struct scn_errors *errors, const struct scn_node *root,
                                  bool required)
{
    const struct scn_node *version = scn_child(root, "aifsim");
    char shown[SCN_PRINTABLE_BYTES];

    if (!version && !required)
        return SIM_OK;
    if (!version)
        return scn_errors_add(errors, SIM_ESCHEMA, scn_file_of(root), root->line, root->column,
                              "the key 'aifsim' is missing; begin the scenario with 'aifsim: 1', "
                              "the version of the format");
    if (version->kind == SCN_SCALAR && strcmp(version->text, "1") == 0)
        return SIM_OK;
    return scn_errors_add(errors, SIM_ESCHEMA, scn_file_of(version), version->line, version->column,
                          "aifsim: '%s' is not a version of the format that aifsim %s reads; "
                          "write 'aifsim: 1', or use the release the scenario was written for",
                          version->kind == SCN_SCALAR ? scn_printable(version->text, shown)
                                                      : "a mapping or list",
                          AIFSIM_VERSION);
}

static bool is_builtin(const struct scn_request *request)
{
    return !request->text && request->builtins &&
           strncmp(request->path, BUILTIN, sizeof BUILTIN - 1) == 0;
}

static enum sim_status open_top(struct opener *opener, struct scn_tree *tree, const char *name,
                                struct scn_node **root)
{
    const struct scn_request *request = opener->request;
    struct chain chain = {.name = name};
    struct sim_error err;
    enum sim_status status;
    char *text;
    size_t bytes;
    int fd;

    if (request->text)
        return digest(opener, tree->path, request->text, request->text_bytes, &chain, 0, root);
    if (is_builtin(request)) {
        const char *wanted = request->path + sizeof BUILTIN - 1;
        const struct scn_builtin *builtin = scn_builtin_find(request->builtins, wanted);
        char why[128], shown[SCN_PRINTABLE_BYTES];

        if (!builtin)
            return scn_errors_add(opener->errors, SIM_EUSAGE, NULL, 0, 0, "'%s' %s",
                                  scn_printable(request->path, shown),
                                  not_built_in(request->builtins, wanted, why, sizeof why));
        chain = (struct chain){.name = builtin->name, .is_builtin = true};
        return read_builtin(opener, builtin, &chain, 0, root);
    }
    status = scn_open_named(request->path, "the scenario", &fd, &err);
    if (!status)
        status = read_all(fd, &text, &bytes, &err);
    if (status != SIM_OK)
        return scn_errors_add(opener->errors, status, request->path, 0, 0, "%s", err.message);
    status = digest(opener, request->path, text, bytes, &chain, 0, root);
    free(text);
    return status;
}

enum sim_status scn_open(const struct scn_request *request, struct scn_tree *tree,
                         struct scn_errors *errors)
{
    struct opener opener = {.request = request, .errors = errors};
    size_t errors_before = errors->count;
    const char *path = request->path ? request->path : "scenario";
    const char *slash = strrchr(path, '/');
    const bool is_file = !request->text && !is_builtin(request);
    struct scn_node *root = NULL;
    enum sim_status status;
    char *folder = NULL;

    *tree = (struct scn_tree){0};
    scn_reader_init(&opener.reader, request->arena, errors);
    tree->path = scn_reader_text(&opener.reader, path, strlen(path));
    if (is_file)
        folder = slash ? scn_reader_text(&opener.reader, path,
                                         slash == path ? 1 : (size_t)(slash - path))
                       : scn_reader_text(&opener.reader, ".", 1);
    opener.file = sim_arena_alloc(request->arena, SCN_FILES_MAX + 1, sizeof *opener.file);
    if (!tree->path || (is_file && !folder) || !opener.file)
        return scn_errors_add(errors, SIM_ENOMEM, path, 0, 0, "out of memory");
    tree->folder = opener.folder = folder;
    status = open_top(&opener, tree, slash ? slash + 1 : path, &root);
    if (root && scn_expand_tables(&opener.reader, request, folder, &root) == SIM_ENOMEM)
        status = scn_errors_add(errors, SIM_ENOMEM, path, 0, 0, "out of memory");
    tree->root = root;
    tree->file = opener.file;
    tree->file_count = opener.file_count;
    scn_errors_sort(errors);
    return errors->count > errors_before ? errors->error[errors_before].status : status;
}

static enum sim_status refuse_late(struct scn_errors *errors, struct scn_node *node,
                                   const char *section)
{
    node->refused = true;
    return scn_errors_add(errors, SIM_ESCHEMA, scn_file_of(node), node->line, node->column,
                          "%s%s%s: names a file, and files are read before a scenario is changed; "
                          "name it in a scenario that extends this one",
                          section, *section ? "." : "", node->key->text);
}

/* What a patch names after the files were read would be passed over in silence. */
static enum sim_status check_files_named(const struct scn_request *request,
                                         struct scn_errors *errors, const struct scn_node *root)
{
    struct scn_node *named = scn_child(root, "extends");
    enum sim_status status = named ? refuse_late(errors, named, "") : SIM_OK;

    for (const struct sim_field *row = request->rows; row && row->name; row++) {
        const struct scn_node *section =
            row->kind == SIM_FIELD_MAP ? scn_child(root, row->name) : NULL;

        if (!section || section->kind != SCN_MAP || section->refused)
            continue;
        named = scn_child(section, "table");
        if (named && named->kind == SCN_SCALAR)
            status = refuse_late(errors, named, row->name);
    }
    return status;
}

enum sim_status scn_patches_of(const struct scn_request *request, struct scn_reader *reader,
                               const struct scn_node *base, struct scn_node **root)
{
    enum sim_status status, first = SIM_OK;
    struct scn_node *patched;

    status =
        scn_patch_apply(reader, base, request->patches, request->patch_count, request->rows, root);
    for (size_t i = 0; i < request->set_count && status != SIM_ENOMEM && *root; i++) {
        struct scn_patch patch;

        first = first == SIM_OK ? status : first;
        status = scn_patch_from_set(reader, request->sets[i], &patch);
        if (status != SIM_OK)
            continue;
        status = scn_patch_apply(reader, *root, &patch, 1, request->rows, &patched);
        *root = patched;
    }
    if (status != SIM_ENOMEM && *root && (*root)->kind == SCN_MAP) {
        first = first == SIM_OK ? status : first;
        status = check_files_named(request, reader->errors, *root);
    }
    return status == SIM_ENOMEM || first == SIM_OK ? status : first;
}

enum sim_status scn_load(const struct scn_request *request, void *config,
                         struct scn_scenario *scenario, struct scn_errors *errors)
{
    enum sim_status status;
    struct scn_tree tree;

    *scenario = (struct scn_scenario){.canonical = ""};
    status = scn_open(request, &tree, errors);
    scenario->tree = tree;
    if (!tree.root)
        return status;
    return scn_bind(request, &tree, config, scenario, errors);
}
