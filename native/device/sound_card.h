// The sound card: stereo out, through PortAudio (its only includer).
//
// PortAudio is loaded when a card is first opened, so that a machine without it, or without any
// sound, runs everything else; opening then says what is missing and what to do (missing_part).
// write() waits until the card has taken the frames, which is what keeps time. One thread at a
// time.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"

namespace tutti::device {

class SoundCard {
 public:
  // The default output, or the first whose name contains `name` (case does not matter). `latency`
  // in seconds is what is asked for; the card may take more. Errors: missing_part, not_found (with
  // the names there are), io.
  static Result<SoundCard> open(int rate, double latency, const std::string& name = {});
  SoundCard(SoundCard&&) noexcept;
  SoundCard& operator=(SoundCard&&) noexcept;
  ~SoundCard();  // plays out what it was given

  // Interleaved stereo, -1 … 1. io if the card is gone. A card that ran dry just goes on; counted.
  Result<void> write(const float* interleaved, int frames);

  std::string name() const;
  double latency() const;  // seconds, as the card has it
  long underruns() const;

 private:
  struct State;
  explicit SoundCard(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::device
