// The melody of a section: motifs that come back, varied, with rests to breathe; and the counter
// melody under it.
//
// A seed has one motif of its own that every chapter knows, and a chapter a second one. By rule
// alone, or from the learned melodist where its phrase keeps the harmony. Values; they allocate.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/compose/fit.h"
#include "engine/compose/form.h"
#include "engine/compose/motif.h"
#include "engine/compose/style.h"

namespace tutti::compose {

class MelodyModel;

struct TuneRequest {
  score::Key key;
  const StyleRow* style = nullptr;
  std::vector<ChordAt> chords;  // of the section from `first_bar` on, `at` from the section's start
  Section section = Section::theme;
  int first_bar = 0;  // compose from here to the section's end
  double density = 0.4, intensity = 0.4, tension = 0.4;
  int lowest = 57, highest = 84;
  Motif signature, second;        // the seed's and the chapter's
  std::vector<LineNote> history;  // sung before, at most eight bars back
  int before = -1;                // the melody's last key
  bool closes = false;            // the chapter ends here
};

// The rules for a line of this section.
FitRequest fit_of(const TuneRequest&);

// By rule. Sorted; may be empty where the form rests.
std::vector<LineNote> rule_tune(const TuneRequest&, Random&);

// From the model, moved onto chord tones where a strong beat misses one; empty when too much would
// have to move, when it is monotonous or when it says nothing.
std::vector<LineNote> model_tune(const TuneRequest&, const MelodyModel&, std::uint64_t seed);

// A tune heard before in the chapter, over other chords: where it fits it stays, elsewhere it
// bends. `theme` is in the keys of `tonic`.
std::vector<LineNote> recalled_tune(const TuneRequest&, const std::vector<LineNote>& theme,
                                    int tonic, Random&);

// The third two bars of a tune made from its first: from four ideas, A B C D, to A B A' D.
std::vector<LineNote> with_return(const TuneRequest&, std::vector<LineNote> tune, Random&);

// Without some of its pairs of bars, as often as the style rests; never the first pair.
std::vector<LineNote> with_rests(const TuneRequest&, std::vector<LineNote> tune, Random&);

// A slow second voice below or above the tune, mostly where that one holds or rests.
std::vector<LineNote> counter_tune(const TuneRequest&, const std::vector<LineNote>& tune, Random&);

}  // namespace tutti::compose
