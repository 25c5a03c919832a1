#include "engine/compose/melody_network.h"

#include <algorithm>
#include <string>

#include "engine/base/math.h"

namespace tutti::compose::melody {
namespace {

// A small whole number in the metadata; 0 where there is none.
int number(const nn::Safetensors& file, std::string_view key) {
  int value = 0;
  for (const char c : file.metadata(key)) {
    if (c < '0' || c > '9' || value > 100'000) return 0;
    value = 10 * value + (c - '0');
  }
  return value;
}

}  // namespace

Result<Network> Network::load(std::span<const std::byte> bytes) {
  const auto file = nn::Safetensors::read(bytes);
  if (!file) return file.error();
  if (file->metadata("model") != "melody") {
    return Error{Code::bad_input, "These weights are not those of a melody network.",
                 "Use the melody.safetensors that came with Tutti."};
  }
  nn::TransformerShape shape{number(*file, "width"), number(*file, "layers"),
                             number(*file, "heads"), 0};
  shape.hidden = 4 * shape.width;
  if (shape.heads < 1 || shape.width != shape.heads * 2 * kRotations) {
    return Error{Code::bad_input, "This melody network has a shape that cannot be run.",
                 "Use the melody.safetensors that came with Tutti."};
  }
  auto transformer = nn::Transformer::load(*file, shape);
  if (!transformer) return transformer.error();
  auto head = nn::Linear::load(*file, "head", kTokens, shape.width);
  if (!head) return head.error();
  const std::size_t sides[] = {kRows, static_cast<std::size_t>(shape.width)};
  const auto table = file->require("table", sides);
  if (!table) return table.error();
  Network network;
  network.transformer_ = std::move(*transformer);
  network.head_ = std::move(*head);
  network.table_ = table->floats();
  return network;
}

Network::Line::Line(const Network& network, const nn::Kernels& kernels, int capacity)
    : network_(network), kernels_(kernels), state_(network.transformer_, capacity) {
  const auto width = static_cast<std::size_t>(network.transformer_.shape().width);
  x_.resize(nn::Transformer::kMostRows * width);
  scores_.resize(static_cast<std::size_t>(capacity) * nn::padded(kTokens));
}

void Network::Line::say(const Surroundings& around, std::span<const Input> inputs) noexcept {
  const int width = network_.transformer_.shape().width;
  const int room = std::min(static_cast<int>(inputs.size()), capacity() - count());
  for (int first = 0; first < room; first += nn::Transformer::kMostRows) {
    const int rows = std::min(room - first, nn::Transformer::kMostRows);
    std::array<Rotation, nn::Transformer::kMostRows> query, key;
    std::array<nn::Turns, nn::Transformer::kMostRows> turns;
    std::fill(x_.begin(), x_.end(), 0.0f);
    for (int r = 0; r < rows; ++r) {
      const auto i = static_cast<std::size_t>(r);
      const Input& input = inputs[static_cast<std::size_t>(first + r)];
      for (int n = 0; n < input.count; ++n)
        kernels_.add(x_.data() + r * width,
                     network_.table_.data() + input.rows[static_cast<std::size_t>(n)] * width,
                     width);
      query[i] = rotation_of(input.query_time, around.bar, count() + r);
      key[i] = rotation_of(input.key_time, around.bar, count() + r);
      turns[i] = {query[i].cosine.data(), query[i].sine.data(), key[i].cosine.data(),
                  key[i].sine.data()};
    }
    network_.transformer_.advance(state_, x_.data(), rows, turns.data(), kernels_);
    network_.head_.apply(kernels_, x_.data(), rows,
                         scores_.data() + static_cast<long>(first) * nn::padded(kTokens));
  }
}

std::span<const float> Network::Line::scores(int i) const {
  return std::span(scores_).subspan(static_cast<std::size_t>(i) * nn::padded(kTokens), kTokens);
}

double log_probability(std::span<const float> scores, int token) noexcept {
  const bool duration = is_duration(token);
  const auto own = scores.subspan(duration ? kFirstDuration : kRest,
                                  duration ? kRest - kFirstDuration : kTokens - kRest);
  const float largest = *std::max_element(own.begin(), own.end());
  double sum = 0;
  for (const float score : own) sum += math::exp(static_cast<double>(score) - largest);
  return static_cast<double>(scores[static_cast<std::size_t>(token)]) - largest - math::log(sum);
}

}  // namespace tutti::compose::melody
