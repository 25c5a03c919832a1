// Playing the parts of made-up songs: instruments, effects with values drawn at random, levels.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/instruments/soundfont.h"
#include "native/learn/separator_score.h"

namespace tutti::learn {

// Stereo sound at 44.1 kHz.
struct Stereo {
  std::vector<float> side[2];
  explicit Stereo(std::size_t n) {
    for (auto& s : side) s.assign(n, 0.0f);
  }
  std::size_t size() const { return side[0].size(); }
};

// The notes on a preset of the SoundFont, over what `out` held.
void sample(const std::shared_ptr<const instruments::SoundFont>& font, int bank, int program,
            const std::vector<SongNote>& notes, Stereo& out);
// The same on one of our synthesisers and one of its presets.
void synthesise(std::string_view id, std::uint64_t seed, int preset,
                const std::vector<SongNote>& notes, Stereo& out);

// Through a chain of effects as text (engine/registry/chain.h); "" leaves it as it is.
void through(const std::string& text, Stereo& sound);

// Adds the part at `db` (RMS where it sounds), `pan` from -1 to 1.
void add(const Stereo& part, double db, double pan, Stereo& to);

// A chain of effects, drawn.
class Chain {
 public:
  explicit Chain(Random& random) : random_(random) {}
  struct Range {
    const char* id;
    double low, high;
  };
  // With probability p: the effect with values drawn from ranges {"id", low, high}, by ratio where
  // low > 0 and high / low > 4; `fixed` is text for other parameters.
  Chain& maybe(double p, const char* effect, std::initializer_list<Range> ranges,
               const char* fixed = "");
  Chain& reverb(double p, double most);         // of either kind, mixed up to `most`
  Chain& equaliser(double p, double strength);  // shelves and a bell, up to `strength` dB
  const std::string& text() const { return text_; }

 private:
  Random& random_;
  std::string text_;
};

}  // namespace tutti::learn
