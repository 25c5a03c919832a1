#include "server/api/song_request.h"

#include <algorithm>
#include <set>

#include "engine/base/json.h"
#include "engine/project/compile.h"
#include "engine/project/files.h"
#include "engine/project/song.h"
#include "server/api/chain_text.h"
#include "server/api/file_name.h"

namespace tutti::api {
namespace {

constexpr std::size_t kMostStems = 250;

void name_stems(const project::Document& document, jobs::JobRequest& request) {
  std::set<std::string> taken;
  for (const auto& track : project::tracks(document)) {
    const std::string base = file_name_of(track.name.empty() ? "Track" : track.name);
    std::string name = base;
    for (int n = 2; !taken.insert(name).second; ++n) name = base + " " + std::to_string(n);
    request.stems.push_back(to_text(track.id));
    request.stem_names.push_back(name);
  }
}

}  // namespace

Result<std::string> song_text(const Services& services, const std::optional<std::string>& project,
                              const std::optional<json::object>& document) {
  if (project.has_value() == document.has_value())
    return with_field({Code::bad_input, "Give either project or document.",
                       "project is the id of a stored project, document the text of a .tutti file "
                       "as JSON."},
                      project ? "document" : "project");
  if (document) return write_json(*document);
  auto view = services.rooms->view(*project);
  if (!view) return view.error();
  return std::move(view->document);
}

Result<void> take_song(store::Store& store, const std::string& text, bool stems,
                       jobs::JobRequest& request) {
  auto document = project::load_project_text(text, 0);
  if (!document) return document.error();
  const auto add = [&](const std::string& blob) {
    if (store::Blobs::valid_name(blob) &&
        std::find(request.clips.begin(), request.clips.end(), blob) == request.clips.end())
      request.clips.push_back(blob);
  };
  const auto add_impulses = [&](project::EntityId owner) {
    for (const auto& device : project::devices(*document, owner)) add(device.impulse);
  };
  add_impulses(project::kRoot);
  for (const auto& track : project::tracks(*document)) {
    for (const auto& take : project::takes(*document, track.id)) {
      add(take.blob);
      ++request.takes;
    }
    add(track.freeze);
    add_impulses(track.id);
  }
  request.name = file_name_of(project::info(*document).title);
  if (stems) {
    name_stems(*document, request);
    if (request.stems.size() > kMostStems)
      return with_field({Code::too_large, "At most 250 stems are made at once.",
                         "Leave stems out, or make the mix in parts."},
                        "stems");
  }
  auto kept = store.blobs().put(std::as_bytes(std::span(text)));
  if (!kept) return kept.error();
  request.input = kept->sha256;
  return {};
}

Result<void> take_chain(store::Store& store, const std::string& text, jobs::JobRequest& request) {
  auto chain = registry::parse_chain(text);
  Result<void> fine;
  if (!chain) fine = chain.error();
  if (fine) fine = check_impulses(store, *chain, request.clips);
  if (!fine) return in_field(fine.error(), "chain");
  request.chain = exact_chain_text(*chain);
  return {};
}

}  // namespace tutti::api
