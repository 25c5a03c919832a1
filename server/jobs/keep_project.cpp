#include "server/jobs/keep_project.h"

#include <unistd.h>

#include "engine/base/json.h"
#include "engine/project/operation.h"
#include "native/files/atomic_write.h"

namespace tutti::jobs {
namespace {

constexpr std::size_t kLargest = 512u << 20;

}  // namespace

Result<std::string> keep_project(store::Store& store, const std::string& job,
                                 const JobRequest& request, std::vector<Made>& made) {
  auto fd = store.blobs().open_blob(made.at(1).sha256);
  if (!fd) return fd.error();
  auto bytes = files::read_descriptor(*fd, "the project", kLargest);
  ::close(*fd);
  if (!bytes) return bytes.error();
  auto operations =
      project::operations_from_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!operations) return operations.error();
  std::vector<store::OperationRow> rows;
  rows.reserve(operations->size());
  for (const project::Operation& operation : *operations) {
    const std::string text = project::operations_to_json({&operation, 1});
    rows.push_back({project::to_text(operation.stamp), text.substr(1, text.size() - 2)});
  }
  auto created = store.create_project(request.name, rows, job);
  if (!created && created.error().code != Code::conflict) return created.error();
  made.resize(1);
  return job;
}

std::string with_project(const std::string& report, const std::string& project) {
  auto told = parse_json(report);
  json::object object;
  if (told && told->if_object()) object = std::move(*told->if_object());
  object["project"] = project;
  return write_json(object);
}

}  // namespace tutti::jobs
