// Scores of a transcription against a reference, by the names and definitions of mir_eval.
//
// Raffel et al., "mir_eval: a transparent implementation of common MIR metrics", ISMIR 2014. Each
// function takes the two files' text in mir_eval's own forms and answers (name, score) pairs in
// mir_eval's order; the numbers agree with mir_eval's own to 1e-6. Fields may be separated by tabs,
// spaces or commas; lines that start with # are comments. Errors: bad_input with the line that
// could not be read. Pure; allocates.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace tutti::analysis {

using Scores = std::vector<std::pair<std::string, double>>;

// Columns of the note files. mir_eval's form is start, end, Hz; vocadito's is onset, Hz, duration.
// `detect` decides for a whole file: onset-Hz-duration if the second column does not behave as an
// end time (some end would lie before its start) or if reading it as an end makes most notes
// overlap while the other reading does not.
enum class NoteColumns { detect, start_end_hz, onset_hz_duration };

struct ScoredNote {
  double start = 0;  // seconds
  double end = 0;    // seconds, > start
  double hz = 0;     // > 0
};

Result<std::vector<ScoredNote>> read_notes(std::string_view text,
                                           NoteColumns columns = NoteColumns::detect);
Result<std::vector<double>> read_events(std::string_view text);  // first column, seconds

// Precision, Recall, F-measure, Average_Overlap_Ratio, the same with _no_offset, Onset_…, Offset_…
// (onset 50 ms, pitch 50 cents, offset 20 % of the duration or 50 ms).
Result<Scores> evaluate_notes(std::string_view reference, std::string_view estimate);
// F-measure, Precision, Recall (50 ms).
Result<Scores> evaluate_onsets(std::string_view reference, std::string_view estimate);
// F-measure, Cemgil, …, Information gain; beats before 5 s are left out, as mir_eval does.
Result<Scores> evaluate_beats(std::string_view reference, std::string_view estimate);
// P-score, One-correct, Both-correct. Lines of slow tempo, fast tempo, weight of the slow one.
Result<Scores> evaluate_tempo(std::string_view reference, std::string_view estimate);
// Weighted Score. One line: "F# minor".
Result<Scores> evaluate_key(std::string_view reference, std::string_view estimate);
// Voicing Recall, Voicing False Alarm, Raw Pitch Accuracy, Raw Chroma Accuracy, Overall Accuracy.
// Lines of time and Hz; 0 or a negative value is unvoiced.
Result<Scores> evaluate_melody(std::string_view reference, std::string_view estimate);

// thirds, thirds_inv, triads, …, majmin, sevenths, underseg, overseg, seg. Lines of start, end and
// a chord in Harte's syntax ("A:min7/b3", "N").
Result<Scores> evaluate_chords(std::string_view reference, std::string_view estimate);

// The same for values already in memory.
Scores score_notes(const std::vector<ScoredNote>& reference,
                   const std::vector<ScoredNote>& estimate);
Scores score_onsets(const std::vector<double>& reference, const std::vector<double>& estimate);
Scores score_beats(const std::vector<double>& reference, const std::vector<double>& estimate);

struct TempoPair {
  double slow = 0, fast = 0;  // beats a minute
  double weight = 0.5;        // of the slow one, 0 … 1
};
Scores score_tempo(const TempoPair& reference, const TempoPair& estimate);

struct MelodyPoint {
  double time = 0;  // seconds
  double hz = 0;    // <= 0: unvoiced (the magnitude is then the best guess)
};
Scores score_melody(const std::vector<MelodyPoint>& reference,
                    const std::vector<MelodyPoint>& estimate);

struct ScoredChord {
  double start = 0, end = 0;  // seconds, following one another
  std::string name;
};
// Errors: bad_input for a name that is no chord, or for lists without length.
Result<Scores> score_chords(const std::vector<ScoredChord>& reference,
                            const std::vector<ScoredChord>& estimate);

// The value of one score, or -1 when there is none of that name.
double score_of(const Scores& scores, std::string_view name);

}  // namespace tutti::analysis
