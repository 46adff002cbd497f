/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/map.h"

#include <math.h>
#include <stdio.h>

#include "output/map_europe.inc"
#include "output/plots.h"

void out_project(double lat_deg, double lon_deg, double *x_km, double *y_km)
{
    const double to_rad = 0.017453292519943295, radius = 6371.0;
    double phi = lat_deg * to_rad, lambda = (lon_deg - 10.0) * to_rad, phi0 = 52.0 * to_rad;
    double k =
        radius * sqrt(2.0 / (1.0 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(lambda)));

    *x_km = k * cos(phi) * sin(lambda);
    *y_km = k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(lambda));
}

static double angle_of(const struct out_plot *plot, const char *place, const char *which)
{
    char path[256];

    snprintf(path, sizeof path, "%.200s.%s", place, which);
    return out_plot_input(plot, path);
}

bool out_map_find(const struct out_plot *plot, const char *path, double *x_km, double *y_km)
{
    double lat = angle_of(plot, path, "lat"), lon = angle_of(plot, path, "lon");

    if (!isfinite(lat) || !isfinite(lon))
        return false;
    out_project(lat, lon, x_km, y_km);
    return *x_km >= MAP_X0 && *x_km <= MAP_X1 && *y_km >= MAP_Y0 && *y_km <= MAP_Y1;
}

static void add_land(struct out_text *script, const char *block, bool is_eu)
{
    out_text_add(script, "$%s << EOD\n", block);
    for (size_t r = 0; r < sizeof map_rings / sizeof *map_rings; r++) {
        if (map_rings[r].is_eu != is_eu)
            continue;
        for (size_t i = 0; i < map_rings[r].count; i++)
            out_text_add(script, "%d %d\n", map_points[map_rings[r].first + i][0],
                         map_points[map_rings[r].first + i][1]);
        out_text_add(script, "\n");
    }
    out_text_add(script, "EOD\n");
}

void out_map_begin(struct out_text *script)
{
    add_land(script, "eu", true);
    add_land(script, "other", false);
    out_text_add(script,
                 "set lmargin at screen 0.02\nset rmargin at screen 0.622\n"
                 "unset border\nunset xtics\nunset ytics\n"
                 "set xrange [%d:%d]\nset yrange [%d:%d]\nset size ratio -1\n",
                 MAP_X0, MAP_X1, MAP_Y0, MAP_Y1);
}

void out_map_land(struct out_text *script)
{
    out_text_add(script, "plot $other using 1:2 with filledcurves closed fillcolor rgb '#eeeeee' "
                         "fillstyle solid border linecolor rgb '#ffffff' linewidth 0.7, "
                         "$eu using 1:2 with filledcurves closed fillcolor rgb '#d3d9df' "
                         "fillstyle solid border linecolor rgb '#ffffff' linewidth 0.7");
}
