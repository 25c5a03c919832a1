#include "native/learn/melody_batch.h"

namespace tutti::learn {

Batch batch_of(std::span<const Crop> crops, int tokens, Random* random) {
  const auto n = static_cast<std::int64_t>(crops.size()),
             length = static_cast<std::int64_t>(tokens);
  const auto size = static_cast<std::size_t>(n * length);
  std::vector<std::int64_t> rows, offsets, durations(size / 2, -100), sounds(size / 2, -100);
  std::vector<float> angles[4];
  for (auto& a : angles) a.assign(size * melody::kRotations, 0);
  for (std::size_t s = 0; s < crops.size(); ++s) {
    const Piece& piece = *crops[s].piece;
    melody::Surroundings around = piece.around;
    if (random != nullptr) {
      if (random->uniform() < 0.15) around.chords.clear();
      if (random->uniform() < 0.2) around.density.clear();
      if (random->uniform() < 0.2) around.manner = melody::Manner::unknown;
      if (random->uniform() < 0.1) around.tonality = melody::Tonality::unknown;
      if (random->uniform() < 0.1) around.bars_known = false;
    }
    int now = piece.from;
    for (std::size_t i = 0; i < crops[s].first; ++i) now += piece.events[i].duration;
    int token = melody::kBegin, key_time = now;
    std::size_t event = crops[s].first;
    for (int i = 0; i < tokens; ++i) {
      const std::size_t at = s * static_cast<std::size_t>(tokens) + static_cast<std::size_t>(i);
      offsets.push_back(static_cast<std::int64_t>(rows.size()));
      if (event >= piece.events.size()) {
        rows.push_back(0);  // padding behind the end, looked at by nothing
        continue;
      }
      const melody::Event& next = piece.events[event];
      const auto input = melody::input_of(around, token, key_time, now);
      rows.insert(rows.end(), input.rows.begin(), input.rows.begin() + input.count);
      const auto query = melody::rotation_of(now, around.bar, i);
      const auto key = melody::rotation_of(key_time, around.bar, i);
      for (std::size_t r = 0; r < melody::kRotations; ++r) {
        angles[0][at * melody::kRotations + r] = query.cosine[r];
        angles[1][at * melody::kRotations + r] = query.sine[r];
        angles[2][at * melody::kRotations + r] = key.cosine[r];
        angles[3][at * melody::kRotations + r] = key.sine[r];
      }
      key_time = now;
      if (i % 2 == 0) {
        token = melody::duration_token(next.duration);
        durations[at / 2] = token - melody::kFirstDuration;
      } else {
        token = next.sound;
        sounds[at / 2] = token - melody::kRest;
        now += next.duration;
        ++event;
      }
    }
  }
  Batch batch;
  batch.sequences = static_cast<int>(n);
  batch.length = tokens;
  batch.rows = torch::tensor(rows);
  batch.offsets = torch::tensor(offsets);
  batch.durations = torch::tensor(durations).view({n, length / 2});
  batch.sounds = torch::tensor(sounds).view({n, length / 2});
  torch::Tensor* turns[] = {&batch.query_cos, &batch.query_sin, &batch.key_cos, &batch.key_sin};
  for (std::size_t i = 0; i < 4; ++i)
    *turns[i] = torch::tensor(angles[i]).view({n, 1, length, melody::kRotations});
  return batch;
}

}  // namespace tutti::learn
