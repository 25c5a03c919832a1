#include "native/live/opus_encoder.h"

#include <opus/opus.h>

namespace tutti::live {

struct OpusEncoder::State {
  ::OpusEncoder* encoder = nullptr;
  int look_ahead = 0;
  float interleaved[2 * kOpusFrames];
  ~State() {
    if (encoder) opus_encoder_destroy(encoder);
  }
};

OpusEncoder::OpusEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
OpusEncoder::OpusEncoder(OpusEncoder&&) noexcept = default;
OpusEncoder& OpusEncoder::operator=(OpusEncoder&&) noexcept = default;
OpusEncoder::~OpusEncoder() = default;

Result<OpusEncoder> OpusEncoder::make(const OpusSettings& settings) {
  if (settings.bits < 16'000 || settings.bits > 510'000) {
    return Error{Code::wrong_usage, "The Opus bit rate must be from 16000 to 510000 bits a second.",
                 "96000 is transparent for most music."};
  }
  if (settings.complexity < 0 || settings.complexity > 10) {
    return Error{Code::wrong_usage, "The complexity of Opus must be from 0 to 10.",
                 "10 sounds best, 5 takes half the time."};
  }
  auto state = std::make_unique<State>();
  int fault = OPUS_OK;
  state->encoder = opus_encoder_create(kOpusRate, 2, OPUS_APPLICATION_AUDIO, &fault);
  if (!state->encoder || fault != OPUS_OK) {
    return Error{Code::internal, std::string("Opus did not start: ") + opus_strerror(fault) + ".",
                 "Free some memory and try again."};
  }
  opus_encoder_ctl(state->encoder, OPUS_SET_BITRATE(settings.bits));
  opus_encoder_ctl(state->encoder, OPUS_SET_COMPLEXITY(settings.complexity));
  opus_encoder_ctl(state->encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC));
  opus_encoder_ctl(state->encoder, OPUS_GET_LOOKAHEAD(&state->look_ahead));
  return OpusEncoder(std::move(state));
}

std::size_t OpusEncoder::encode(const float* left, const float* right,
                                std::vector<std::uint8_t>& packet) {
  for (int i = 0; i < kOpusFrames; ++i) {
    state_->interleaved[2 * i] = left[i];
    state_->interleaved[2 * i + 1] = right[i];
  }
  const std::size_t before = packet.size();
  packet.resize(before + kOpusBytes);
  const int length = opus_encode_float(state_->encoder, state_->interleaved, kOpusFrames,
                                       packet.data() + before, kOpusBytes);
  const std::size_t kept = length > 0 ? static_cast<std::size_t>(length) : 0;
  packet.resize(before + kept);
  return kept;
}

int OpusEncoder::pre_skip() const noexcept {
  return state_->look_ahead;
}
void OpusEncoder::reset() {
  opus_encoder_ctl(state_->encoder, OPUS_RESET_STATE);
}

}  // namespace tutti::live
