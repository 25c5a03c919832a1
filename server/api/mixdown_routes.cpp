// A project to a mix.
#include "server/api/describe_json.h"
#include "server/api/job_info.h"
#include "server/api/routes.h"
#include "server/api/song_request.h"
#include "server/api/studio_types.h"

namespace tutti::api {
namespace {

Result<jobs::JobRequest> request_of(const Services& services, const NewMixdown& wanted) {
  jobs::JobRequest request;
  request.kind = jobs::Kind::mixdown;
  request.format = wanted.format.value_or("wav24");
  request.rate = wanted.rate.value_or(48000);
  request.lufs = wanted.lufs;
  request.true_peak = wanted.true_peak;
  request.from = wanted.from;
  request.to = wanted.to;
  request.tail = wanted.tail;
  if (wanted.to && *wanted.to <= wanted.from.value_or(0))
    return with_field({Code::bad_input, "The end of the mix must lie after its beginning.",
                       "Give a larger to, or leave it out."},
                      "to");
  if (wanted.chain && !wanted.chain->empty())
    if (auto done = take_chain(*services.store, *wanted.chain, request); !done) return done.error();
  auto text = song_text(services, wanted.project, wanted.document);
  if (!text) return text.error();
  if (auto done = take_song(*services.store, *text, wanted.stems.value_or(false), request); !done)
    return done.error();
  return request;
}

}  // namespace

void add_mixdown_routes(Table& table, const Services& services) {
  Route mix = json_route<NewMixdown, JobInfo>(
      Method::post, "/api/mixdown", "startMixdown", "Studio", "Mixes a project to a file",
      [services](const Call&, const NewMixdown& wanted) -> Result<JobInfo> {
        auto request = request_of(services, wanted);
        if (!request) return request.error();
        auto row = services.queue->submit(*request);
        if (!row) return row.error();
        return job_info(*row);
      });
  mix.text =
      "Answers a job of the kind mixdown. Its report tells the loudness; its results are the mix "
      "and the stems (part=1, 2 …): the sound of every track and bus behind its "
      "fader; those that feed the master directly add up to the mix before the master's effects.";
  mix.status = 202;
  mix.errors = {404, 422, 501};
  table.routes.push_back(mix);
}

}  // namespace tutti::api
