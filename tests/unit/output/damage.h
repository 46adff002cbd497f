/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/output/damage.h - files of results damaged on purpose: bytes changed, ends cut off,
 * and datasets that a stranger put in the place of ours (with checksums that are right).
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include <stdbool.h>

#include <hdf5.h>

#include "tests/unit/output/bytes.h"

/* HDF5 1.10 itself loses what it had read of a header when the rest is damaged. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

typedef bool damage_reads_fn(const char *path); /* false: refused, with words */

static UNUSED void damage_write(const char *path, const char *bytes, size_t byte_count)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, byte_count, file) != byte_count || fclose(file) != 0)
        abort();
}

/* Every 97th byte in turn, by one bit or all of them, then the file cut at each of them; returns
 * how many of *tries were refused. */
static UNUSED size_t damage_all_over(const char *path, damage_reads_fn *reads, size_t *tries)
{
    enum { STEP = 97 };
    size_t byte_count = 0, refused = 0;
    char *bytes = fixture_read(path, &byte_count);

    *tries = 0;
    for (size_t i = 0; i < byte_count; i += STEP) {
        const char mask = (char)(i / STEP % 3 ? 1 << i % 8 : 0xff);

        bytes[i] ^= mask;
        damage_write(path, bytes, byte_count);
        bytes[i] ^= mask;
        refused += !reads(path);
        damage_write(path, bytes, i);
        refused += !reads(path);
        *tries += 2;
    }
    damage_write(path, bytes, byte_count);
    free(bytes);
    return refused;
}

enum damage_kind {
    DAMAGE_HUGE,    /* 2^40 numbers, none of them written */
    DAMAGE_WIDE,    /* texts of 32 MB, a million of them */
    DAMAGE_POINTER, /* texts of variable length */
    DAMAGE_ABROAD,  /* values that lie in another file */
    DAMAGE_LINK,    /* a name for another file's dataset */
    DAMAGE_GROUP,
    DAMAGE_KINDS
};

static UNUSED hid_t damage_dataset(hid_t file, const char *name, enum damage_kind kind)
{
    const hsize_t dims = kind == DAMAGE_HUGE ? (hsize_t)1 << 40 : kind == DAMAGE_WIDE ? 1000000 : 2;
    const hsize_t chunk = 1;
    hid_t plan = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &dims, NULL), dataset;
    hid_t type = H5Tcopy(kind == DAMAGE_WIDE || kind == DAMAGE_POINTER ? H5T_C_S1 : H5T_IEEE_F64LE);

    if (kind == DAMAGE_WIDE)
        H5Tset_size(type, (size_t)32 << 20);
    if (kind == DAMAGE_POINTER)
        H5Tset_size(type, H5T_VARIABLE);
    if (kind == DAMAGE_ABROAD)
        H5Pset_external(plan, "/etc/passwd", 0, 16);
    else
        H5Pset_chunk(plan, 1, &chunk);
    dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, plan, H5P_DEFAULT);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(plan);
    return dataset;
}

/* Another thing in the place of `name`. */
static UNUSED void damage_replace(const char *path, const char *name, enum damage_kind kind)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), made = H5I_INVALID_HID;
    bool is_made;

    if (file < 0 || H5Ldelete(file, name, H5P_DEFAULT) < 0)
        abort();
    if (kind == DAMAGE_LINK)
        is_made = H5Lcreate_external("other.h5", name, file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    else if (kind == DAMAGE_GROUP)
        is_made = (made = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)) >= 0;
    else
        is_made = (made = damage_dataset(file, name, kind)) >= 0;
    if (made >= 0)
        H5Oclose(made);
    if (!is_made || H5Fclose(file) < 0)
        abort();
}

#endif /* DAMAGE_H */
