// Training of the melody network: random crops, AdamW, a cosine of the rate, and a running mean of
// the weights, which is what is kept.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/base/random.h"
#include "native/files/atomic_write.h"
#include "native/learn/melody_batch.h"
#include "native/learn/pieces.h"
#include "native/learn/train.h"

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;

double validate(MelodyNet& net, std::span<const Crop> crops, int length, int size) {
  const torch::NoGradGuard guard;
  net->eval();
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < crops.size(); i += static_cast<std::size_t>(size)) {
    const auto batch =
        batch_of(crops.subspan(i, std::min(crops.size() - i, static_cast<std::size_t>(size))),
                 length, nullptr);
    const double n = ((batch.durations >= 0).sum() + (batch.sounds >= 0).sum()).item<double>();
    sum += loss_of(net(batch), batch).item<double>() * n;
    count += n;
  }
  net->train();
  return sum / count;
}

void keep(const std::string& folder, MelodyNet& net, MelodyNet& mean,
          torch::optim::AdamW& optimiser, int step) {
  fs::create_directories(folder);
  const fs::path root(folder);
  torch::save(net, (root / "net.new").string());
  torch::save(mean, (root / "mean.new").string());
  torch::save(optimiser, (root / "optimiser.new").string());
  for (const char* name : {"net", "mean", "optimiser"})
    fs::rename(root / (std::string(name) + ".new"), root / name);
  std::ofstream(root / "step") << step << "\n";
}

// The step to go on with; 0 where nothing was kept.
int recall(const std::string& folder, MelodyNet& net, MelodyNet& mean,
           torch::optim::AdamW& optimiser) {
  const fs::path root(folder);
  int step = 0;
  if (folder.empty() || !(std::ifstream(root / "step") >> step)) return 0;
  torch::load(net, (root / "net").string());
  torch::load(mean, (root / "mean").string());
  torch::load(optimiser, (root / "optimiser").string());
  return step;
}

bool write_model(const MelodyTraining& t, MelodyNet& mean, double loss, std::size_t tunes) {
  MelodyNet copy(mean->shape, 0.0);
  {
    const torch::NoGradGuard guard;
    for (const auto& item : mean->named_parameters())
      copy->named_parameters()[item.key()].copy_(item.value());
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.4f", loss);
  const auto bytes = store(copy, {{"model", "melody"},
                                  {"name", "Tutti melody"},
                                  {"version", "1"},
                                  {"licence", "GPL-3.0-or-later"},
                                  {"trained_on",
                                   "OpenScore Lieder (CC0), OpenEWLD lead sheets and "
                                   "Nottingham folk tunes (public domain)"},
                                  {"tunes", std::to_string(tunes)},
                                  {"steps", std::to_string(t.steps)},
                                  {"seed", std::to_string(t.seed)},
                                  {"validation_loss", text},
                                  {"width", std::to_string(t.width)},
                                  {"layers", std::to_string(t.layers)},
                                  {"heads", std::to_string(t.heads)}});
  const auto written = files::write_file(t.out, bytes);
  if (!written)
    std::fprintf(stderr, "%s %s\n", written.error().message.c_str(), written.error().next.c_str());
  return written.ok();
}

}  // namespace

int train_melody(const MelodyTraining& t) {
  torch::set_num_threads(1);
  torch::manual_seed(t.seed);
  const auto tunes = read_corpus(t.data);
  if (!tunes) {
    std::fprintf(stderr, "%s %s\n", tunes.error().message.c_str(), tunes.error().next.c_str());
    return 3;
  }
  const auto parts = split(*tunes);
  std::vector<Piece> pieces[3];
  std::size_t learned = 0;
  for (std::size_t i = 0; i < tunes->size(); ++i) {
    for (Piece& piece : pieces_of((*tunes)[i]))
      pieces[static_cast<int>(parts[i])].push_back(std::move(piece));
    learned += parts[i] == Part::training;
  }
  const auto& training = pieces[static_cast<int>(Part::training)];
  // A piece is drawn as often as it is long.
  const std::size_t window = static_cast<std::size_t>(t.length) / 2;
  std::vector<std::size_t> ends;
  std::size_t events = 0;
  for (const Piece& piece : training) ends.push_back(events += piece.events.size());
  std::vector<Crop> checks;
  for (const Piece& piece : pieces[static_cast<int>(Part::validation)])
    for (std::size_t i = 0; i < piece.events.size(); i += window) checks.push_back({&piece, i});

  const MelodyShape shape{t.width, t.layers, t.heads, 4 * t.width};
  MelodyNet net(shape, t.dropout), mean(shape, 0.0);
  std::vector<torch::Tensor> plain, decayed;
  std::size_t count = 0;
  for (const auto& item : net->named_parameters()) {
    (item.value().dim() == 2 && item.key() != "table" ? decayed : plain).push_back(item.value());
    count += static_cast<std::size_t>(item.value().numel());
  }
  {
    const torch::NoGradGuard guard;
    for (const auto& item : net->named_parameters())
      mean->named_parameters()[item.key()].copy_(item.value());
  }
  torch::optim::AdamW optimiser(
      {torch::optim::OptimizerParamGroup(
           decayed,
           std::make_unique<torch::optim::AdamWOptions>(
               torch::optim::AdamWOptions(t.rate).weight_decay(t.decay).betas({0.9, 0.98}))),
       torch::optim::OptimizerParamGroup(
           plain, std::make_unique<torch::optim::AdamWOptions>(
                      torch::optim::AdamWOptions(t.rate).weight_decay(0).betas({0.9, 0.98})))},
      torch::optim::AdamWOptions(t.rate));
  int step = recall(t.state, net, mean, optimiser);
  std::printf("%zu tunes to learn, %zu events, %zu parameters; from step %d of %d\n", learned,
              events, count, step, t.steps);
  std::printf("step  training loss  validation loss of the mean\n");
  double sum = 0;
  int summed = 0;
  net->train();
  const int every = std::max(1, std::min(200, t.steps));
  for (; step < t.steps;) {
    Random random(t.seed * 0x9e3779b97f4a7c15ull + static_cast<std::uint64_t>(step));
    std::vector<Crop> crops;
    for (int i = 0; i < t.batch; ++i) {
      const std::size_t place = random.below(events);
      const auto at = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), place) -
                                               ends.begin());
      const std::size_t size = training[at].events.size();
      // One in four from the beginning, the others from anywhere that leaves some length.
      const std::size_t reach = size > window ? size - window / 2 : 1;
      crops.push_back({&training[at], random.below(4) == 0 ? 0 : random.below(reach)});
    }
    const double warm = std::min(1.0, (step + 1) / 200.0);
    const double turn = static_cast<double>(step) / t.steps;
    const double rate =
        t.rate * warm * (0.02 + 0.98 * 0.5 * (1 + std::cos(3.14159265358979 * turn)));
    for (auto& group : optimiser.param_groups())
      static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    const auto batch = batch_of(crops, t.length, &random);
    auto loss = loss_of(net(batch), batch);
    optimiser.zero_grad();
    loss.backward();
    torch::nn::utils::clip_grad_norm_(net->parameters(), 1.0);
    optimiser.step();
    {
      const torch::NoGradGuard guard;
      const double slow = std::min(0.998, (step + 1.0) / (step + 10.0));
      const auto own = net->parameters(), kept = mean->parameters();
      for (std::size_t i = 0; i < own.size(); ++i) kept[i].mul_(slow).add_(own[i], 1 - slow);
    }
    sum += loss.item<double>();
    ++summed;
    ++step;
    if (step % every == 0 || step == t.steps) {
      const double checked = validate(mean, checks, t.length, t.batch);
      std::printf("%5d  %.4f  %.4f\n", step, sum / summed, checked);
      std::fflush(stdout);
      sum = summed = 0;
      if (!t.state.empty()) keep(t.state, net, mean, optimiser, step);
      if (!write_model(t, mean, checked, learned)) return 1;
    }
  }
  return 0;
}

}  // namespace tutti::learn
