/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/csv.h - comma-separated text to cells that know their place.
 *
 * RFC 4180: a header row, a record a line, "..." around cells with commas or quotes, "" for a
 * quote inside. LF or CR LF; a byte order mark and empty lines are passed over; blanks around
 * unquoted cells are cut off. Refused, each with its place: rows of another length than the
 * header, semicolons and tabs as separators, control characters, line breaks inside cells, broken
 * UTF-8, columns without or with equal names. A decimal comma shows as a row that is too long.
 *
 * Limits   4 MiB a file, 400 columns, 1e6 cells, 4096 bytes a cell.
 * Memory   cells and their text live in the reader's arena, 16 bytes a cell.
 * Errors   as in yaml_reader.h.
 */
#ifndef SCN_CSV_H
#define SCN_CSV_H

#include "scenarios/yaml_reader.h"

enum { SCN_CSV_COLUMNS_MAX = 400, SCN_CSV_CELLS_MAX = 1000000 };

struct scn_cell {
    const char *text;      /* "" when empty */
    uint32_t line, column; /* of its first character, from 1 */
};

struct scn_csv {
    const char *file; /* as it stands in messages */
    size_t columns, rows;
    const struct scn_cell *head; /* [columns] */
    const struct scn_cell *cell; /* [rows * columns] */
};

static inline const struct scn_cell *scn_csv_at(const struct scn_csv *csv, size_t row,
                                                size_t column)
{
    return &csv->cell[row * csv->columns + column];
}

/* Index of a column by name; SIZE_MAX when there is none. */
size_t scn_csv_column(const struct scn_csv *csv, const char *name);

/* Reads all of it; name and text are copied. */
SIM_NODISCARD enum sim_status scn_csv_read(struct scn_reader *reader, const char *name,
                                           const char *text, size_t bytes, struct scn_csv *out);

#endif /* SCN_CSV_H */
