// A song's analysis as JSON, and back.
#include <cmath>

#include "engine/analysis/song_analysis.h"

namespace tutti::analysis {

namespace {

double rounded(double value, double steps) {
  return std::isfinite(value) ? std::floor(value * steps + 0.5) / steps : 0;
}
double seconds(double t) {
  return rounded(t, 1e4);
}

json::array times_of(const std::vector<double>& times) {
  json::array out;
  out.reserve(times.size());
  for (double t : times) out.emplace_back(seconds(t));
  return out;
}

// Silence has no level.
json::value level(double value) {
  if (value <= dsp::kSilence || !std::isfinite(value)) return nullptr;
  return rounded(value, 1e3);
}

Error wrong(const char* member) {
  return {Code::bad_input, std::string("The analysis cannot be read: \"") + member + "\" is wrong.",
          "Analyse the recording again."};
}

bool read_times(const json::value& value, const char* name, std::vector<double>& out) {
  const json::value* member = json_find(value, name);
  if (member == nullptr) return true;
  const json::array* array = member->if_array();
  if (array == nullptr) return false;
  out.clear();
  for (const json::value& item : *array) {
    double t = 0;
    if (!json_get(&item, t) || !std::isfinite(t) || t < 0 || (!out.empty() && t < out.back()))
      return false;
    out.push_back(t);
  }
  return true;
}

bool read_number(const json::value& value, const char* name, double low, double high, double& out) {
  const json::value* member = json_find(value, name);
  if (member == nullptr) return true;
  double number = 0;
  if (!json_get(member, number) || !(number >= low && number <= high)) return false;
  out = number;
  return true;
}

bool read_text(const json::value& value, const char* name, std::string& out) {
  const json::value* member = json_find(value, name);
  if (member == nullptr) return true;
  const json::string* text = member->if_string();
  if (text == nullptr || text->size() > 64) return false;
  out.assign(text->data(), text->size());
  return true;
}

template <class Span, class Rest>
bool read_spans(const json::value& value, const char* name, std::vector<Span>& out,
                const Rest& rest) {
  const json::value* member = json_find(value, name);
  if (member == nullptr) return true;
  const json::array* array = member->if_array();
  if (array == nullptr) return false;
  out.clear();
  for (const json::value& item : *array) {
    Span span;
    if (!read_number(item, "start", 0, 1e7, span.start) ||
        !read_number(item, "end", 0, 1e7, span.end) || span.end < span.start ||
        !read_text(item, "name", span.name) || !rest(item, span))
      return false;
    out.push_back(std::move(span));
  }
  return true;
}

}  // namespace

std::string chord_symbol(const std::string& name) {
  const auto colon = name.find(':');
  const std::string root = name.substr(0, colon),
                    kind = colon == std::string::npos ? "" : name.substr(colon + 1);
  if (root == "N") return "N.C.";
  if (kind.empty() || kind == "maj") return root;
  if (kind == "min") return root + "m";
  if (kind == "min7") return root + "m7";
  return root + kind;
}

json::object json_of(const SongAnalysis& song) {
  json::array chords, sections;
  for (const ChordSpan& c : song.chords)
    chords.push_back(json::object{{"start", seconds(c.start)},
                                  {"end", seconds(c.end)},
                                  {"name", c.name},
                                  {"symbol", chord_symbol(c.name)}});
  for (const SectionSpan& s : song.sections)
    sections.push_back(json::object{{"start", seconds(s.start)},
                                    {"end", seconds(s.end)},
                                    {"name", s.name},
                                    {"letter", s.letter}});
  const auto& l = song.loudness;
  return {{"duration", seconds(song.duration)},
          {"tempo", rounded(song.tempo, 1e3)},
          {"tempoOther", rounded(song.tempo_other, 1e3)},
          {"tempoConfidence", rounded(song.tempo_confidence, 1e3)},
          {"beats", times_of(song.beats)},
          {"downbeats", times_of(song.downbeats)},
          {"beatsPerBar", song.beats_per_bar},
          {"timeSignature", std::to_string(song.beats_per_bar) + "/4"},
          {"beatConfidence", rounded(song.beat_confidence, 1e3)},
          {"key", song.key},
          {"keyConfidence", rounded(song.key_confidence, 1e3)},
          {"tuning", rounded(song.tuning_hz, 1e3)},
          {"tuningCents", rounded(song.tuning_cents, 1e2)},
          {"chords", std::move(chords)},
          {"sections", std::move(sections)},
          {"loudness", json::object{{"integrated", level(l.integrated)},
                                    {"range", rounded(l.range, 1e3)},
                                    {"momentary_max", level(l.momentary_max)},
                                    {"short_term_max", level(l.short_term_max)},
                                    {"true_peak", level(l.true_peak)},
                                    {"sample_peak", level(l.sample_peak)}}}};
}

Result<SongAnalysis> song_analysis_from_json(const json::value& value) {
  SongAnalysis song;
  if (value.if_object() == nullptr)
    return Error{Code::bad_input, "The analysis is not a JSON object.",
                 "Analyse the recording again."};
  const auto number = [&](const char* name, double low, double high, double& out) {
    return read_number(value, name, low, high, out);
  };
  if (!number("duration", 0, 1e7, song.duration)) return wrong("duration");
  if (!number("tempo", 0, 1000, song.tempo)) return wrong("tempo");
  if (!number("tempoOther", 0, 1000, song.tempo_other)) return wrong("tempoOther");
  if (!number("tempoConfidence", 0, 1, song.tempo_confidence)) return wrong("tempoConfidence");
  if (!number("beatConfidence", 0, 1, song.beat_confidence)) return wrong("beatConfidence");
  if (!number("keyConfidence", 0, 1, song.key_confidence)) return wrong("keyConfidence");
  if (!number("tuning", 300, 600, song.tuning_hz)) return wrong("tuning");
  if (!number("tuningCents", -50, 50, song.tuning_cents)) return wrong("tuningCents");
  double beats_per_bar = song.beats_per_bar;
  if (!number("beatsPerBar", 1, 32, beats_per_bar)) return wrong("beatsPerBar");
  song.beats_per_bar = static_cast<int>(beats_per_bar);
  if (!read_times(value, "beats", song.beats)) return wrong("beats");
  if (!read_times(value, "downbeats", song.downbeats)) return wrong("downbeats");
  if (!read_text(value, "key", song.key)) return wrong("key");
  if (!read_spans(value, "chords", song.chords,
                  [](const json::value&, ChordSpan&) { return true; }))
    return wrong("chords");
  if (!read_spans(value, "sections", song.sections, [](const json::value& item, SectionSpan& s) {
        return read_text(item, "letter", s.letter);
      }))
    return wrong("sections");
  if (const json::value* l = json_find(value, "loudness"); l != nullptr && l->if_object()) {
    const auto read = [&](const char* name, double& out) {
      const json::value* member = json_find(*l, name);
      return member == nullptr || member->is_null() || read_number(*l, name, -300, 300, out);
    };
    if (!read("integrated", song.loudness.integrated) || !read("range", song.loudness.range) ||
        !read("momentary_max", song.loudness.momentary_max) ||
        !read("short_term_max", song.loudness.short_term_max) ||
        !read("true_peak", song.loudness.true_peak) ||
        !read("sample_peak", song.loudness.sample_peak))
      return wrong("loudness");
  }
  return song;
}

}  // namespace tutti::analysis
