/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/csv.h"

#include <string.h>

enum { CELL_BYTES_MAX = SCN_TEXT_BYTES_MAX };

struct parse {
    struct scn_reader *reader;
    const char *file;
    char *at; /* in a copy of the text, which cells are cut out of in place */
    const char *end;
    uint32_t line, column;
    struct scn_cell *cell;
    size_t count;
};

static enum sim_status refuse(const struct parse *parse, uint32_t line, uint32_t column,
                              const char *message)
{
    return scn_errors_add(parse->reader->errors, SIM_ESCHEMA, parse->file, line, column, "%s",
                          message);
}

static bool is_line_end(const struct parse *parse)
{
    return parse->at == parse->end || *parse->at == '\n' ||
           (*parse->at == '\r' && parse->at + 1 < parse->end && parse->at[1] == '\n');
}

static void step(struct parse *parse)
{
    parse->column += ((unsigned char)*parse->at & 0xC0) != 0x80; /* characters, not bytes */
    parse->at++;
}

static void next_line(struct parse *parse)
{
    if (parse->at < parse->end && *parse->at == '\r')
        parse->at++;
    if (parse->at < parse->end)
        parse->at++;
    parse->line++;
    parse->column = 1;
}

static void skip_blanks(struct parse *parse)
{
    while (parse->at < parse->end && *parse->at == ' ')
        step(parse);
}

/* The cell from here to the comma or line end; its text stays where it is, without quotes. */
static enum sim_status read_cell(struct parse *parse, struct scn_cell *cell, char **text_end)
{
    char *text, *out;

    skip_blanks(parse);
    *cell = (struct scn_cell){.text = parse->at, .line = parse->line, .column = parse->column};
    text = out = parse->at;
    if (parse->at == parse->end || *parse->at != '"') {
        while (!is_line_end(parse) && *parse->at != ',')
            step(parse);
        for (out = parse->at; out > text && out[-1] == ' '; out--)
            ;
        *text_end = out;
        return SIM_OK;
    }
    step(parse);
    for (;;) {
        if (is_line_end(parse))
            return refuse(parse, cell->line, cell->column,
                          "the quote that begins here is not closed on its line");
        if (*parse->at == '"' && !(parse->at + 1 < parse->end && parse->at[1] == '"'))
            break;
        if (*parse->at == '"')
            step(parse);
        *out++ = *parse->at;
        step(parse);
    }
    step(parse);
    *text_end = out;
    skip_blanks(parse);
    if (!is_line_end(parse) && *parse->at != ',')
        return refuse(parse, parse->line, parse->column,
                      "text after the closing quote; write a comma, or \"\" for a quote inside");
    return SIM_OK;
}

/* One record of cells; *cells = how many. The text of a cell is closed once its end is passed. */
static enum sim_status read_record(struct parse *parse, size_t room, size_t *cells)
{
    enum sim_status status;
    char *text_end = parse->at;

    *cells = 0;
    for (;;) {
        struct scn_cell *cell = &parse->cell[parse->count + *cells];
        bool is_last;

        if (*cells == room)
            return refuse(parse, parse->line, parse->column, "too many columns");
        status = read_cell(parse, cell, &text_end);
        if (status != SIM_OK)
            return status;
        ++*cells;
        is_last = is_line_end(parse);
        if (is_last)
            next_line(parse);
        else
            step(parse);
        *text_end = '\0';
        if (strlen(cell->text) != (size_t)(text_end - cell->text) || !scn_is_printable(cell->text))
            return refuse(parse, cell->line, cell->column,
                          "the cell has control characters, or is not UTF-8; save the file as "
                          "plain UTF-8 text");
        if (text_end - cell->text > CELL_BYTES_MAX)
            return refuse(parse, cell->line, cell->column, "the cell has more than 4096 bytes");
        if (is_last)
            return SIM_OK;
    }
}

size_t scn_csv_column(const struct scn_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(csv->head[i].text, name) == 0)
            return i;
    return SIZE_MAX;
}

static enum sim_status check_head(const struct parse *parse, struct scn_csv *csv)
{
    char shown[SCN_PRINTABLE_BYTES];
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < csv->columns; i++) {
        const struct scn_cell *head = &csv->head[i];

        if (*head->text == '\0')
            status = refuse(parse, head->line, head->column, "a column without a name");
        else if (csv->columns == 1 && (strchr(head->text, ';') || strchr(head->text, '\t')))
            status = refuse(parse, head->line, head->column,
                            "the columns are not separated by commas; write commas between them "
                            "and points in decimal numbers");
        else if (scn_csv_column(csv, head->text) != i)
            status = scn_errors_add(parse->reader->errors, SIM_ESCHEMA, parse->file, head->line,
                                    head->column, "there are two columns '%s'",
                                    scn_printable(head->text, shown));
    }
    return status;
}

static enum sim_status read_rows(struct parse *parse, struct scn_csv *csv)
{
    enum sim_status status = SIM_OK, one;
    size_t cells;

    while (parse->at < parse->end && !parse->reader->errors->more) {
        uint32_t line = parse->line;

        if (is_line_end(parse)) {
            next_line(parse);
            continue;
        }
        one = read_record(parse, SCN_CSV_COLUMNS_MAX, &cells);
        if (one != SIM_OK)
            return one;
        if (cells != csv->columns) {
            status = scn_errors_add(parse->reader->errors, SIM_ESCHEMA, parse->file, line, 1,
                                    "%zu cells stand here, but the header names %zu columns; put "
                                    "text with commas in quotes, and write a decimal point, not a "
                                    "comma",
                                    cells, csv->columns);
            continue;
        }
        parse->count += cells;
        csv->rows++;
        if (parse->count > SCN_CSV_CELLS_MAX)
            return refuse(parse, line, 1, "the table has more than 1 000 000 cells");
    }
    return status;
}

/* No more cells than separators, and room for a record that is refused. */
static size_t most_cells(const char *text, size_t bytes)
{
    size_t count = 1 + SCN_CSV_COLUMNS_MAX;

    for (size_t i = 0; i < bytes; i++)
        count += text[i] == ',' || text[i] == '\n';
    return count;
}

enum sim_status scn_csv_read(struct scn_reader *reader, const char *name, const char *text,
                             size_t bytes, struct scn_csv *out)
{
    struct parse parse = {.reader = reader, .line = 1, .column = 1};
    enum sim_status status;

    *out = (struct scn_csv){0};
    if (bytes > SCN_FILE_BYTES_MAX)
        return scn_errors_add(reader->errors, SIM_ESCHEMA, name, 0, 0,
                              "the file has more than %d bytes", SCN_FILE_BYTES_MAX);
    parse.file = scn_reader_text(reader, name, strlen(name));
    parse.at = sim_arena_alloc(reader->arena, bytes + 1, 1);
    parse.cell = sim_arena_alloc(reader->arena, most_cells(text, bytes), sizeof *parse.cell);
    if (!parse.file || !parse.at || !parse.cell)
        return scn_errors_add(reader->errors, SIM_ENOMEM, name, 0, 0,
                              "out of memory while reading the table");
    if (bytes)
        memcpy(parse.at, text, bytes);
    parse.end = parse.at + bytes;
    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        parse.at += 3;
    while (parse.at < parse.end && is_line_end(&parse))
        next_line(&parse);
    out->file = parse.file;
    if (parse.at == parse.end)
        return refuse(&parse, 1, 1,
                      "the file is empty; a table begins with the names of its "
                      "columns");
    status = read_record(&parse, SCN_CSV_COLUMNS_MAX, &out->columns);
    if (status != SIM_OK)
        return status;
    out->head = parse.cell;
    parse.count = out->columns;
    status = check_head(&parse, out);
    if (status != SIM_OK)
        return status;
    out->cell = parse.cell + parse.count;
    status = read_rows(&parse, out);
    if (status == SIM_OK && out->rows == 0)
        status = refuse(&parse, parse.line, 1, "the table has no rows below its header");
    return status;
}
