#include "cli/evaluate_separation.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "engine/analysis/evaluate_separation.h"
#include "native/files/audio_reader.h"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;
using analysis::Signals;

// Recordings of a folder by their names without ending.
Result<std::map<std::string, std::string>> recordings_in(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error{Code::not_found, "There is no folder \"" + folder + "\".",
                 "Name the folder that has the stems."};
  }
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::string ending = entry.path().extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::string_view kEndings[] = {".wav",  ".flac", ".mp3", ".ogg",
                                             ".opus", ".m4a",  ".aif", ".aiff"};
    if (std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings))
      found[entry.path().stem().string()] = entry.path().string();
  }
  if (found.empty()) {
    return Error{Code::bad_input, "There is no recording in \"" + folder + "\".",
                 "Name the folder that has the stems."};
  }
  return found;
}

struct Stems {
  std::vector<std::string> names;
  Signals reference, estimate;
};

bool silent(const std::vector<std::vector<float>>& channels) {
  return std::all_of(channels.begin(), channels.end(), [](const auto& channel) {
    return std::all_of(channel.begin(), channel.end(), [](float x) { return x == 0; });
  });
}

// Everything of both folders, at one rate and length.
Result<Stems> load(const std::string& reference, const std::string& estimate,
                   std::vector<std::string>& warnings, const Progress& progress) {
  auto references = recordings_in(reference), estimates = recordings_in(estimate);
  if (!references) return references.error();
  if (!estimates) return estimates.error();
  Stems stems;
  int rate = 0;
  std::size_t shortest = SIZE_MAX, longest = 0, done = 0;
  for (const auto& [name, path] : *references) {
    const auto partner = estimates->find(name);
    if (partner == estimates->end()) {
      return Error{Code::not_found, "\"" + estimate + "\" has no \"" + name + "\".",
                   "Give a file of that name for each one in \"" + reference + "\"."};
    }
    for (const bool is_reference : {true, false}) {
      const std::string& file = is_reference ? path : partner->second;
      files::DecodeOptions options;
      options.limits.bytes = 4'000'000'000;
      auto decoded = files::decode(files::AudioSource::path(file), options);
      if (!decoded) return decoded.error();
      if (rate != 0 && decoded->audio.rate != rate) {
        return Error{Code::bad_input, "\"" + file + "\" has another rate than the others.",
                     "Bring all stems to one rate: tutti convert IN -o OUT --rate HZ"};
      }
      rate = decoded->audio.rate;
      shortest = std::min(shortest, decoded->audio.frames());
      longest = std::max(longest, decoded->audio.frames());
      auto& list = is_reference ? stems.reference : stems.estimate;
      list.push_back(std::move(decoded->audio.channels));
    }
    stems.names.push_back(name);
    if (progress && !progress(static_cast<double>(++done) / static_cast<double>(references->size()),
                              "Reading the stems"))
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
  }
  if (shortest != longest)
    warnings.emplace_back("The stems differ in length; the shortest one counts.");
  for (auto* signals : {&stems.reference, &stems.estimate})
    for (auto& source : *signals)
      for (auto& channel : source) channel.resize(shortest);
  return stems;
}

json::array list_of(const std::vector<double>& values) {
  return json::array(values.begin(), values.end());
}
json::array list_of(const std::vector<std::vector<double>>& rows) {
  json::array list;
  for (const auto& row : rows) list.push_back(list_of(row));
  return list;
}

Result<void> add_mir_eval(json::object& answer, const Signals& reference, const Signals& estimate,
                          bool images, const Progress& progress) {
  analysis::SeparationOptions options;
  options.images = images;
  const std::string kind = images ? "Images" : "Sources";
  const auto put = [&](const std::string& name, const auto& sdr, const auto& isr, const auto& sir,
                       const auto& sar, json::array permutation) {
    answer[name + " - Source to Distortion"] = list_of(sdr);
    if (images) answer[name + " - Image to Spatial"] = list_of(isr);
    answer[name + " - Source to Interference"] = list_of(sir);
    answer[name + " - Source to Artifact"] = list_of(sar);
    answer[name + " - Source permutation"] = std::move(permutation);
  };
  auto whole = analysis::score_separation(reference, estimate, options, progress);
  if (!whole) return whole.error();
  put(kind, whole->sdr, whole->isr, whole->sir, whole->sar,
      json::array(whole->permutation.begin(), whole->permutation.end()));
  options.permutation = false;  // frames as they stand, as mir_eval has it
  auto frames = analysis::score_separation_framewise(reference, estimate, options, progress);
  if (!frames) return frames.error();
  put(kind + " Frames", frames->sdr, frames->isr, frames->sir, frames->sar,
      list_of(frames->permutation));
  return {};
}

}  // namespace

Result<json::object> evaluate_separation(const std::string& reference, const std::string& estimate,
                                         bool plain, std::vector<std::string>& warnings,
                                         const Progress& progress) {
  auto stems = load(reference, estimate, warnings, progress);
  if (!stems) return stems.error();
  json::object answer;
  json::array names, sdr, si_sdr;
  for (std::size_t i = 0; i < stems->names.size(); ++i) {
    if (stems->reference[i].size() != stems->estimate[i].size()) {
      return Error{
          Code::bad_input,
          "\"" + stems->names[i] + "\" has another number of channels in \"" + estimate + "\".",
          "Make both mono or both stereo."};
    }
    names.emplace_back(stems->names[i]);
    sdr.emplace_back(analysis::plain_sdr(stems->reference[i], stems->estimate[i]));
    si_sdr.emplace_back(analysis::si_sdr(stems->reference[i], stems->estimate[i]));
  }
  answer["stems"] = std::move(names);
  answer["SDR"] = std::move(sdr);
  answer["SI-SDR"] = std::move(si_sdr);
  if (plain) return answer;
  // Silence has no such scores; mir_eval refuses it, here it is left out.
  json::array compared;
  Signals truth, guess;
  for (std::size_t i = 0; i < stems->names.size(); ++i) {
    if (silent(stems->reference[i]) || silent(stems->estimate[i])) {
      warnings.push_back("\"" + stems->names[i] +
                         "\" is silent and is left out of the scores of mir_eval.");
      continue;
    }
    compared.emplace_back(stems->names[i]);
    truth.push_back(std::move(stems->reference[i]));
    guess.push_back(std::move(stems->estimate[i]));
  }
  answer["compared"] = std::move(compared);
  if (truth.empty()) return answer;
  auto added = add_mir_eval(answer, truth, guess, true, progress);
  if (added && truth[0].size() == 1) added = add_mir_eval(answer, truth, guess, false, progress);
  if (!added) return added.error();
  return answer;
}

}  // namespace tutti::cli
