/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/files.h"
#include "output/report_private.h"

enum { TEXT_POINTS = 4096 };

static const char style[] =
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:64rem;"
    "margin:0 auto;padding:1rem}"
    "h1{font-size:1.7rem;line-height:1.25}h2{margin-top:2.2rem;border-bottom:1px solid #8a8a8a}"
    "table{border-collapse:collapse;margin:1rem 0;font-size:.92rem}"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #c8c8c8;padding:.25rem .6rem;text-align:left;"
    "vertical-align:top}"
    "td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".wide{overflow-x:auto}figure{margin:1.5rem 0}svg{max-width:100%;height:auto}"
    "figcaption{font-size:.92rem;color:#404040}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
    "background:#f3f3f3;padding:.6rem}pre.table{white-space:pre;background:none}td.u{white-space:"
    "nowrap}td{overflow-wrap:"
    "anywhere}.better{font-weight:600}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}"
    "figure,tr{break-inside:avoid}a{color:inherit}}";

/* ---- text ---- */

void out_report_text(struct out_text *html, const char *text)
{
    char clean[4 * TEXT_POINTS + 1];

    out_clean(text, clean, TEXT_POINTS);
    for (const char *c = clean; *c; c++) {
        if (*c == '&')
            out_text_append(html, "&amp;", 5);
        else if (*c == '<')
            out_text_append(html, "&lt;", 4);
        else if (*c == '>')
            out_text_append(html, "&gt;", 4);
        else if (*c == '"')
            out_text_append(html, "&quot;", 6);
        else if (*c == '\'')
            out_text_append(html, "&#39;", 5);
        else
            out_text_append(html, c, 1);
    }
}

void out_report_element(struct out_text *html, const char *tag, const char *text)
{
    out_text_add(html, "<%s>", tag);
    out_report_text(html, text);
    out_text_add(html, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

void out_report_words(struct out_report *report, const char *tag)
{
    out_report_element(&report->html, tag, report->words.bytes ? report->words.bytes : "");
    out_text_release(&report->words);
    report->words = (struct out_text){0};
}

void out_report_table(struct out_report *report, const char *caption, const char *const *column,
                      size_t count, size_t numbers_from, size_t numbers_to)
{
    out_text_add(&report->html, "<div class=\"wide\"><table>\n");
    out_report_element(&report->html, "caption", caption);
    out_text_add(&report->html, "<thead><tr>");
    for (size_t i = 0; i < count; i++)
        out_report_element(&report->html,
                           i >= numbers_from && i < numbers_to ? "th scope=\"col\" class=\"n\""
                                                               : "th scope=\"col\"",
                           column[i]);
    out_text_add(&report->html, "</tr></thead>\n<tbody>\n");
}

void out_report_table_end(struct out_report *report)
{
    out_text_add(&report->html, "</tbody></table></div>\n");
}

/* ---- the page ---- */

void out_report_begin(struct out_report *report, const char *title)
{
    out_text_add(&report->html,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                 "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out_report_element(&report->html, "title", title);
    out_text_add(&report->html, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
    out_report_element(&report->html, "h1", title);
}

void out_report_end(struct out_report *report)
{
    out_text_add(&report->html, "</main>\n</body>\n</html>\n");
}

/* ---- assumptions ---- */

/* The number of a source among those that differ, from 1; 0: none is stated. */
static size_t source_number(const struct sim_input *const *first, size_t count, const char *source)
{
    for (size_t s = 0; *source && s < count; s++)
        if (strcmp(first[s]->source, source) == 0)
            return s + 1;
    return 0;
}

static void put_sources(struct out_report *report, const struct sim_input *const *first,
                        size_t count)
{
    if (count == 0)
        return;
    out_text_add(&report->html, "<h3>Sources</h3>\n<ol>\n");
    for (size_t s = 0; s < count; s++)
        out_report_element(&report->html, "li", first[s]->source);
    out_text_add(&report->html, "</ol>\n");
}

void out_report_assumptions(struct out_report *report, const char *caption,
                            const struct sim_input *input, size_t count)
{
    static const char *const column[] = {"Key", "Value", "Unit", "Quality", "Source"};
    const struct sim_input **first = malloc((count + 1) * sizeof *first);
    size_t sources = 0;

    if (!first) {
        report->html.is_out_of_memory = true;
        return;
    }
    out_text_add(&report->html, "<h2>Assumptions</h2>\n");
    out_report_qualities(report, input, count);
    out_report_table(report, caption, column, 5, 1, 2);
    for (size_t i = 0; i < count; i++) {
        size_t number = source_number(first, sources, input[i].source);

        if (out_report_is_unset(&input[i]))
            continue;
        if (!number && *input[i].source) {
            first[sources++] = &input[i];
            number = sources;
        }
        out_text_add(&report->html, "<tr>");
        out_report_element(&report->html, "th scope=\"row\"", input[i].path);
        out_report_value(report, &input[i]);
        out_report_element(&report->html, "td", input[i].quality);
        if (number)
            out_text_add(&report->html, "<td>%zu</td></tr>\n", number);
        else
            out_text_add(&report->html, "<td>not stated</td></tr>\n");
    }
    out_report_table_end(report);
    put_sources(report, first, sources);
    free(first);
}

/* ---- pictures ---- */

struct gallery {
    struct out_report *report;
    const char *dir;
    size_t count;
    struct sim_error *err;
    enum sim_status status;
};

static char *read_file(const char *path, size_t *byte_count)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat at;
    char *bytes = NULL;

    if (fd >= 0 && fstat(fd, &at) == 0 && S_ISREG(at.st_mode) && at.st_size > 0)
        bytes = malloc((size_t)at.st_size + 1);
    if (bytes && out_read_all(fd, 0, bytes, (size_t)at.st_size, path, NULL) == SIM_OK) {
        bytes[at.st_size] = '\0';
        *byte_count = (size_t)at.st_size;
    } else {
        free(bytes);
        bytes = NULL;
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

/* Names inside a picture get its number, since a page may have each name only once; titles of its
 * parts, which are gnuplot's own words, would show under the pointer and go. */
static void put_svg(struct out_text *html, const char *svg, size_t number, const char *title)
{
    static const char *const before[] = {"id=\"", "id='", "href=\"#", "href='#", "url(#"};
    const char *at = strstr(svg, "<svg");

    if (!at)
        return;
    out_text_add(html, "<svg role=\"img\" aria-label=\"");
    out_report_text(html, title);
    out_text_append(html, "\"", 1);
    for (at += strlen("<svg"); *at;) {
        const char *end = strncmp(at, "<title>", 7) == 0 ? strstr(at, "</title>") : NULL;
        size_t bytes = 1;
        bool is_name = false;

        if (end) {
            at = end + strlen("</title>");
            continue;
        }

        for (size_t i = 0; i < sizeof before / sizeof *before && !is_name; i++) {
            is_name = strncmp(at, before[i], strlen(before[i])) == 0 &&
                      (i > 1 || isspace((unsigned char)at[-1]));
            bytes = is_name ? strlen(before[i]) : 1;
        }
        out_text_append(html, at, bytes);
        if (is_name)
            out_text_add(html, "f%zu-", number);
        at += bytes;
    }
}

static void put_figure(void *context, const char *name, const char *title, const char *caption,
                       const char *source)
{
    struct gallery *gallery = context;
    struct out_text *html = &gallery->report->html;
    char path[4300];
    size_t bytes;
    char *svg;

    if (gallery->status)
        return;
    snprintf(path, sizeof path, "%s/%s.svg", gallery->dir, name);
    svg = read_file(path, &bytes);
    if (!svg) {
        gallery->status = sim_fail(gallery->err, SIM_EIO, "cannot read '%.300s'", path);
        return;
    }
    out_text_add(html, "<figure>\n");
    put_svg(html, svg, ++gallery->count, title);
    out_text_add(html, "<figcaption>Figure %zu. ", gallery->count);
    out_report_text(html, title);
    out_text_add(html, ". ");
    out_report_text(html, caption);
    out_text_add(html, " ");
    out_report_text(html, source);
    out_text_add(html, ".</figcaption>\n</figure>\n");
    free(svg);
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

enum sim_status out_report_figures(struct out_report *report, out_report_draw_fn *draw,
                                   struct sim_error *err)
{
    char dir[4200];
    struct gallery gallery = {.report = report, .dir = dir, .err = err};
    size_t count = 0;
    enum sim_status status;

    snprintf(dir, sizeof dir, "%.4000s/.report-XXXXXX", report->near);
    if (!mkdtemp(dir))
        return sim_fail(err, SIM_EIO, "cannot make a folder in '%.300s': %s", report->near,
                        strerrordesc_np(errno));
    out_text_add(&report->html, "<h2>Figures</h2>\n");
    status = draw(&(struct out_plotting){.result_path = report->path,
                                         .dir = dir,
                                         .format = OUT_FORMAT_SVG,
                                         .tell = put_figure,
                                         .context = &gallery,
                                         .stop = report->stop},
                  &count, err);
    remove_folder(dir);
    return status ? status : gallery.status;
}
