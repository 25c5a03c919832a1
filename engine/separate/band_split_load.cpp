// Reading the weights of BandSplit: shapes checked, orders changed to those that its loops like.
#include "engine/base/json.h"
#include "engine/separate/band_split.h"

namespace tutti::separate {
namespace {

Error bad(const std::string& what) {
  return {Code::bad_input, "These weights are not of a separator: " + what + ".",
          "Use models/instant.safetensors, or one that tutti-train separator has made."};
}

bool read_int(const json::value& v, std::string_view key, int least, int most, int& out) {
  double value = 0;
  if (!json_get(json_find(v, key), value) || !(value >= least && value <= most)) return false;
  out = static_cast<int>(value);
  return out == value;
}

// Limits keep sizes and memory sane whatever a stranger's file says.
Result<BandSplitShape> read_shape(std::string_view config) {
  const auto parsed = parse_json(config, {1u << 16, 4});
  if (!parsed) return bad("the metadata hold no \"config\" in JSON");
  BandSplitShape s;
  if (!read_int(*parsed, "rate", 8000, 192000, s.rate)) return bad("the rate is missing");
  if (!read_int(*parsed, "window", 16, 16384, s.window) || (s.window & (s.window - 1)) != 0 ||
      !read_int(*parsed, "hop", 8, 8192, s.hop) || s.hop * 2 != s.window)
    return bad("window and hop do not fit each other");
  if (!read_int(*parsed, "width", 16, 512, s.width) || s.width % nn::kLanes != 0 ||
      !read_int(*parsed, "hidden", 16, 512, s.hidden) || s.hidden % nn::kLanes != 0)
    return bad("width and hidden must be multiples of 16 up to 512");
  if (!read_int(*parsed, "blocks", 1, 32, s.blocks) || !read_int(*parsed, "head", 2, 1024, s.head))
    return bad("the number of blocks or the heads' size is missing");
  double scale = 0;
  if (!json_get(json_find(*parsed, "scale"), scale) || !(scale > 1e-6 && scale < 1e6))
    return bad("the scale is missing");
  s.scale = static_cast<float>(scale);
  const auto* stems = json_find(*parsed, "stems");
  if (stems == nullptr || !stems->is_array() || stems->get_array().size() != kStems)
    return bad("it does not tell four stems");
  for (std::size_t i = 0; i < kStems; ++i) {
    const auto& name = stems->get_array()[i];
    if (!name.is_string() || std::string_view(name.get_string()) != kStemNames[i])
      return bad("its stems are others than drums, bass, other and vocals");
  }
  const auto* edges = json_find(*parsed, "bands");
  if (edges == nullptr || !edges->is_array() || edges->get_array().size() < 2 ||
      edges->get_array().size() > 129)
    return bad("the bands are missing");
  for (const auto& edge : edges->get_array()) {
    double at = -1;
    if (!json_get(&edge, at) || at != static_cast<int>(at) ||
        (s.edges.empty() ? at != 0 : at <= s.edges.back()) || at > s.bins())
      return bad("the bands do not rise from 0");
    s.edges.push_back(static_cast<int>(at));
  }
  if (s.edges.back() != s.bins()) return bad("the bands do not end at half the rate");
  return s;
}

std::string numbered(std::string_view name, int i) {
  return std::string(name) + "." + std::to_string(i);
}

std::size_t size(int n) {
  return static_cast<std::size_t>(n);
}

Result<std::vector<float>> row(const nn::Safetensors& file, const std::string& name, int count) {
  const std::size_t shape[] = {size(count)};
  const auto view = file.require(name, shape);
  if (!view) return view.error();
  return view->floats();
}
Result<std::vector<float>> matrix(const nn::Safetensors& file, const std::string& name, int out,
                                  int in) {
  const std::size_t shape[] = {size(out), size(in)};
  const auto view = file.require(name, shape);
  if (!view) return view.error();
  return view->floats();
}

}  // namespace

Result<BandSplit> BandSplit::load(const nn::Safetensors& file, nn::Precision precision,
                                  const NetworkKernels& kernels) {
  auto shape = read_shape(file.metadata("config"));
  if (!shape) return shape.error();
  BandSplit net;
  net.shape_ = std::move(*shape);
  net.kernels_ = kernels;
  for (int b = 0; b < net.shape_.bands(); ++b) {
    auto split = net.load_split(file, b, precision);
    if (!split) return split.error();
    net.splits_.push_back(std::move(*split));
  }
  for (int i = 0; i < net.shape_.blocks; ++i) {
    auto time = net.load_path(file, numbered("blocks", i) + ".time", precision);
    if (!time) return time.error();
    auto band = net.load_path(file, numbered("blocks", i) + ".band", precision);
    if (!band) return band.error();
    net.blocks_.push_back({std::move(*time), std::move(*band)});
  }
  for (int s = 0; s < kStems; ++s) {
    for (int b = 0; b < net.shape_.bands(); ++b) {
      auto head = net.load_head(file, s, b, precision);
      if (!head) return head.error();
      net.heads_.push_back(std::move(*head));
    }
  }
  return net;
}

Result<BandSplit::Norm> BandSplit::load_norm(const nn::Safetensors& file,
                                             const std::string& name) const {
  const auto gain = row(file, name + ".weight", shape_.width);
  if (!gain) return gain.error();
  const auto bias = row(file, name + ".bias", shape_.width);
  if (!bias) return bias.error();
  return Norm{{gain->begin(), gain->end()}, {bias->begin(), bias->end()}};
}

Result<BandSplit::Path> BandSplit::load_path(const nn::Safetensors& file, const std::string& name,
                                             nn::Precision precision) const {
  auto norm = load_norm(file, name + ".norm");
  if (!norm) return norm.error();
  auto forward = nn::Gru::load(file, name + ".forward", shape_.width, shape_.hidden, precision);
  if (!forward) return forward.error();
  auto backward = nn::Gru::load(file, name + ".backward", shape_.width, shape_.hidden, precision);
  if (!backward) return backward.error();
  const auto weight = matrix(file, name + ".out.weight", shape_.width, 2 * shape_.hidden);
  if (!weight) return weight.error();
  const auto bias = row(file, name + ".out.bias", shape_.width);
  if (!bias) return bias.error();
  return Path{std::move(*norm), std::move(*forward), std::move(*backward),
              nn::GemmMatrix::pack(*weight, *bias, shape_.width, 2 * shape_.hidden, precision)};
}

// In the file the four numbers of a bin stand together; here they lie in planes.
Result<nn::GemmMatrix> BandSplit::load_split(const nn::Safetensors& file, int band,
                                             nn::Precision precision) const {
  const int bins = shape_.band_bins(band), in = 4 * bins;
  const auto name = numbered("split", band);
  const auto weight = matrix(file, name + ".weight", shape_.width, in);
  if (!weight) return weight.error();
  const auto bias = row(file, name + ".bias", shape_.width);
  if (!bias) return bias.error();
  std::vector<float> planes(weight->size());
  for (int o = 0; o < shape_.width; ++o)
    for (int f = 0; f < bins; ++f)
      for (int part = 0; part < 4; ++part)
        planes[size(o * in + part * bins + f)] = (*weight)[size(o * in + 4 * f + part)];
  return nn::GemmMatrix::pack(planes, *bias, shape_.width, in, precision);
}

Result<BandSplit::Head> BandSplit::load_head(const nn::Safetensors& file, int stem, int band,
                                             nn::Precision precision) const {
  const int bins = shape_.band_bins(band), half = 4 * bins, head = shape_.head;
  const auto name = numbered(numbered("heads", stem), band);
  auto norm = load_norm(file, name + ".norm");
  if (!norm) return norm.error();
  const auto in = matrix(file, name + ".in.weight", head, shape_.width);
  if (!in) return in.error();
  const auto in_bias = row(file, name + ".in.bias", head);
  if (!in_bias) return in_bias.error();
  const auto out = matrix(file, name + ".out.weight", 2 * half, head);
  if (!out) return out.error();
  const auto out_bias = row(file, name + ".out.bias", 2 * half);
  if (!out_bias) return out_bias.error();
  std::vector<float> planes(out->size()), bias(size(2 * half));
  for (int side = 0; side < 2; ++side) {
    for (int f = 0; f < bins; ++f) {
      for (int part = 0; part < 4; ++part) {
        const auto to = size(side * half + part * bins + f),
                   from = size(side * half + 4 * f + part);
        bias[to] = (*out_bias)[from];
        for (std::size_t k = 0; k < size(head); ++k)
          planes[to * size(head) + k] = (*out)[from * size(head) + k];
      }
    }
  }
  return Head{std::move(*norm), nn::GemmMatrix::pack(*in, *in_bias, head, shape_.width, precision),
              nn::GemmMatrix::pack(planes, bias, 2 * half, head, precision)};
}

std::size_t BandSplit::bytes() const {
  std::size_t all = 0;
  const auto norm = [](const Norm& n) { return (n.gain.size() + n.bias.size()) * sizeof(float); };
  for (const auto& split : splits_) all += split.bytes();
  for (const auto& block : blocks_)
    for (const auto* path : {&block.time, &block.band})
      all += norm(path->norm) + path->forward.bytes() + path->backward.bytes() + path->out.bytes();
  for (const auto& head : heads_) all += norm(head.norm) + head.in.bytes() + head.out.bytes();
  return all;
}

}  // namespace tutti::separate
