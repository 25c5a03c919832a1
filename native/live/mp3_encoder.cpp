#include "native/live/mp3_encoder.h"

#include <array>
#include <lame/lame.h>
#include <vector>

namespace tutti::live {
namespace {

// ISO 11172-3 §2.4.2.3: kbit/s of MPEG-1 layer III by the header's index.
constexpr std::array<int, 15> kBitRates = {0,   32,  40,  48,  56,  64,  80, 96,
                                           112, 128, 160, 192, 224, 256, 320};
constexpr std::array<int, 3> kRates = {44100, 48000, 32000};

constexpr int kDecoderDelay = 528 + 1;  // of every layer III decoder: its filter banks

// Bytes of the frame that begins with this header; 0 if it is none of ours.
std::size_t frame_bytes(const unsigned char* at) {
  if (at[0] != 0xff || (at[1] & 0xfe) != 0xfa) return 0;
  const unsigned bits = at[2] >> 4;
  const unsigned rate = at[2] >> 2 & 3;
  if (bits == 0 || bits == 15 || rate == 3) return 0;
  const std::size_t padding = at[2] >> 1 & 1;
  return static_cast<std::size_t>(144 * kBitRates[bits] * 1000 / kRates[rate]) + padding;
}

}  // namespace

struct Mp3Encoder::State {
  lame_global_flags* lame = nullptr;
  std::string held;  // bytes that are no whole frame yet
  std::vector<unsigned char> out;
  std::int64_t frame = 0;
  ~State() {
    if (lame) lame_close(lame);
  }

  Mp3Run take(int bytes) {
    if (bytes > 0) {
      held.append(reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(bytes));
    }
    Mp3Run run;
    run.frame = frame;
    std::size_t end = 0;
    while (end + 4 <= held.size()) {
      const std::size_t length =
          frame_bytes(reinterpret_cast<const unsigned char*>(held.data()) + end);
      if (length == 0 || end + length > held.size()) break;
      end += length;
      run.frames += kMp3Frames;
    }
    run.bytes = held.substr(0, end);
    held.erase(0, end);
    frame += run.frames;
    return run;
  }
};

Mp3Encoder::Mp3Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Mp3Encoder::Mp3Encoder(Mp3Encoder&&) noexcept = default;
Mp3Encoder& Mp3Encoder::operator=(Mp3Encoder&&) noexcept = default;
Mp3Encoder::~Mp3Encoder() = default;

Result<Mp3Encoder> Mp3Encoder::make(const Mp3Settings& settings) {
  bool known = false;
  for (const int kilobits : kBitRates) known |= kilobits > 0 && settings.bits == 1000 * kilobits;
  if (!known) {
    return Error{Code::wrong_usage, "MP3 has no bit rate of " + std::to_string(settings.bits) + ".",
                 "Take 128000, 192000, 256000 or 320000."};
  }
  if (settings.rate != 32000 && settings.rate != 44100 && settings.rate != 48000) {
    return Error{Code::wrong_usage, "MP3 is made at 32000, 44100 or 48000 frames a second.",
                 "Take 48000."};
  }
  if (settings.quality < 0 || settings.quality > 9) {
    return Error{Code::wrong_usage, "The quality of MP3 must be from 0 (best) to 9.", "Take 5."};
  }
  auto state = std::make_unique<State>();
  state->lame = lame_init();
  if (!state->lame) {
    return Error{Code::internal, "There was no memory for the MP3 encoder.",
                 "Free some memory and try again."};
  }
  lame_set_num_channels(state->lame, 2);
  lame_set_in_samplerate(state->lame, settings.rate);
  lame_set_out_samplerate(state->lame, settings.rate);
  lame_set_mode(state->lame, JOINT_STEREO);
  lame_set_VBR(state->lame, vbr_off);
  lame_set_brate(state->lame, settings.bits / 1000);
  lame_set_quality(state->lame, settings.quality);
  lame_set_disable_reservoir(state->lame, 1);
  lame_set_bWriteVbrTag(state->lame, 0);
  lame_set_write_id3tag_automatic(state->lame, 0);
  if (lame_init_params(state->lame) < 0) {
    return Error{Code::internal, "The MP3 encoder refused its settings.", "Take 192000 at 48000."};
  }
  return Mp3Encoder(std::move(state));
}

Mp3Run Mp3Encoder::encode(const float* left, const float* right, int frames) {
  // LAME's stated worst case: 1.25 times the samples and 7200 bytes.
  state_->out.resize(static_cast<std::size_t>(frames) * 5 / 4 + 7200);
  return state_->take(lame_encode_buffer_ieee_float(
      state_->lame, left, right, frames, state_->out.data(), static_cast<int>(state_->out.size())));
}

Mp3Run Mp3Encoder::finish() {
  state_->out.resize(7200);
  return state_->take(
      lame_encode_flush(state_->lame, state_->out.data(), static_cast<int>(state_->out.size())));
}

int Mp3Encoder::delay() const noexcept {
  return lame_get_encoder_delay(state_->lame) + kDecoderDelay;
}

std::string hls_timestamp(std::uint64_t ticks) {
  const std::string owner("com.apple.streaming.transportStreamTimestamp\0", 45);
  const std::uint64_t low = ticks & 0x1'ffff'ffffull;
  std::string body = owner;
  for (int shift = 56; shift >= 0; shift -= 8)
    body.push_back(static_cast<char>(low >> shift & 0xff));
  // ID3v2.4 (id3.org/id3v2.4.0-structure): sizes in seven bits a byte.
  const auto size = [](std::size_t n) {
    std::string bytes;
    for (int shift = 21; shift >= 0; shift -= 7)
      bytes.push_back(static_cast<char>(n >> shift & 0x7f));
    return bytes;
  };
  const std::string frame = "PRIV" + size(body.size()) + std::string(2, '\0') + body;
  return std::string("ID3\4\0\0", 6) + size(frame.size()) + frame;
}

}  // namespace tutti::live
