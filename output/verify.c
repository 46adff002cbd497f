/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/verify.h"

#include "output/read_h5.h"

enum sim_status out_result_verify(const char *path, struct sim_error *err)
{
    struct out_result *result = NULL;
    enum sim_status status = out_result_open(path, &result, err);

    if (status)
        return status;
    status = out_result_check(result, "", err);
    out_result_close(result);
    return status;
}
