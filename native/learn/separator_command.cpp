// The command line of the separator's training, and the probe that ties engine/separate to it.
#include "native/learn/separator_command.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "engine/nn/safetensors.h"
#include "native/files/atomic_write.h"
#include "native/learn/separator_loss.h"
#include "native/learn/separator_net.h"
#include "native/learn/train.h"

namespace tutti::learn {

int separator_command(int argc, char** argv) {
  SeparatorTraining t;
  const std::map<std::string, std::string*> texts = {{"--out", &t.out},
                                                     {"--state", &t.state},
                                                     {"--from", &t.from},
                                                     {"--material", &t.material},
                                                     {"--checks", &t.checks}};
  const std::map<std::string, int*> whole = {{"--width", &t.width},   {"--hidden", &t.hidden},
                                             {"--blocks", &t.blocks}, {"--head", &t.head},
                                             {"--items", &t.items},   {"--threads", &t.threads},
                                             {"--fresh", &t.fresh}};
  const std::map<std::string, double*> numbers = {
      {"--seconds", &t.seconds}, {"--budget", &t.budget}, {"--every", &t.every},
      {"--rate", &t.rate},       {"--decay", &t.decay},   {"--clip", &t.clip},
      {"--mean", &t.mean},       {"--causal", &t.causal}};
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : nullptr;
    bool known = value != nullptr;
    if (known && name == "--data") {
      t.data.push_back(value);
    } else if (known && name == "--seed") {
      t.seed = std::strtoull(value, nullptr, 10);
    } else if (known && texts.count(name) != 0) {
      *texts.at(name) = value;
    } else if (known && whole.count(name) != 0) {
      *whole.at(name) = std::atoi(value);
    } else if (known && numbers.count(name) != 0) {
      *numbers.at(name) = std::atof(value);
    } else {
      known = false;
    }
    if (!known) {
      std::fprintf(stderr, "tutti-train separator cannot use %s.\n%s", name.c_str(),
                   kSeparatorUsage);
      return 2;
    }
  }
  if ((t.data.empty() && t.budget > 0) || t.width < 8 || t.hidden < 8 || t.blocks < 1 ||
      t.head < 8 || t.items < 1 || t.threads < 1 || !(t.seconds >= 1)) {
    std::fprintf(stderr, "Name --data, and sizes above 0.\n%s", kSeparatorUsage);
    return 2;
  }
  return train_separator(t);
}

int probe_separator(const std::string& out) {
  torch::manual_seed(7);
  SeparatorShape shape;
  shape.window = 128;
  shape.bands = {0, 3, 8, 15, 30, 65};
  shape.width = 16;
  shape.hidden = 16;
  shape.blocks = 2;
  shape.head = 16;
  shape.scale = 2;
  SeparatorNet net(shape);
  const torch::NoGradGuard guard;
  for (auto& p : net->parameters()) p.copy_((p + 0.1 * torch::randn_like(p)).to(torch::kHalf));
  const long frames = 12, row = 4L * shape.bins();
  const auto x = (torch::randn({frames, 1, row}) * 3).contiguous();
  auto features = torch::empty_like(x);
  features_of(x.data_ptr<float>(), features.data_ptr<float>(), frames * shape.bins(), shape.scale);
  nn::SafetensorsWriter writer;
  writer.metadata("config", config_of(shape));
  const auto add = [&](const std::string& name, const torch::Tensor& tensor, bool half) {
    const auto kept = tensor.detach().to(half ? torch::kHalf : torch::kFloat).contiguous();
    writer.add(name, half ? nn::Type::f16 : nn::Type::f32,
               std::vector<std::size_t>(kept.sizes().begin(), kept.sizes().end()),
               std::span(static_cast<const std::byte*>(kept.data_ptr()),
                         static_cast<std::size_t>(kept.nbytes())));
  };
  for (const auto& item : net->named_parameters()) add(item.key(), item.value(), true);
  add("probe.mixture", x.view({frames, row}), false);
  add("probe.features", features.view({frames, row}), false);
  for (const bool offline : {true, false}) {
    const auto answers = net(features, torch::full({1}, offline ? 1.0f : 0.0f));
    auto estimates = torch::empty({kStems, frames, row});
    std::vector<const float*> all;
    for (const auto& a : answers) all.push_back(a.data_ptr<float>());
    separator_estimates({shape.bands, frames, 1, x.data_ptr<float>(), nullptr}, all,
                        estimates.data_ptr<float>());
    add(offline ? "probe.offline" : "probe.causal", estimates, false);
  }
  const auto written = files::write_file(out, writer.bytes());
  if (!written)
    std::fprintf(stderr, "%s %s\n", written.error().message.c_str(), written.error().next.c_str());
  return written.ok() ? 0 : 1;
}

}  // namespace tutti::learn
