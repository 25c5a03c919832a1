#include "server/api/later.h"

namespace tutti::api {

std::function<void()> when_over(const Services& services, const std::string& job,
                                std::function<void(const store::JobRow&)> over) {
  auto* queue = services.queue;
  const std::uint64_t token = queue->watch(job, [over = std::move(over)](const store::JobRow& row) {
    if (jobs::is_over(row)) over(row);
  });
  return [queue, token] { queue->unwatch(token); };
}

}  // namespace tutti::api
