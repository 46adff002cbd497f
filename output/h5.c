/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/h5.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/spill.h" /* how much is deflated */

enum {
    TEXT_CHUNK_BYTES = 1 << 20,
    NAME_MAX_BYTES = 4096,
    PATH_BYTES = 512,
    BLOCK_BYTES = 1 << 20,
    TEXT_MAX_BYTES = 64 << 20
};
#define TEXTS_MAX_BYTES ((size_t)4 << 30)

/* ---- HDF5, quietly ---- */
void out_h5_setup(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0); /* a filter that a file names is no reason to load a library */
}

/* Innermost words, and what HDF5 says among them of a system call that failed. */
struct reason {
    char words[300], file[300];
    int number;
};

static herr_t take_reason(unsigned depth, const H5E_error2_t *error, void *context)
{
    struct reason *reason = context;
    const char *file, *number;

    if (depth > 0 || !error->desc)
        return 0;
    snprintf(reason->words, sizeof reason->words, "%s", error->desc);
    for (char *c = reason->words; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    file = strstr(error->desc, "filename = '");
    number = file ? strstr(file, "', file descriptor = ") : NULL;
    number = number ? strstr(number, ", errno = ") : NULL;
    if (!number)
        return 0;
    file += strlen("filename = '");
    snprintf(reason->file, sizeof reason->file, "%.*s",
             (int)(strstr(file, "', file descriptor = ") - file), file);
    reason->number = (int)strtol(number + strlen(", errno = "), NULL, 10);
    return 0;
}

enum sim_status out_h5_error(struct sim_error *err, const char *verb, const char *what)
{
    struct reason reason = {.words = "HDF5 gives no reason"};
    const char *system;

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, &reason);
    system = reason.number ? strerrordesc_np(reason.number) : NULL;
    if (system)
        return sim_fail(err, SIM_EIO, "cannot %s '%s': %s",
                        strcmp(verb, "read") == 0 ? verb : "write", reason.file, system);
    return sim_fail(err, SIM_EIO, "cannot %s '%.300s': %s", verb, what, reason.words);
}

hid_t out_h5_text_type(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, bytes ? bytes : 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

static enum sim_status put_attribute(hid_t at, const char *name, hid_t type, const void *value,
                                     struct sim_error *err)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool is_written = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;

    if (attribute >= 0 && H5Aclose(attribute) < 0)
        is_written = false;
    H5Sclose(space);
    return is_written ? SIM_OK : out_h5_error(err, "write the attribute", name);
}

/* An attribute lives in a header of at most 64 kB. */
enum sim_status out_h5_put_text_attribute(hid_t at, const char *name, const char *text,
                                          struct sim_error *err)
{
    size_t bytes = strnlen(text, NAME_MAX_BYTES);
    enum sim_status status;
    char empty = '\0';
    hid_t type;

    while (bytes > 0 && (text[bytes] & 0xC0) == 0x80)
        bytes--; /* never half a character */
    type = out_h5_text_type(bytes);
    status = put_attribute(at, name, type, bytes ? text : &empty, err);
    H5Tclose(type);
    return status;
}

enum sim_status out_h5_put_integer_attribute(hid_t at, const char *name, int64_t value,
                                             struct sim_error *err)
{
    return put_attribute(at, name, H5T_STD_I64LE, &value, err);
}

/* What every dataset carries. */
enum sim_status out_h5_describe(hid_t dataset, const char *unit, const char *description,
                                const char *labels, struct sim_error *err)
{
    enum sim_status status = out_h5_put_text_attribute(dataset, "units", unit, err);

    if (!status)
        status = out_h5_put_text_attribute(dataset, "description", description, err);
    if (!status && labels)
        status = out_h5_put_text_attribute(dataset, "labels", labels, err);
    return status;
}

/* The groups on the way to a path, without the time at which they were made. */
static bool make_groups(hid_t file, const char *path)
{
    hid_t plan = H5Pcreate(H5P_GROUP_CREATE);
    bool is_made = H5Pset_obj_track_times(plan, 0) >= 0;

    for (const char *slash = strchr(path + 1, '/'); is_made && slash;
         slash = strchr(slash + 1, '/')) {
        char group[PATH_BYTES];
        hid_t made;

        snprintf(group, sizeof group, "%.*s", (int)(slash - path), path);
        if (H5Lexists(file, group, H5P_DEFAULT) > 0)
            continue;
        made = H5Gcreate2(file, group, H5P_DEFAULT, plan, H5P_DEFAULT);
        is_made = made >= 0 && H5Gclose(made) >= 0;
    }
    H5Pclose(plan);
    return is_made;
}

/* chunk NULL: contiguous. Groups on the way are made. */
hid_t out_h5_create_dataset(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims,
                            const hsize_t *chunk, bool is_deflated, bool is_shuffled)
{
    hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rank, dims, NULL), dataset = H5I_INVALID_HID;
    bool is_planned = make_groups(file, path) && H5Pset_obj_track_times(plan, 0) >= 0 &&
                      H5Pset_fill_time(plan, H5D_FILL_TIME_NEVER) >= 0;

    if (chunk)
        is_planned = is_planned && H5Pset_chunk(plan, rank, chunk) >= 0;
    if (is_shuffled)
        is_planned = is_planned && H5Pset_shuffle(plan) >= 0;
    if (is_deflated)
        is_planned = is_planned && H5Pset_deflate(plan, OUT_DEFLATE_LEVEL) >= 0;
    if (is_planned)
        dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, plan, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(plan);
    return dataset;
}

enum sim_status out_h5_put_array(hid_t file, const char *path, hid_t type, int rank,
                                 const hsize_t *dims, const void *value, const char *unit,
                                 const char *description, struct sim_error *err)
{
    hid_t dataset = out_h5_create_dataset(file, path, type, rank, dims, NULL, false, false);
    bool is_empty = false;
    enum sim_status status;

    for (int i = 0; i < rank; i++)
        is_empty = is_empty || dims[i] == 0;
    if (dataset < 0)
        return out_h5_error(err, "make", path);
    status = out_h5_describe(dataset, unit, description, NULL, err);
    if (!status && !is_empty && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        status = out_h5_error(err, "write", path);
    if (H5Dclose(dataset) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

/* ---- columns of text: one member of an array of structs ---- */

/* base may be NULL when there are no items. */
const void *out_h5_member(const void *base, size_t offset)
{
    return base ? (const char *)base + offset : NULL;
}

static const char *text_at(const struct out_h5_texts *column, size_t i)
{
    const char *text;

    memcpy(&text, (const char *)column->first + i * column->stride, sizeof text);
    return text ? text : "";
}

static enum sim_status write_texts(hid_t dataset, hid_t type, const struct out_h5_texts *column,
                                   size_t width, size_t block, struct sim_error *err)
{
    char *buffer = calloc(block, width);
    hid_t space = H5Dget_space(dataset);
    bool is_written = buffer != NULL;

    for (size_t i = 0; is_written && i < column->count; i += block) {
        hsize_t start = i, rows = column->count - i < block ? column->count - i : block;
        hid_t memory = H5Screate_simple(1, &rows, NULL);

        memset(buffer, 0, block * width);
        for (size_t k = 0; k < rows; k++) {
            const char *text = text_at(column, i + k);
            memcpy(buffer + k * width, text, strlen(text));
        }
        is_written = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) >= 0 &&
                     H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, buffer) >= 0;
        H5Sclose(memory);
    }
    H5Sclose(space);
    if (!buffer)
        return sim_fail(err, SIM_ENOMEM, "no memory to write '%s'", column->path);
    free(buffer);
    return is_written ? SIM_OK : out_h5_error(err, "write", column->path);
}

enum sim_status out_h5_put_texts(hid_t file, const struct out_h5_texts *column,
                                 struct sim_error *err)
{
    size_t width = 1, block;
    hsize_t dims = column->count, chunk;
    hid_t type, dataset;
    enum sim_status status;

    for (size_t i = 0; i < column->count; i++) {
        size_t bytes = strlen(text_at(column, i));
        width = bytes > width ? bytes : width;
    }
    block = width >= TEXT_CHUNK_BYTES ? 1 : TEXT_CHUNK_BYTES / width;
    block = block > column->count ? column->count : block;
    chunk = block;
    type = out_h5_text_type(width);
    dataset = out_h5_create_dataset(file, column->path, type, 1, &dims, dims ? &chunk : NULL,
                                    dims > 0, false);
    if (dataset < 0) {
        H5Tclose(type);
        return out_h5_error(err, "make", column->path);
    }
    status = out_h5_describe(dataset, "1", column->description, NULL, err);
    if (!status && dims)
        status = write_texts(dataset, type, column, width, block, err);
    H5Tclose(type);
    if (H5Dclose(dataset) < 0 && !status)
        status = out_h5_error(err, "close", column->path);
    return status;
}

/* ---- files ---- */
enum sim_status out_h5_create(const char *path, hid_t *file, struct sim_error *err)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), plan = H5Pcreate(H5P_FILE_CREATE);

    *file = H5I_INVALID_HID;
    /* The headers of 1.10 carry checksums; with older ones damage can crash HDF5. */
    if (H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
        H5Pset_obj_track_times(plan, 0) >= 0)
        *file = H5Fcreate(path, H5F_ACC_EXCL, plan, access);
    H5Pclose(plan);
    H5Pclose(access);
    return *file < 0 ? out_h5_error(err, "make", path) : SIM_OK;
}

enum sim_status out_h5_close(hid_t file, const char *path, enum sim_status status,
                             struct sim_error *err)
{
    if (H5Fclose(file) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

/* ---- reading ---- */
void out_h5_fail(struct out_h5_reader *reader, const char *what, const char *why)
{
    if (!reader->status)
        reader->status =
            sim_fail(reader->err, SIM_EIO, "'%.300s' is damaged: '%s' %s", reader->path, what, why);
}

void out_h5_fail_digest(struct out_h5_reader *reader, const char *is, const char *should_be)
{
    if (!reader->status)
        reader->status = sim_fail(reader->err, SIM_EIO,
                                  "'%.300s' is damaged: its digest is %.16s..., not %.16s... as it "
                                  "says",
                                  reader->path, is, should_be);
}

void *out_h5_take(struct out_h5_reader *reader, size_t count, size_t size)
{
    void *memory = reader->status ? NULL : sim_arena_alloc(reader->arena, count, size);

    if (!memory && !reader->status)
        reader->status =
            sim_fail(reader->err, SIM_ENOMEM, "no memory to read '%.300s'", reader->path);
    return memory;
}

/* A link of the file itself: others would have HDF5 open what else lies on the disk. */
static bool is_hard_link(hid_t file, const char *path)
{
    H5L_info_t link;

    return H5Lexists(file, path, H5P_DEFAULT) > 0 &&
           H5Lget_info(file, path, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
}

/* H5Lexists wants every group on the way to be there. */
bool out_h5_exists(hid_t file, const char *path)
{
    char part[PATH_BYTES];

    if (strlen(path) >= sizeof part)
        return false;
    for (size_t i = 1; path[i]; i++)
        if (path[i] == '/') {
            snprintf(part, sizeof part, "%.*s", (int)i, path);
            if (!is_hard_link(file, part))
                return false;
        }
    return is_hard_link(file, path);
}

/* Its values lie in this file. */
static bool is_stored_here(hid_t dataset)
{
    hid_t plan = H5Dget_create_plist(dataset);
    bool is_here =
        plan >= 0 && H5Pget_external_count(plan) == 0 && H5Pget_layout(plan) != H5D_VIRTUAL;

    if (plan >= 0)
        H5Pclose(plan);
    return is_here;
}

/* Opens a dataset of exactly `rank` dimensions; dims[rank]. */
hid_t out_h5_open_dataset(hid_t file, const char *path, int rank, hsize_t *dims)
{
    hid_t dataset = out_h5_exists(file, path) ? H5Dopen2(file, path, H5P_DEFAULT) : H5I_INVALID_HID;
    hid_t space = dataset < 0 ? H5I_INVALID_HID : H5Dget_space(dataset);
    bool is_right = space >= 0 && is_stored_here(dataset) &&
                    H5Sget_simple_extent_ndims(space) == rank &&
                    H5Sget_simple_extent_dims(space, dims, NULL) == rank;

    if (space >= 0)
        H5Sclose(space);
    if (is_right)
        return dataset;
    if (dataset >= 0)
        H5Dclose(dataset);
    return H5I_INVALID_HID;
}

/* ---- texts ---- */

/* Size of a fixed-length string type; 0 when it is none. */
size_t out_h5_text_bytes(hid_t type)
{
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
        return 0;
    return H5Tget_size(type);
}

static hid_t text_in_memory(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, bytes + 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLTERM);
    return type;
}

/* One block of rows into the arena, packed. */
static bool take_texts(struct out_h5_reader *reader, const char *buffer, size_t stride,
                       size_t count, const char **out)
{
    size_t total = 0;
    char *packed;

    for (size_t i = 0; i < count; i++)
        total += strlen(buffer + i * stride) + 1;
    packed = out_h5_take(reader, total, 1);
    for (size_t i = 0; packed && i < count; i++) {
        size_t bytes = strlen(buffer + i * stride) + 1;

        memcpy(packed, buffer + i * stride, bytes);
        out[i] = packed;
        packed += bytes;
    }
    return packed != NULL;
}

static bool read_blocks(struct out_h5_reader *reader, hid_t dataset, size_t width, size_t count,
                        const char **out)
{
    size_t block = width + 1 >= BLOCK_BYTES ? 1 : BLOCK_BYTES / (width + 1);
    char *buffer = malloc(block * (width + 1));
    hid_t type = text_in_memory(width), space = H5Dget_space(dataset);
    bool is_read = buffer != NULL;

    for (size_t i = 0; is_read && i < count; i += block) {
        hsize_t start = i, rows = count - i < block ? count - i : block;
        hid_t memory = H5Screate_simple(1, &rows, NULL);

        is_read = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) >= 0 &&
                  H5Dread(dataset, type, memory, space, H5P_DEFAULT, buffer) >= 0 &&
                  take_texts(reader, buffer, width + 1, rows, out + i);
        H5Sclose(memory);
    }
    H5Sclose(space);
    H5Tclose(type);
    free(buffer);
    return is_read;
}

const char **out_h5_read_texts(struct out_h5_reader *reader, const char *path, size_t *count)
{
    hsize_t dims = 0;
    hid_t dataset, type;
    size_t width;
    const char **text;

    *count = 0;
    if (reader->status)
        return NULL;
    dataset = out_h5_open_dataset(reader->file, path, 1, &dims);
    if (dataset < 0) {
        out_h5_fail(reader, path, "is missing or has no single dimension");
        return NULL;
    }
    type = H5Dget_type(dataset);
    width = out_h5_text_bytes(type);
    H5Tclose(type);
    text = width ? out_h5_take(reader, dims < OUT_H5_ITEMS_MAX ? dims : 0, sizeof *text) : NULL;
    if (width == 0 || width > TEXT_MAX_BYTES || dims > OUT_H5_ITEMS_MAX ||
        dims * width > TEXTS_MAX_BYTES)
        out_h5_fail(reader, path, "holds no text, or too much");
    else if (text && !read_blocks(reader, dataset, width, dims, text))
        out_h5_fail(reader, path, "cannot be read");
    H5Dclose(dataset);
    *count = reader->status ? 0 : dims;
    return reader->status ? NULL : text;
}

/* As read_texts, but there must be `count`. */
const char **out_h5_read_texts_of(struct out_h5_reader *reader, const char *path, size_t count)
{
    size_t found;
    const char **text = out_h5_read_texts(reader, path, &found);

    if (!reader->status && found != count)
        out_h5_fail(reader, path, "has another length than its neighbours");
    return reader->status ? NULL : text;
}

bool out_h5_read_attribute(hid_t at, const char *name, char *buffer, size_t bytes)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;
    hid_t type = attribute < 0 ? H5I_INVALID_HID : H5Aget_type(attribute);
    size_t width = out_h5_text_bytes(type);
    bool is_read = false;

    if (width > 0 && width < bytes) {
        hid_t memory = text_in_memory(width);

        is_read = H5Aread(attribute, memory, buffer) >= 0;
        H5Tclose(memory);
    }
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    return is_read;
}

/* A file that does not tell is as a whole one. */
int64_t out_h5_read_integer_attribute(hid_t at, const char *name, int64_t otherwise)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;
    int64_t value = otherwise;

    if (attribute >= 0 && H5Aread(attribute, H5T_NATIVE_INT64, &value) < 0)
        value = otherwise;
    if (attribute >= 0)
        H5Aclose(attribute);
    return value;
}

/* ---- numbers ---- */
void *out_h5_read_numbers(struct out_h5_reader *reader, const char *path, hid_t type, int rank,
                          const hsize_t *want, size_t value_bytes)
{
    hsize_t dims[OUT_H5_RANK_MAX] = {0};
    size_t count = 1;
    hid_t dataset;
    void *value;

    if (reader->status)
        return NULL;
    dataset = out_h5_open_dataset(reader->file, path, rank, dims);
    if (dataset < 0 || memcmp(dims, want, (size_t)rank * sizeof *dims) != 0) {
        if (dataset >= 0)
            H5Dclose(dataset);
        out_h5_fail(reader, path, "is missing or has another shape");
        return NULL;
    }
    for (int i = 0; i < rank; i++)
        if (__builtin_mul_overflow(count, dims[i], &count))
            count = SIZE_MAX; /* more than there is memory */
    value = out_h5_take(reader, count, value_bytes);
    if (value && count && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        out_h5_fail(reader, path, "cannot be read");
    H5Dclose(dataset);
    return reader->status ? NULL : value;
}

/* HDF5 would wait for a FIFO. */
static enum sim_status check_readable(const char *path, struct sim_error *err)
{
    struct stat at;

    if (access(path, R_OK) != 0 || stat(path, &at) != 0)
        return sim_fail(err, SIM_EIO, "cannot read '%.300s': %s", path, strerrordesc_np(errno));
    if (!S_ISREG(at.st_mode))
        return sim_fail(err, SIM_EIO, "cannot read '%.300s': not a regular file", path);
    return SIM_OK;
}

/* HDF5 must not see headers without checksums: damaged ones can crash it. */
static enum sim_status check_signature(const char *path, const char *what, struct sim_error *err)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    enum { SUPERBLOCK_1_10 = 3 };
    unsigned char first[9] = {0};
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(first, 1, sizeof first, file) : 0;

    if (file)
        fclose(file);
    if (got < sizeof first || memcmp(first, signature, sizeof signature) != 0)
        return sim_fail(err, SIM_EIO, "'%.300s' is not a %s of aifsim: it is no HDF5 file", path,
                        what);
    if (first[8] < SUPERBLOCK_1_10)
        return sim_fail(err, SIM_EIO,
                        "'%.300s' is not a %s of aifsim, or one of format 1, which this program "
                        "reads no more",
                        path, what);
    return SIM_OK;
}

enum sim_status out_h5_open(const char *path, const char *what, hid_t *file, struct sim_error *err)
{
    enum sim_status status;

    *file = H5I_INVALID_HID;
    out_h5_setup();
    status = check_readable(path, err);
    if (!status)
        status = check_signature(path, what, err);
    if (status)
        return status;
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return *file < 0 ? out_h5_error(err, "open as HDF5", path) : SIM_OK;
}
