// Jobs on songs: what the queue must know of one before a worker sees it.
#pragma once

#include <optional>
#include <string>

#include "server/api/routes.h"
#include "server/jobs/request.h"

namespace tutti::api {

// The project's text, from the live session or from the request itself. bad_input unless exactly
// one is given; not_found.
Result<std::string> song_text(const Services&, const std::optional<std::string>& project,
                              const std::optional<boost::json::object>& document);

// Keeps the text as the job's input and names the recordings and impulse responses it plays, the
// file's name, and, where `stems`, the tracks whose sound is wanted beside the mix.
Result<void> take_song(store::Store&, const std::string& text, bool stems, jobs::JobRequest&);

// The chain that goes on every track of a mixdown, checked.
Result<void> take_chain(store::Store&, const std::string& chain, jobs::JobRequest&);

}  // namespace tutti::api
