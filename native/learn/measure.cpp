#include "native/learn/measure.h"

#include <algorithm>

#include "engine/base/random.h"

namespace tutti::learn {
namespace {

constexpr std::size_t kStride = 64;  // events

}  // namespace

Piece telling(Piece piece, Told told) {
  if (told == Told::place) {
    piece.around.chords.clear();
    piece.around.density.clear();
    piece.around.manner = melody::Manner::unknown;
  }
  return piece;
}

std::vector<melody::Input> inputs_of(const Piece& piece, std::size_t first, std::size_t events) {
  int now = piece.from;
  for (std::size_t i = 0; i < first; ++i) now += piece.events[i].duration;
  std::vector<melody::Input> inputs{input_of(piece.around, melody::kBegin, now, now)};
  for (std::size_t i = first; i < std::min(first + events, piece.events.size()); ++i) {
    const melody::Event& event = piece.events[i];
    inputs.push_back(input_of(piece.around, melody::duration_token(event.duration), now, now));
    inputs.push_back(input_of(piece.around, event.sound, now, now + event.duration));
    now += event.duration;
  }
  return inputs;
}

double loss_of(const melody::Network& network, const Piece& piece) {
  double sum = 0;
  melody::Network::Line line(network, nn::kernels(), 4 * kStride + 1);
  for (std::size_t first = 0; first < piece.events.size(); first += kStride) {
    const std::size_t from = first > 0 ? first - kStride : 0;
    const auto inputs = inputs_of(piece, from, first - from + kStride);
    line.rewind(0);
    line.say(piece.around, inputs);
    for (std::size_t i = 2 * (first - from) + 1; i < inputs.size(); ++i)
      sum -= melody::log_probability(line.scores(static_cast<int>(i) - 1),
                                     inputs[i].rows[0] - melody::kTokenRow);
  }
  return sum;
}

Piece probe_piece() {
  constexpr int kLengths[] = {6, 8, 12, 12, 18, 24, 24, 48};
  Random random(2024);
  Piece piece;
  auto& around = piece.around;
  around.tonality = melody::Tonality::minor;
  around.manner = melody::Manner::lead_sheet;
  around.density = {4};
  around.chords = {{0, 0, 0x089}, {96, 8, 0x109}, {192, 3, 0x488}, {240, 7, 0x884}};
  piece.from = -24;
  for (int i = 0; i < 24; ++i) {
    melody::Event event{kLengths[random.below(8)], melody::kRest};
    const auto what = random.below(10);
    if (what == 0) event.sound = melody::kHold;
    if (what > 1) event.sound = melody::pitch_token(static_cast<int>(random.below(20)) - 5);
    piece.events.push_back(event);
  }
  return piece;
}

}  // namespace tutti::learn
