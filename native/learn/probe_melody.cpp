// Writes what LibTorch answers for the probe, so that a test can hold engine/nn to it.
#include <cstdio>
#include <fstream>

#include "engine/nn/safetensors.h"
#include "native/files/atomic_write.h"
#include "native/files/sha256.h"
#include "native/learn/measure.h"
#include "native/learn/melody_batch.h"
#include "native/learn/train.h"

namespace tutti::learn {
namespace {

int number(const nn::Safetensors& file, std::string_view key) {
  return std::atoi(std::string(file.metadata(key)).c_str());
}

}  // namespace

int probe_melody(const std::string& model, const std::string& out) {
  std::ifstream stream(model, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const auto bytes = std::as_bytes(std::span(text));
  const auto file = nn::Safetensors::read(bytes);
  if (!file) {
    std::fprintf(stderr, "%s %s\n", file.error().message.c_str(), file.error().next.c_str());
    return 3;
  }
  const int width = number(*file, "width");
  MelodyNet net(MelodyShape{width, number(*file, "layers"), number(*file, "heads"), 4 * width},
                0.0);
  const torch::NoGradGuard guard;
  for (const auto& item : net->named_parameters()) {
    const auto* view = file->find(item.key());
    if (view == nullptr) return 3;
    torch::Tensor value = torch::tensor(view->floats()).view(item.value().sizes());
    if (view->type == nn::Type::i8) {
      const std::string scale = item.key().substr(0, item.key().rfind('.')) + ".scale";
      value = value * torch::tensor(file->find(scale)->floats()).unsqueeze(1);
    }
    item.value().copy_(value);
  }
  net->eval();
  const Piece piece = probe_piece();
  const int length = 2 * static_cast<int>(piece.events.size());
  const Crop crop{&piece, 0};
  const auto logits = net(batch_of({&crop, 1}, length, nullptr))[0].contiguous();
  std::string lines = files::sha256(bytes).hex() + "\n";
  const float* scores = logits.data_ptr<float>();
  for (int i = 0; i < length; ++i) {
    for (int token = 0; token < melody::kTokens; ++token) {
      char word[32];
      std::snprintf(word, sizeof word, token == 0 ? "%.5f" : " %.5f",
                    static_cast<double>(scores[i * melody::kTokens + token]));
      lines += word;
    }
    lines += "\n";
  }
  const auto written = files::write_file(out, std::as_bytes(std::span(lines)));
  if (!written) std::fprintf(stderr, "%s\n", written.error().message.c_str());
  return written ? 0 : 1;
}

}  // namespace tutti::learn
