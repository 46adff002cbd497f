/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/csv_log.h - logs of real machines as tables of text, read into the records of SWF.
 *
 * The first line names the columns; commas, semicolons, bars or tabs separate them, cells may
 * stand in quotes. A map tells which column is what, with a unit behind it where it is not seconds
 * or whole processors:
 *
 *     submit=submission_time:ms,run=duration:ms,gpus=cpu_count
 *
 * Without a map the header is compared with the formats that are known (philly, alibaba, surf),
 * then its names with the usual ones. Times are numbers (from 5e8 on seconds since 1970), dates
 * with hours ("2017-10-09 07:01:55", UTC unless "+02:00" stands behind) or, where they last,
 * "1-02:30:00". run is end - start where no column tells it. A width that is no whole number
 * (`part`, say 460 of 1000 of a GPU) is rounded up and counted. Empty cells, "NaN", "NA", "null",
 * "None" and "Unknown" are unknown; users are numbered as they appear.
 *
 * Memory   as scenarios/swf.h; users 40 bytes each until csv_log_end.
 * Errors   SIM_ESCHEMA with file:line:column; SIM_ENOMEM.
 * Cost     1 to 2 million lines of five columns a second.
 */
#ifndef SCN_CSV_LOG_H
#define SCN_CSV_LOG_H

#include "models/demand/log.h"
#include "scenarios/swf.h"

enum { SCN_CSV_LOG_COLUMNS_MAX = 256, SCN_CSV_LOG_MAP_BYTES = 400 };

struct scn_csv_log_column { /* of the log */
    size_t cell;            /* SIZE_MAX: there is none */
    double unit;            /* of seconds, or of a processor */
};

struct scn_csv_users;

struct scn_csv_log {
    struct scn_swf_reader out;
    enum mdl_log_format format; /* asked for, then found */
    const struct mdl_log_columns *asked;
    double scale_width; /* widths are multiplied by it before they are rounded up */
    struct scn_csv_log_column column[MDL_LOG_COLUMN_COUNT];
    bool has_head;
    char separator;
    size_t width; /* columns of the header */
    struct scn_csv_users *users;
    char map[SCN_CSV_LOG_MAP_BYTES]; /* "submit=timestamp,run=duration", as it was understood */
};

/* asked: NULL, or what the columns are; format: MDL_LOG_AUTO or one of the tables. */
struct scn_csv_log scn_csv_log_begin(const struct scn_swf_reader *out, enum mdl_log_format format,
                                     const struct mdl_log_columns *asked, double scale_width);
SIM_NODISCARD enum sim_status scn_csv_log_line(struct scn_csv_log *csv, const char *line,
                                               const char *end, size_t number);
void scn_csv_log_end(struct scn_csv_log *csv); /* also after errors */

/* "submit=NAME:ms,run=..." of a command line; cuts `text` up. */
SIM_NODISCARD enum sim_status scn_log_columns_parse(char *text, struct mdl_log_columns *columns,
                                                    struct sim_error *err);

#endif /* SCN_CSV_LOG_H */
