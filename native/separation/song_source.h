// A song as a separator wants it: stereo at the separator's rate, decoded as far as asked for, and
// beside it the song at the rate of the stems. Part of separate_song; one thread.
#pragma once

#include <memory>
#include <optional>

#include "engine/separate/separator.h"
#include "native/files/audio_reader.h"
#include "native/files/resample.h"
#include "native/separation/sample_queue.h"

namespace tutti::separation {

class SongSource {
 public:
  // `rate` 0 and `channels` 0: as the song.
  static Result<SongSource> open(const files::AudioSource&, const files::DecodeLimits&,
                                 int separator_rate, int rate, int channels);

  // Decodes until the mixture has frames up to `end` or the song is over.
  Result<void> fill(std::int64_t end);
  bool ended() const { return ended_; }

  // Two channels at the separator's rate. fill() first; at the end its length is the song's.
  SampleQueue& mixture() { return mixture_; }
  // The song itself at the stems' rate and number of channels.
  SampleQueue& original() { return same_ ? mixture_ : original_; }
  // Whether original() is mixture(), which is then to be dropped with care for both.
  bool same() const { return same_; }

  int rate() const { return rate_; }          // of the stems
  int channels() const { return channels_; }  // of the stems
  bool mono() const { return info_.channels == 1; }
  std::int64_t frames() const;  // of the stems, once ended()
  float peak() const { return peak_; }
  double fraction() const { return reader_.fraction(); }
  const files::AudioInfo& info() const { return info_; }
  const files::AudioReader& reader() const { return reader_; }

 private:
  SongSource(files::AudioReader reader, int rate, int channels);
  void take(int frames);

  files::AudioReader reader_;
  files::AudioInfo info_;
  int rate_, channels_;
  bool same_ = false, ended_ = false;
  float peak_ = 0;
  std::vector<std::vector<float>> block_;   // as decoded
  std::vector<std::vector<float>> stereo_;  // mixed down
  std::optional<files::Resampler> to_separator_, to_stems_;
  SampleQueue mixture_{separate::kChannels};
  SampleQueue original_;
};

// Mean and deviation of the whole song at the separator's rate, by one pass.
Result<separate::SongLevel> level_of(SongSource&, const Progress&);

}  // namespace tutti::separation
