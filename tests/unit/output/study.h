/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/output/study.h - a small study with every array, for the tests of what writes it.
 *
 * Two options, three worlds, three replications; key figures wait.mean (less is better) and
 * utilisation (a share, more is better). The values are made up; the baseline is the second.
 */
#ifndef TESTS_UNIT_OUTPUT_STUDY_H
#define TESTS_UNIT_OUTPUT_STUDY_H

#include <math.h>

#include "output/study.h"

enum { O = 2, W = 3, R = 3, F = 2, K = 2, P = 3, M = OUT_STUDY_RULES };

struct study_fixture {
    struct out_study study;
    double value[O * W * R * F], bounded[O * W * F], bound[O * K];
    double use[O * P], use_half_width[O * P], waiting[O * P], waiting_half_width[O * P];
    double mean[O * K], half_width[O * K], used[O * K], difference[O * K], adjusted[O * K],
        alone[O * K], p[O * K], relative[O * K], ratio[O * K], sign_share[O * K], kept[O * K],
        price[O * K], low[O * K], high[O * K];
    const char *verdict[O * K];
    double world_mean[K * O * W], regret[K * O * W], robustness[K * O * M];
    double matters[K], judged[K], traded[K], front[O], front_share[O];
};

static inline void fixture_fill(struct study_fixture *f)
{
    static const char *const option[] = {"fast", "plan"};
    static const char *const title[] = {"A faster one", "As it is"};
    static const char *const empty[] = {"", ""};
    static const char *const world[] = {"as planned", "load=high", "draw 1"};
    static const char *const kind[] = {"planned", "future", "draw"};
    static const char *const name[] = {"wait", "utilisation"};
    static const char *const statistic[] = {"mean", ""};
    static const char *const selector[] = {"", "site=desk"};
    static const char *const unit[] = {"h", "1"};
    static const char *const better[] = {"low", "high"};
    static const char *const key[] = {"wait.mean", "utilisation{site=desk}"};
    static const char *const path[] = {"seed", "sites.desk.country"};
    static const char *const value[] = {"7", "IS"};
    static const char *const change[] = {"fast"};
    static const char *const change_path[] = {"classes.work.run"};
    static const char *const change_value[] = {"30 min"};
    static const char *const input[] = {"classes.work.run"};
    static const char *const wait[] = {"wait.mean"};
    static const char *const period[] = {"2026-01-01", "2026-07-01", "2026-10-01"};
    static const char *const minutes[] = {"min"};
    static const char *const once[] = {"once"};
    static const double figure[] = {0, 1}, from[] = {10}, to[] = {90}, equal[] = {60}, low[] = {55},
                        high[] = {INFINITY}, at_from[] = {-3}, at_to[] = {2};

    *f = (struct study_fixture){.mean = {0.4, 0.45, 9, 0.9},
                                .half_width = {0.02, 0.01, 0.5, 0.01},
                                .bound = {NAN, NAN, NAN, NAN},
                                .use = {0.5, 0.4, 0.4, 0.9, NAN, NAN},
                                .use_half_width = {0.01, 0.01, 0.01, NAN, NAN, NAN},
                                .waiting = {3, 2, 2, 40, 31, 31},
                                .waiting_half_width = {1, 0.5, 0.5, 6, 4, 4},
                                .used = {3, 3, 3, 3},
                                .difference = {-8.6, -0.45, 0, 0},
                                .adjusted = {0.6, 0.02, 0, 0},
                                .alone = {0.5, 0.015, 0, 0},
                                .p = {1e-3, 1e-4, 1, 1},
                                .relative = {-0.955, -0.5, 0, 0},
                                .ratio = {0.9, 0.5, NAN, NAN},
                                .sign_share = {1, 1, 0, 0},
                                .kept = {1, 0, 0, 1},
                                .price = {NAN, NAN, NAN, NAN},
                                .low = {NAN, NAN, NAN, NAN},
                                .high = {NAN, NAN, NAN, NAN},
                                .verdict = {"better", "worse", "open", "open"},
                                .matters = {1, 0.05},
                                .judged = {1, 1},
                                .traded = {1, 1},
                                .front = {1, 1},
                                .front_share = {1, 0.5}};
    for (size_t i = 0; i < O * W * R * F; i++)
        f->value[i] = (double)i + 0.25;
    for (size_t i = 0; i < K * O * W; i++) {
        f->world_mean[i] = (double)i;
        f->regret[i] = i % 2 ? 0 : 3;
    }
    for (size_t i = 0; i < K * O * M; i++)
        f->robustness[i] = (double)(i % 7);
    f->study = (struct out_study){.version = "0.0",
                                  .name = "desk",
                                  .question = "Is it \"fast\" enough?",
                                  .command = "aifsim compare desk.yaml",
                                  .scenario_text = "seed: 7\n",
                                  .cost = "",
                                  .digest = "",
                                  .seed = 7,
                                  .start_days = 20454,
                                  .end_days = 20819,
                                  .level = 0.95,
                                  .comparisons = 2,
                                  .baseline = 1,
                                  .option_count = O,
                                  .world_count = W,
                                  .replication_count = R,
                                  .figure_count = F,
                                  .key_count = K,
                                  .input_count = 2,
                                  .change_count = 1,
                                  .option_name = option,
                                  .option_title = title,
                                  .option_description = empty,
                                  .world_name = world,
                                  .world_kind = kind,
                                  .figure_name = name,
                                  .figure_statistic = statistic,
                                  .figure_selector = selector,
                                  .figure_unit = unit,
                                  .figure_method = empty,
                                  .figure_help = empty,
                                  .figure_better = better,
                                  .input_path = path,
                                  .input_value = value,
                                  .input_unit = empty,
                                  .input_source = empty,
                                  .input_quality = empty,
                                  .input_origin = empty,
                                  .change_option = change,
                                  .change_path = change_path,
                                  .change_value = change_value,
                                  .value = f->value,
                                  .bounded = f->bounded,
                                  .bound = f->bound,
                                  .period_count = P,
                                  .period_start = period,
                                  .use = f->use,
                                  .use_half_width = f->use_half_width,
                                  .waiting = f->waiting,
                                  .waiting_half_width = f->waiting_half_width,
                                  .key_name = key,
                                  .key_figure = figure,
                                  .key_matters = f->matters,
                                  .key_is_judged = f->judged,
                                  .key_is_traded_off = f->traded,
                                  .mean = f->mean,
                                  .half_width = f->half_width,
                                  .used = f->used,
                                  .difference = f->difference,
                                  .difference_half_width = f->adjusted,
                                  .difference_alone_half_width = f->alone,
                                  .adjusted_p = f->p,
                                  .relative = f->relative,
                                  .variance_ratio = f->ratio,
                                  .sign_share = f->sign_share,
                                  .is_kept = f->kept,
                                  .verdict = f->verdict,
                                  .is_front = f->front,
                                  .front_share = f->front_share,
                                  .price = f->price,
                                  .price_low = f->low,
                                  .price_high = f->high,
                                  .world_mean = f->world_mean,
                                  .regret = f->regret,
                                  .robustness = f->robustness,
                                  .breakeven_count = 1,
                                  .breakeven_option = change,
                                  .breakeven_input = input,
                                  .breakeven_figure = wait,
                                  .breakeven_unit = minutes,
                                  .breakeven_answer = once,
                                  .breakeven_from = from,
                                  .breakeven_to = to,
                                  .breakeven_value = equal,
                                  .breakeven_low = low,
                                  .breakeven_high = high,
                                  .breakeven_at_from = at_from,
                                  .breakeven_at_to = at_to};
}

#endif /* TESTS_UNIT_OUTPUT_STUDY_H */
