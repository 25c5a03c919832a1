// `tutti models`: which models there are, fetching the public ones, looking after them.
#include "native/files/models.h"

#include <cstdio>
#include <filesystem>

#include "cli/command.h"
#include "cli/commands.h"
#include "engine/separate/htdemucs.h"
#include "native/models/checkpoint.h"
#include "native/models/store.h"
#include "native/separation/models.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string name, from;
};

// Weights of a separator, by find_model's names.
std::vector<std::string> files_of(const std::string& id) {
  for (const auto& model : models::public_models()) {
    if (model.id != id) continue;
    std::vector<std::string> names;
    for (const auto& file : model.files) names.push_back(file.model);
    return names;
  }
  if (id == "classical") return {};
  return {id};
}

struct Place {
  std::vector<std::string> paths;
  std::uintmax_t bytes = 0;
};

Place place_of(const std::string& id) {
  Place place;
  for (const auto& name : files_of(id)) {
    const auto path = files::find_model(name);
    if (!path) continue;
    std::error_code error;
    const auto bytes = fs::file_size(*path, error);
    place.paths.push_back(*path);
    place.bytes += error ? 0 : bytes;
  }
  return place;
}

int list_command(Session& session) {
  json::array list;
  std::string text;
  for (const auto& info : separation::separators()) {
    const auto place = place_of(info.id);
    list.push_back({{"id", info.id},
                    {"name", info.name},
                    {"quality", info.quality},
                    {"installed", info.installed},
                    {"version", info.version},
                    {"bytes", place.bytes},
                    {"paths", json::array(place.paths.begin(), place.paths.end())},
                    {"how_to_get", info.how_to_get}});
    char line[64];
    std::snprintf(line, sizeof line, "%-13s%-12s", info.id.c_str(),
                  info.installed ? "here" : "not here");
    text += line + info.quality + "\n";
    if (!info.installed) text += std::string(25, ' ') + info.how_to_get + "\n";
    for (const auto& path : place.paths) {
      std::snprintf(line, sizeof line, "%25s%.1f MB  ", "", static_cast<double>(place.bytes) / 1e6);
      text +=
          (&path == &place.paths.front() ? std::string(line) : std::string(34, ' ')) + path + "\n";
    }
  }
  const bool printed =
      session.json()
          ? session.print({{"folder", files::user_models_folder()}, {"models", std::move(list)}})
          : session.print(text);
  return printed ? kDone : kFailed;
}

Result<void> loads(std::span<const std::byte> weights) {
  auto made = separate::HtDemucs::load(weights);
  if (!made) return made.error();
  return {};
}

int fetch_command(Session& session, const Options& options) {
  auto model = models::public_model(options.name);
  if (!model) return session.fail(model.error());
  auto paths = models::fetch(**model, {options.from, loads}, session.progress());
  if (!paths) return session.fail(paths.error());
  if (session.json()) {
    return session.print(
               {{"model", (*model)->id}, {"paths", json::array(paths->begin(), paths->end())}})
               ? kDone
               : kFailed;
  }
  session.say((*model)->title + " is here: use it with: tutti separate SONG -o DIR --model " +
              (*model)->id);
  return kDone;
}

// One separator: its files unchanged, and loaded as they would be for a song.
Result<void> verified(const std::string& id) {
  for (const auto& name : files_of(id)) {
    auto file = files::read_model(name);
    if (!file) return file.error();
    auto whole = models::tensors_whole(file->bytes);
    if (!whole || !*whole) {
      return Error{Code::bad_input,
                   file->path + " has changed since it was written" +
                       (whole ? "." : ": " + whole.error().message),
                   id == "instant" ? "Install Tutti again."
                                   : "Fetch it again: tutti models remove " + id +
                                         ", then tutti models fetch " + id};
    }
  }
  auto made = separation::make_separator(id);
  if (!made) return made.error();
  return {};
}

int verify_command(Session& session, const Options& options) {
  std::vector<std::string> ids;
  if (!options.name.empty()) {
    auto info = separation::separator_info(options.name);
    if (!info) return session.fail(info.error());
    ids.push_back(info->id);
  } else {
    for (const auto& info : separation::separators())
      if (!place_of(info.id).paths.empty() || info.installed) ids.push_back(info.id);
  }
  int code = kDone;
  json::array list;
  for (const auto& id : ids) {
    const auto good = verified(id);
    if (session.json()) {
      list.push_back(
          {{"id", id}, {"ok", good.ok()}, {"problem", good ? "" : good.error().message}});
      if (!good && code == kDone) code = exit_code(good.error().code);
    } else if (good) {
      session.say(id + " is whole.");
    } else {
      const int failed = session.fail(good.error());
      if (code == kDone) code = failed;
    }
  }
  if (session.json() && !session.print({{"models", std::move(list)}})) return kFailed;
  return code;
}

int remove_command(Session& session, const Options& options) {
  auto model = models::public_model(options.name);
  if (!model) return session.fail(model.error());
  auto gone = models::remove(**model);
  if (!gone) return session.fail(gone.error());
  if (session.json()) {
    return session.print({{"removed", json::array(gone->begin(), gone->end())}}) ? kDone : kFailed;
  }
  for (const auto& path : *gone) session.say(path + " is deleted.");
  return kDone;
}

}  // namespace

void add_models(CLI::App& root, Session& session) {
  auto* command = root.add_subcommand("models", "The models that separate songs: list, fetch …");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();

  auto* list = command->add_subcommand("list", "Which there are, and where");
  session.add_json_option(list);
  session.on_run(list, [&session] { return list_command(session); });

  auto* fetch = command->add_subcommand("fetch", "Download a public model and make it ready");
  fetch->add_option("NAME", options->name, "htdemucs (84 MB) or htdemucs_ft (336 MB)")->required();
  fetch
      ->add_option("--from", options->from,
                   "A mirror's address, or a folder or file here, instead of the official address")
      ->type_name("URL|FILE");
  session.add_json_option(fetch);
  session.on_run(fetch, [&session, options] { return fetch_command(session, *options); });

  auto* verify = command->add_subcommand("verify", "Check that models are whole and load");
  verify->add_option("NAME", options->name, "One of them (all that are here)");
  session.add_json_option(verify);
  session.on_run(verify, [&session, options] { return verify_command(session, *options); });

  auto* remove = command->add_subcommand("remove", "Delete a fetched model");
  remove->add_option("NAME", options->name, "htdemucs or htdemucs_ft")->required();
  session.add_json_option(remove);
  session.on_run(remove, [&session, options] { return remove_command(session, *options); });

  command->footer(
      "Examples:\n"
      "  tutti models list\n"
      "  tutti models fetch htdemucs\n"
      "  tutti models fetch htdemucs --from ~/Downloads/955717e8-8726e21a.th\n"
      "  tutti models verify\n\n"
      "Models are fetched from their authors' address and compared with the checksum in their\n"
      "name. They go into ~/.local/share/tutti/models (or TUTTI_MODELS). A download that broke "
      "off\n"
      "goes on where it stood.");
}

}  // namespace tutti::cli
