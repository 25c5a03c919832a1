// Waiting for a job, or no longer, without knowing the queue.
#pragma once

#include <functional>
#include <string>

#include "server/api/routes.h"

namespace tutti::api {

// Calls `over` once, on another thread, when the job has come to its end. The function that is
// answered gives up waiting; after it returned `over` is not called any more.
std::function<void()> when_over(const Services&, const std::string& job,
                                std::function<void(const store::JobRow&)> over);
// As it stands now.
Result<store::JobRow> job_now(const Services&, const std::string& job);
// Nobody waits for it any more.
void give_up_job(const Services&, const std::string& job);

}  // namespace tutti::api
