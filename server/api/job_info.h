// A job of the queue as clients see it.
#pragma once

#include "server/api/route.h"
#include "server/store/store.h"

namespace tutti::api {

JobInfo job_info(const store::JobRow&);
// Its result as an answer; of several the first of that format (empty: any) from `part` on.
Result<Answer> job_result(store::Store&, const store::JobRow&, const std::string& format,
                          std::int64_t part = 0);

}  // namespace tutti::api
