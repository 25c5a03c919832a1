// Training of the Instant separator: examples from StemMixer, AdamW, a cosine of the rate over the
// time that is given, a running mean of the weights, which is what is kept.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <map>
#include <stdexcept>

#include "engine/nn/safetensors.h"
#include "native/files/atomic_write.h"
#include "native/learn/separator_loss.h"
#include "native/learn/separator_mix.h"
#include "native/learn/separator_net.h"
#include "native/learn/separator_optimiser.h"
#include "native/learn/train.h"

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<const float*> pointers(const std::vector<torch::Tensor>& tensors) {
  std::vector<const float*> all;
  for (const auto& t : tensors) all.push_back(t.data_ptr<float>());
  return all;
}

struct Score {
  double sdr = 0, si = 0;  // dB
};
// Of both channels together; SI with the best single gain (Le Roux et al. 2019).
Score score(const std::vector<float>* truth, const std::vector<float>* estimate) {
  double ss = 0, se = 0, ee = 0;
  for (int c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < truth[c].size(); ++i) {
      const double s = static_cast<double>(truth[c][i]), e = static_cast<double>(estimate[c][i]);
      ss += s * s;
      se += s * e;
      ee += e * e;
    }
  const auto db = [](double a, double b) { return 10 * std::log10((a + 1e-9) / (b + 1e-9)); };
  const double part = se * se / (ss + 1e-12);
  return {db(ss, ss - 2 * se + ee), db(part, ee - part)};
}

struct CheckSong {
  std::string name;
  FourStems stems;
  long samples = 0;
};

std::vector<CheckSong> read_checks(const std::string& folder) {
  std::vector<CheckSong> songs;
  if (folder.empty()) return songs;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    CheckSong song;
    song.name = fs::path(name).filename().string();
    for (int s = 0; s < kStems; ++s) {
      const auto map = files::WavMap::open(name + "/" + kStemNames[s] + ".wav");
      if (map) song.samples = std::max(song.samples, static_cast<long>(map->frames()));
    }
    for (int s = 0; s < kStems; ++s) {
      const auto map = files::WavMap::open(name + "/" + kStemNames[s] + ".wav");
      for (int c = 0; c < 2; ++c) {
        auto& channel = song.stems.samples[s][c];
        channel.assign(static_cast<std::size_t>(song.samples), 0.0f);
        if (map)
          map->read(std::min(c, map->channels() - 1), 0, static_cast<int>(map->frames()),
                    channel.data());
      }
    }
    songs.push_back(std::move(song));
  }
  return songs;
}

// Prints a line a group of songs (what stands before '-' in the name): SDR and SI-SDR a stem.
void check(SeparatorNet& net, const std::vector<CheckSong>& songs, int step, double hours) {
  const torch::NoGradGuard guard;
  const SeparatorShape& shape = net->shape;
  StereoSpectrum spectrum(shape.window);
  const long row = 4L * shape.bins();
  struct Sum {
    Score of[kStems], mixture[kStems];
    int count[kStems] = {};
  };
  for (const bool offline : {true, false}) {
    std::vector<std::pair<std::string, Sum>> groups;
    for (const auto& song : songs) {
      const std::string group = song.name.substr(0, song.name.find('-'));
      auto found = std::find_if(groups.begin(), groups.end(),
                                [&](const auto& g) { return g.first == group; });
      if (found == groups.end()) found = groups.insert(groups.end(), {group, {}});
      std::vector<float> mixture[2];
      for (int c = 0; c < 2; ++c) {
        mixture[c].assign(static_cast<std::size_t>(song.samples), 0.0f);
        for (const auto& stem : song.stems.samples)
          for (std::size_t i = 0; i < mixture[c].size(); ++i) mixture[c][i] += stem[c][i];
      }
      const long frames = spectrum.frames(song.samples);
      auto x = torch::empty({frames, 1, row});
      spectrum.forward(mixture[0].data(), mixture[1].data(), song.samples, x.data_ptr<float>(),
                       row);
      auto features = torch::empty_like(x);
      for (long f = 0; f < frames; ++f)
        features_of(x.data_ptr<float>() + f * row, features.data_ptr<float>() + f * row,
                    shape.bins(), shape.scale);
      const auto answers = net(features, torch::full({1}, offline ? 1.0f : 0.0f));
      auto estimates = torch::empty({kStems, frames, row});
      SeparatorBatch batch{shape.bands, frames, 1, x.data_ptr<float>(), nullptr};
      separator_estimates(batch, pointers(answers), estimates.data_ptr<float>());
      for (int s = 0; s < kStems; ++s) {
        double energy = 0;
        for (const float v : song.stems.samples[s][0]) energy += static_cast<double>(v * v);
        if (energy < 1e-6 * static_cast<double>(song.samples)) continue;
        std::vector<float> out[2];
        for (auto& channel : out) channel.resize(static_cast<std::size_t>(song.samples));
        spectrum.inverse(estimates[s].data_ptr<float>(), row, out[0].data(), out[1].data(),
                         song.samples);
        const Score own = score(song.stems.samples[s], out);
        const Score plain = score(song.stems.samples[s], mixture);
        Sum& sum = found->second;
        sum.of[s].sdr += own.sdr;
        sum.of[s].si += own.si;
        sum.mixture[s].sdr += plain.sdr;
        sum.mixture[s].si += plain.si;
        ++sum.count[s];
      }
    }
    for (const auto& [name, sum] : groups) {
      std::printf("check %6d %5.2fh %-8s %-8s", step, hours, offline ? "offline" : "causal",
                  name.c_str());
      double mean = 0, mean_si = 0;
      int count = 0;
      for (int s = 0; s < kStems; ++s) {
        if (sum.count[s] == 0) continue;
        const double n = sum.count[s];
        std::printf("  %s %.2f/%.2f (mix %.2f)", kStemNames[s], sum.of[s].sdr / n, sum.of[s].si / n,
                    sum.mixture[s].sdr / n);
        mean += sum.of[s].sdr / n;
        mean_si += sum.of[s].si / n;
        ++count;
      }
      std::printf("  mean %.2f/%.2f\n", mean / std::max(1, count), mean_si / std::max(1, count));
    }
  }
  std::fflush(stdout);
}

void copy_weights(SeparatorNet& from, SeparatorNet& to) {
  const torch::NoGradGuard guard;
  const auto a = from->parameters(), b = to->parameters();
  for (std::size_t i = 0; i < a.size(); ++i) b[i].copy_(a[i]);
}

// Everything that changes while learning.
struct Learning {
  SeparatorNet net, mean;
  std::vector<torch::Tensor> first, second;  // moments, as the parameters
  int step = 0, since = 0;                   // `since`: with these moments
  double spent = 0;
};

// The four groups of a state file.
std::vector<torch::Tensor> group_of(Learning& l, int group) {
  return group == 0   ? l.net->parameters()
         : group == 1 ? l.mean->parameters()
         : group == 2 ? l.first
                      : l.second;
}
const char* const kGroups[] = {"net", "mean", "first", "second"};

// One file of all, so that it is whole or the one before.
bool keep(const std::string& folder, Learning& l) {
  nn::SafetensorsWriter writer;
  writer.metadata("step", std::to_string(l.step));
  writer.metadata("since", std::to_string(l.since));
  writer.metadata("spent", std::to_string(l.spent));
  for (int g = 0; g < 4; ++g) {
    const auto tensors = group_of(l, g);
    for (std::size_t i = 0; i < tensors.size(); ++i)
      writer.add(kGroups[g] + ("." + std::to_string(i)), nn::Type::f32,
                 std::vector<std::size_t>(tensors[i].sizes().begin(), tensors[i].sizes().end()),
                 std::span(static_cast<const std::byte*>(tensors[i].data_ptr()),
                           static_cast<std::size_t>(tensors[i].nbytes())));
  }
  fs::create_directories(folder);
  return files::write_file(folder + "/state.safetensors", writer.bytes()).ok();
}

void fill(torch::Tensor tensor, const nn::TensorView& view) {
  const torch::NoGradGuard guard;
  const auto values = view.floats();
  if (static_cast<long>(values.size()) != tensor.numel())
    throw std::runtime_error("The kept weights belong to a network of another shape.");
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
}

std::vector<std::byte> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

// Goes on from a state, or from a finished file of weights; otherwise nothing changes.
void recall(const SeparatorTraining& t, Learning& l) {
  const auto kept =
      t.state.empty() ? std::vector<std::byte>{} : bytes_of(t.state + "/state.safetensors");
  if (const auto file = nn::Safetensors::read(kept)) {
    l.step = std::stoi(std::string(file->metadata("step")));
    l.since = std::stoi(std::string(file->metadata("since")));
    l.spent = std::stod(std::string(file->metadata("spent")));
    for (int g = 0; g < 4; ++g) {
      const auto tensors = group_of(l, g);
      for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto* view = file->find(kGroups[g] + ("." + std::to_string(i)));
        if (view == nullptr) throw std::runtime_error("The kept state is of another network.");
        fill(tensors[i], *view);
      }
    }
    return;
  }
  if (t.from.empty()) return;
  const auto weights = bytes_of(t.from);
  const auto file = nn::Safetensors::read(weights);
  if (!file) throw std::runtime_error(t.from + " holds no weights to begin with.");
  for (auto* net : {&l.net, &l.mean})
    for (const auto& item : (*net)->named_parameters()) {
      const auto* view = file->find(item.key());
      if (view == nullptr) throw std::runtime_error(t.from + " lacks " + item.key() + ".");
      fill(item.value(), *view);
    }
  // Steps and seconds as the file's description says them.
  const std::string training(file->metadata("training"));
  double audio = 0;
  std::sscanf(training.c_str(), "%d steps, %lf seconds of audio, %lf", &l.step, &audio, &l.spent);
}

bool write_model(const SeparatorTraining& t, SeparatorNet& mean, int step, double spent) {
  char training[200];
  std::snprintf(training, sizeof training,
                "%d steps, %.0f seconds of audio, %.0f seconds on one core; "
                "recipe training/separator",
                step, step * t.items * t.seconds, spent);
  const auto bytes = store(mean, {{"model", "instant"},
                                  {"name", "Tutti Instant separator"},
                                  {"version", "1"},
                                  {"licence", "GPL-3.0-or-later"},
                                  {"training", training},
                                  {"trained_on", t.material},
                                  {"config", config_of(mean->shape)}});
  const auto written = files::write_file(t.out, bytes);
  if (!written)
    std::fprintf(stderr, "%s %s\n", written.error().message.c_str(), written.error().next.c_str());
  return written.ok();
}

}  // namespace

int train_separator(const SeparatorTraining& t) {
  // Tensors come and go by the hundred a step: keep their pages instead of giving them back.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
  mallopt(M_TOP_PAD, 256 << 20);
  torch::set_num_threads(t.threads);
  torch::manual_seed(t.seed);
  at::globalContext().setFlushDenormal(true);
  SeparatorShape shape;
  shape.width = t.width;
  shape.hidden = t.hidden;
  shape.blocks = t.blocks;
  shape.head = t.head;
  Learning l{SeparatorNet(shape), SeparatorNet(shape), {}, {}};
  SeparatorNet &net = l.net, &mean = l.mean;
  copy_weights(net, mean);
  std::size_t count = 0;
  for (const auto& p : net->parameters()) {
    count += static_cast<std::size_t>(p.numel());
    l.first.push_back(torch::zeros_like(p));
    l.second.push_back(torch::zeros_like(p));
  }
  // Heads that begin anew, for a stem that has gone silent: as they are before anything is read.
  std::map<std::string, torch::Tensor> fresh;
  const std::string heads = "heads." + std::to_string(t.fresh) + ".";
  for (const auto& item : net->named_parameters())
    if (item.key().rfind(heads, 0) == 0) fresh[item.key()] = item.value().detach().clone();
  recall(t, l);
  {
    const torch::NoGradGuard guard;
    const auto names = net->named_parameters().keys();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (fresh.count(names[i]) == 0) continue;
      for (auto* each : {&net, &mean}) (*each)->named_parameters()[names[i]].copy_(fresh[names[i]]);
      l.first[i].zero_();
      l.second[i].zero_();
    }
  }
  int& step = l.step;
  double& spent = l.spent;
  const auto checks = read_checks(t.checks);
  if (t.budget <= 0) {
    check(mean, checks, step, step * t.items * t.seconds / 3600);
    return write_model(t, mean, step, spent) ? 0 : 1;
  }
  StemMixer mixer(t.data, t.seed, shape.window);
  StereoSpectrum spectrum(shape.window);
  const long samples = static_cast<long>(t.seconds * kSeparatorRate);
  const long frames = spectrum.frames(samples), row = 4L * shape.bins(), rows = frames * t.items;
  auto mixture = torch::empty({frames, t.items, row}), features = torch::empty_like(mixture);
  auto stems = torch::empty({kStems, rows, row});
  const auto found = mixer.rescan();
  if (!found) {
    std::fprintf(stderr, "%s %s\n", found.error().message.c_str(), found.error().next.c_str());
    return 3;
  }
  std::printf("%zu songs, %zu parameters; from step %d, %.0f s of %.0f\n", mixer.songs(), count,
              step, spent, t.budget);
  std::fflush(stdout);
  double norm = 0, sum = 0, loading = 0, forth = 0, losing = 0, back = 0, printed = seconds_now();
  double last = printed, checked = spent, kept = spent;
  int summed = 0;
  net->train();
  while (spent < t.budget) {
    double mark = seconds_now();
    const auto lap = [&](double& into) {
      const double now = seconds_now();
      into += now - mark;
      mark = now;
    };
    if (step % 50 == 0) (void)mixer.rescan();
    Random random(t.seed * 0x9e3779b97f4a7c15ull + static_cast<std::uint64_t>(step));
    auto offline = torch::ones({t.items});
    for (int i = 0; i < t.items; ++i) {
      mixer.spectra(static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(t.items) +
                        static_cast<std::uint64_t>(i),
                    samples, mixture.data_ptr<float>() + i * row, stems.data_ptr<float>() + i * row,
                    rows * row, t.items * row);
      if (random.uniform() < t.causal) offline.data_ptr<float>()[i] = 0;
    }
    features_of(mixture.data_ptr<float>(), features.data_ptr<float>(), rows * shape.bins(),
                shape.scale);
    lap(loading);
    const auto answers = net(features, offline);
    lap(forth);
    std::vector<torch::Tensor> gradients;
    std::vector<float*> into;
    for (const auto& answer : answers) {
      gradients.push_back(torch::empty_like(answer));
      into.push_back(gradients.back().data_ptr<float>());
    }
    const SeparatorBatch batch{shape.bands, frames, t.items, mixture.data_ptr<float>(),
                               stems.data_ptr<float>()};
    const double loss = separator_loss(batch, {}, pointers(answers), into);
    lap(losing);
    const double warm = std::min(1.0, (l.since + 1) / 100.0);
    const double turn = std::min(1.0, spent / t.budget);
    const double rate =
        t.rate * warm * (0.02 + 0.98 * 0.5 * (1 + std::cos(3.14159265358979 * turn)));
    const auto own = net->parameters(), means = mean->parameters();
    for (const auto& p : own)
      if (p.grad().defined()) p.mutable_grad().zero_();
    torch::autograd::backward(answers, gradients);
    double squares = 0;
    for (const auto& p : own) {
      const double norm_of_one = p.grad().norm().item<double>();
      squares += norm_of_one * norm_of_one;
    }
    norm = std::sqrt(squares);
    if (std::isfinite(norm)) {
      ++l.since;
      AdamStep adam;
      adam.rate = static_cast<float>(rate);
      adam.decay = static_cast<float>(t.decay);
      adam.scale = static_cast<float>(std::min(1.0, t.clip / (norm + 1e-6)));
      adam.mean = static_cast<float>(std::min(t.mean, (step + 1.0) / (step + 10.0)));
      adam.number = l.since;
      for (std::size_t i = 0; i < own.size(); ++i)
        adam_step(adam, {own[i].data_ptr<float>(), own[i].grad().data_ptr<float>(),
                         l.first[i].data_ptr<float>(), l.second[i].data_ptr<float>(),
                         means[i].data_ptr<float>(), static_cast<std::size_t>(own[i].numel())});
    }
    lap(back);
    sum += loss;
    ++summed;
    ++step;
    const double now = seconds_now();
    spent += now - last;
    last = now;
    if (step % 50 == 0) {
      std::printf(
          "step %6d  %6.0f s  loss %.3f  rate %.2e  norm %.2f  songs %zu  (mix %.3f forward "
          "%.3f loss %.3f backward %.3f s a step)\n",
          step, spent, sum / summed, rate, norm, mixer.songs(), loading / summed, forth / summed,
          losing / summed, back / summed);
      std::fflush(stdout);
      sum = loading = forth = losing = back = 0;
      summed = 0;
    }
    if (spent - kept > 120 || spent >= t.budget) {
      kept = spent;
      if (!t.state.empty()) (void)keep(t.state, l);
      if (!write_model(t, mean, step, spent)) return 1;
    }
    if (spent - checked > t.every || spent >= t.budget) {
      checked = spent;
      check(mean, checks, step, step * t.items * t.seconds / 3600);
      last = seconds_now();
    }
  }
  return 0;
}

}  // namespace tutti::learn
