#include "native/learn/tunes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/base/json.h"

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;

int steps(double quarters) {
  return static_cast<int>(std::lround(quarters * melody::kStepsPerQuarter));
}

// Tones above the root of the kinds that MusicXML names.
std::uint16_t tones_of(std::string_view kind) {
  static const std::map<std::string_view, int> kinds = {
      {"major", 0x091},           {"dominant", 0x491},         {"minor-seventh", 0x489},
      {"minor", 0x089},           {"major-seventh", 0x891},    {"diminished", 0x049},
      {"major-sixth", 0x291},     {"dominant-ninth", 0x495},   {"diminished-seventh", 0x249},
      {"minor-sixth", 0x289},     {"augmented", 0x111},        {"augmented-seventh", 0x511},
      {"half-diminished", 0x449}, {"suspended-fourth", 0x0a1}, {"dominant-13th", 0x691},
      {"minor-ninth", 0x48d},     {"major-ninth", 0x895},      {"dominant-11th", 0x4b1},
      {"augmented-ninth", 0x515}, {"minor-major", 0x889},      {"minor-11th", 0x4a9},
      {"maj69", 0x295},           {"minor-13th", 0x689},       {"power", 0x081}};
  const auto found = kinds.find(kind);
  return found == kinds.end() ? 0 : static_cast<std::uint16_t>(found->second);
}

int root_of(std::string_view name) {
  constexpr int kClass[] = {9, 11, 0, 2, 4, 5, 7};
  if (name.empty() || name[0] < 'A' || name[0] > 'G') return -1;
  int root = kClass[name[0] - 'A'];
  for (const char c : name.substr(1)) root += c == '#' ? 1 : c == 'b' || c == '-' ? -1 : 0;
  return (root % 12 + 12) % 12;
}

// Collections count a pick-up from 0: the bar begins where most chords change.
int phase_of(const Tune& tune) {
  std::map<int, int> count;
  for (const Chord& chord : tune.chords) ++count[chord.start % tune.bar];
  int best = 0, most = count[0] * 5 / 4;
  for (const auto& [phase, n] : count)
    if (n > most && phase % 12 == 0) best = phase, most = n;
  return best;
}

bool read_line(const json::value& line, const std::string& name, int number, melody::Manner manner,
               Tune& tune) {
  const auto* time = json_find(line, "time");
  const auto* notes = json_find(line, "notes");
  if (time == nullptr || !time->is_string() || notes == nullptr || !notes->is_array()) return false;
  if (!read_metre(std::string_view(time->get_string()), tune.metre, tune.bar)) return false;
  for (const auto& item : notes->get_array()) {
    const auto* parts = item.if_array();
    double start = 0, duration = 0, key = 0;
    if (parts == nullptr || parts->size() < 3 || !json_get(&(*parts)[0], start) ||
        !json_get(&(*parts)[1], duration) || !json_get(&(*parts)[2], key))
      continue;
    const int from = steps(start), to = steps(start + duration);
    if (to > from && key >= 12 && key <= 115)
      tune.notes.push_back({from, to - from, static_cast<int>(key)});
  }
  if (const auto* chords = json_find(line, "chords"); chords != nullptr && chords->is_array()) {
    for (const auto& item : chords->get_array()) {
      const auto* parts = item.if_array();
      double start = 0;
      if (parts == nullptr || parts->size() < 3 || !json_get(&(*parts)[0], start) ||
          !(*parts)[1].is_string() || !(*parts)[2].is_string())
        continue;
      Chord chord{steps(start), root_of(std::string_view((*parts)[1].get_string())),
                  tones_of(std::string_view((*parts)[2].get_string()))};
      if (chord.tones == 0) chord.root = -1;
      tune.chords.push_back(chord);
    }
  }
  std::stable_sort(tune.notes.begin(), tune.notes.end(),
                   [](const Note& a, const Note& b) { return a.start < b.start; });
  std::stable_sort(tune.chords.begin(), tune.chords.end(),
                   [](const Chord& a, const Chord& b) { return a.start < b.start; });
  const int phase = phase_of(tune);
  for (Note& note : tune.notes) note.start -= phase;
  for (Chord& chord : tune.chords) chord.start -= phase;
  double fifths = 0;
  json_get(json_find(line, "key_fifths"), fifths);
  tune.manner = manner;
  tune.id = name + ":" + std::to_string(number);
  if (const auto* source = json_find(line, "src"); source != nullptr && source->is_string())
    tune.title = std::string(std::string_view(source->get_string()));
  if (tune.notes.size() < 8) return false;
  choose_key(tune, static_cast<int>(fifths));
  return true;
}

}  // namespace

bool read_metre(std::string_view text, melody::Metre& metre, int& bar) {
  using melody::Metre;
  if (text == "C") text = "4/4";
  if (text == "C|") text = "2/2";
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const int over = std::atoi(std::string(text.substr(0, slash)).c_str());
  const int under = std::atoi(std::string(text.substr(slash + 1)).c_str());
  if (over < 1 || over > 16 || (under != 2 && under != 4 && under != 8)) return false;
  bar = over * 4 * melody::kStepsPerQuarter / under;
  metre = text == "4/4"   ? Metre::four_four
          : text == "3/4" ? Metre::three_four
          : text == "2/4" ? Metre::two_four
          : text == "6/8" ? Metre::six_eight
          : text == "2/2" ? Metre::two_two
                          : Metre::other;
  return true;
}

void choose_key(Tune& tune, int fifths) {
  constexpr double kMajor[] = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09,
                               2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
  constexpr double kMinor[] = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53,
                               2.54, 4.75, 3.98, 2.69, 3.34, 3.17};
  std::array<double, 12> time{};
  double total = 0;
  for (const Note& note : tune.notes) {
    time[static_cast<std::size_t>(note.key % 12)] += note.duration;
    total += note.duration;
  }
  if (!tune.notes.empty()) time[static_cast<std::size_t>(tune.notes.back().key % 12)] += total / 3;
  const auto fit = [&](int tonic, const double* profile) {
    double xy = 0, xx = 0, yy = 0, mx = 0, my = 0;
    for (int i = 0; i < 12; ++i)
      mx += time[static_cast<std::size_t>(i)] / 12, my += profile[i] / 12;
    for (int i = 0; i < 12; ++i) {
      const double x = time[static_cast<std::size_t>((tonic + i) % 12)] - mx, y = profile[i] - my;
      xy += x * y, xx += x * x, yy += y * y;
    }
    return xx > 0 ? xy / std::sqrt(xx * yy) : 0;
  };
  const int major = ((fifths * 7) % 12 + 12) % 12, minor = (major + 9) % 12;
  tune.minor = fit(minor, kMinor) > fit(major, kMajor);
  tune.tonic = tune.minor ? minor : major;
}

std::vector<Tune> read_json_lines(std::string_view lines, const std::string& name,
                                  melody::Manner manner) {
  std::vector<Tune> tunes;
  int number = 0;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const auto value = parse_json(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    Tune tune;
    if (value && read_line(*value, name, number++, manner, tune)) tunes.push_back(std::move(tune));
  }
  return tunes;
}

Result<std::vector<Tune>> read_corpus(const std::string& folder) {
  const fs::path root = fs::path(folder) / "midi_corpus";
  std::vector<Tune> all;
  const auto missing = [](const fs::path& path) {
    return Error{Code::not_found, "The collection " + path.string() + " cannot be read.",
                 "Name the folder that holds midi_corpus."};
  };
  const auto text_of = [](const fs::path& path, std::string& text) {
    std::ifstream file(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    return static_cast<bool>(file) && !text.empty();
  };
  std::string text;
  const std::pair<const char*, melody::Manner> collections[] = {
      {"openscore_lieder_vocal.jsonl", melody::Manner::song},
      {"openewld_leadsheets.jsonl", melody::Manner::lead_sheet}};
  for (const auto& [name, manner] : collections) {
    if (!text_of(root / name, text)) return missing(root / name);
    for (Tune& tune : read_json_lines(text, name, manner)) all.push_back(std::move(tune));
  }
  std::vector<fs::path> books;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root / "nottingham/ABC_cleaned", error))
    if (entry.path().extension() == ".abc") books.push_back(entry.path());
  if (books.empty()) return missing(root / "nottingham/ABC_cleaned");
  std::sort(books.begin(), books.end());
  for (const fs::path& book : books) {
    if (!text_of(book, text)) return missing(book);
    for (Tune& tune : read_abc(text, book.stem().string())) all.push_back(std::move(tune));
  }
  return all;
}

}  // namespace tutti::learn
