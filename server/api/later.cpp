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

Result<store::JobRow> job_now(const Services& services, const std::string& job) {
  return services.queue->get(job);
}

void give_up_job(const Services& services, const std::string& job) {
  // A job that has just come to its end stays as it is.
  (void)services.queue->cancel(job);
}

}  // namespace tutti::api
