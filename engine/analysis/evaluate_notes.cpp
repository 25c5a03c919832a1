#include <algorithm>
#include <cmath>

#include "engine/analysis/evaluate.h"
#include "engine/analysis/evaluate_text.h"
#include "engine/analysis/matching.h"
#include "engine/base/math.h"

namespace tutti::analysis {

namespace {

constexpr double kOnsetTolerance = 0.05;   // s
constexpr double kPitchTolerance = 50;     // cents
constexpr double kOffsetRatio = 0.2;       // of the reference note's duration
constexpr double kOffsetTolerance = 0.05;  // s

// mir_eval compares time distances rounded to a tenth of a millisecond, half to even.
double rounded(double seconds) {
  const double scaled = seconds * 1e4, low = std::floor(scaled), rest = scaled - low;
  const bool up = rest > 0.5 || (rest == 0.5 && std::fmod(low, 2) != 0);
  return (up ? low + 1 : low) / 1e4;
}

bool onsets_meet(const ScoredNote& r, const ScoredNote& e) {
  return rounded(std::fabs(r.start - e.start)) <= kOnsetTolerance;
}
bool offsets_meet(const ScoredNote& r, const ScoredNote& e) {
  return rounded(std::fabs(r.end - e.end)) <=
         std::max(kOffsetRatio * (r.end - r.start), kOffsetTolerance);
}
bool pitches_meet(const ScoredNote& r, const ScoredNote& e) {
  return std::fabs(1200 * (math::log2(r.hz) - math::log2(e.hz))) <= kPitchTolerance;
}

struct Outcome {
  double precision = 0, recall = 0, f = 0, overlap = 0;
};

template <class Meet>
Outcome compare(const std::vector<ScoredNote>& reference, const std::vector<ScoredNote>& estimate,
                Meet&& meet) {
  if (reference.empty() || estimate.empty()) return {};
  // Estimates are visited in the order of the first reference note they could match.
  std::vector<std::vector<int>> allowed(estimate.size());
  std::vector<int> order;
  for (std::size_t r = 0; r < reference.size(); ++r)
    for (std::size_t e = 0; e < estimate.size(); ++e)
      if (meet(reference[r], estimate[e])) {
        if (allowed[e].empty()) order.push_back(static_cast<int>(e));
        allowed[e].push_back(static_cast<int>(r));
      }
  std::vector<std::vector<int>> graph;
  for (int e : order) graph.push_back(allowed[static_cast<std::size_t>(e)]);
  const auto partner = match(graph, static_cast<int>(reference.size()));
  double hits = 0, overlap = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (partner[i] < 0) continue;
    const ScoredNote &r = reference[static_cast<std::size_t>(partner[i])],
                     &e = estimate[static_cast<std::size_t>(order[i])];
    hits += 1;
    overlap += (std::min(r.end, e.end) - std::max(r.start, e.start)) /
               (std::max(r.end, e.end) - std::min(r.start, e.start));
  }
  Outcome out;
  out.precision = hits / static_cast<double>(estimate.size());
  out.recall = hits / static_cast<double>(reference.size());
  out.f = harmonic_mean(out.precision, out.recall);
  out.overlap = hits > 0 ? overlap / hits : 0;
  return out;
}

// Whether reading the second column as an end time cannot be right.
bool second_column_is_pitch(const std::vector<std::vector<double>>& rows) {
  int overlaps_as_end = 0, overlaps_as_duration = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i][1] <= rows[i][0]) return true;
    if (i + 1 == rows.size()) break;
    overlaps_as_end += rows[i][1] > rows[i + 1][0] + 0.05;
    overlaps_as_duration += rows[i][0] + rows[i][2] > rows[i + 1][0] + 0.05;
  }
  const int pairs = static_cast<int>(rows.size()) - 1;
  return pairs > 0 ? overlaps_as_end * 2 > pairs && overlaps_as_duration * 2 <= pairs
                   : !rows.empty() && rows[0][1] >= 20 && rows[0][2] < 20;
}

}  // namespace

Result<std::vector<ScoredNote>> read_notes(std::string_view text, NoteColumns columns) {
  auto table = read_table(text, 3);
  if (!table) return table.error();
  if (columns == NoteColumns::detect)
    columns =
        second_column_is_pitch(*table) ? NoteColumns::onset_hz_duration : NoteColumns::start_end_hz;
  std::vector<ScoredNote> notes;
  for (const auto& row : *table) {
    ScoredNote note;
    note.start = row[0];
    if (columns == NoteColumns::start_end_hz)
      note.end = row[1], note.hz = row[2];
    else
      note.end = row[0] + row[2], note.hz = row[1];
    if (note.start < 0 || note.end <= note.start || note.hz <= 0)
      return Error{Code::bad_input,
                   "Note " + std::to_string(notes.size() + 1) +
                       " has no length, begins before 0 or has no pitch.",
                   "Give start, end and frequency in hertz, or start, frequency and duration."};
    notes.push_back(note);
  }
  return notes;
}

Scores score_notes(const std::vector<ScoredNote>& reference,
                   const std::vector<ScoredNote>& estimate) {
  const auto all = compare(reference, estimate, [](const auto& r, const auto& e) {
    return onsets_meet(r, e) && pitches_meet(r, e) && offsets_meet(r, e);
  });
  const auto no_offset = compare(reference, estimate, [](const auto& r, const auto& e) {
    return onsets_meet(r, e) && pitches_meet(r, e);
  });
  const auto onset = compare(reference, estimate, onsets_meet);
  const auto offset = compare(reference, estimate, offsets_meet);
  return {{"Precision", all.precision},
          {"Recall", all.recall},
          {"F-measure", all.f},
          {"Average_Overlap_Ratio", all.overlap},
          {"Precision_no_offset", no_offset.precision},
          {"Recall_no_offset", no_offset.recall},
          {"F-measure_no_offset", no_offset.f},
          {"Average_Overlap_Ratio_no_offset", no_offset.overlap},
          {"Onset_Precision", onset.precision},
          {"Onset_Recall", onset.recall},
          {"Onset_F-measure", onset.f},
          {"Offset_Precision", offset.precision},
          {"Offset_Recall", offset.recall},
          {"Offset_F-measure", offset.f}};
}

Result<Scores> evaluate_notes(std::string_view reference, std::string_view estimate) {
  auto r = read_notes(reference);
  if (!r) return r.error();
  auto e = read_notes(estimate);
  if (!e) return e.error();
  return score_notes(*r, *e);
}

}  // namespace tutti::analysis
