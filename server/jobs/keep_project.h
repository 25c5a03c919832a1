// What a job composed as a project, put into the library.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/jobs/request.h"
#include "server/store/store.h"

namespace tutti::jobs {

// Its id is the job's own, so that a job that is done twice makes one project. `made` are the job's
// results (formats_made): the operations are taken out of them. bad_input, io.
Result<std::string> keep_project(store::Store&, const std::string& job, const JobRequest&,
                                 std::vector<Made>& made);
// A report that names the project too.
std::string with_project(const std::string& report, const std::string& project);

}  // namespace tutti::jobs
