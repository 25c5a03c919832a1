// Times an LV2 plugin's run(): lv2_host INPUT URI [SYMBOL=VALUE …] prints seconds of audio per
// second of user CPU. 256-frame blocks, denormals flushed, best of five; ports not named keep their
// defaults.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>
#include <map>
#include <string>
#include <sys/resource.h>
#include <vector>
#include <xmmintrin.h>

namespace {

constexpr int kBlock = 256;

std::map<std::string, LV2_URID> ids;
std::deque<std::string> names;
LV2_URID map_uri(LV2_URID_Map_Handle, const char* uri) {
  auto& id = ids[uri];
  if (id == 0) {
    names.emplace_back(uri);
    id = static_cast<LV2_URID>(names.size());
  }
  return id;
}
const char* unmap_uri(LV2_URID_Unmap_Handle, LV2_URID id) {
  return id >= 1 && id <= names.size() ? names[id - 1].c_str() : nullptr;
}

// Work that a plugin hands to another thread is done on the spot.
struct Worker {
  LilvInstance* instance = nullptr;
  const LV2_Worker_Interface* face = nullptr;
  std::vector<std::string> replies;
} worker;
LV2_Worker_Status reply(LV2_Worker_Respond_Handle, std::uint32_t size, const void* data) {
  worker.replies.emplace_back(static_cast<const char*>(data), size);
  return LV2_WORKER_SUCCESS;
}
LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle, std::uint32_t size, const void* data) {
  if (worker.face)
    worker.face->work(lilv_instance_get_handle(worker.instance), reply, nullptr, size, data);
  return LV2_WORKER_SUCCESS;
}

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + 1e-6 * usage.ru_utime.tv_usec;
}

int fail(const char* why, const char* what) {
  std::fprintf(stderr, "%s: %s\n", why, what);
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return fail("usage", "lv2_host INPUT URI [SYMBOL=VALUE …]");
  _mm_setcsr(_mm_getcsr() | 0x8040);
  std::vector<float> sound(2 * 48000 * 60);
  FILE* file = std::fopen(words[1], "rb");
  if (!file) return fail("cannot open", words[1]);
  sound.resize(std::fread(sound.data(), sizeof(float), sound.size(), file) / 2 * 2);

  LilvWorld* world = lilv_world_new();
  lilv_world_load_all(world);
  const auto* plugin =
      lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), lilv_new_uri(world, words[2]));
  if (!plugin) return fail("no such plugin", words[2]);

  std::int32_t block = kBlock, room = 65536;
  float rate = 48000;
  const auto whole = map_uri(nullptr, LV2_ATOM__Int), real = map_uri(nullptr, LV2_ATOM__Float);
  const auto option = [](const char* key, LV2_URID type, const void* value) {
    return LV2_Options_Option{LV2_OPTIONS_INSTANCE, 0, map_uri(nullptr, key), 4, type, value};
  };
  LV2_Options_Option options[] = {
      option(LV2_BUF_SIZE__minBlockLength, whole, &block),
      option(LV2_BUF_SIZE__maxBlockLength, whole, &block),
      option(LV2_BUF_SIZE__nominalBlockLength, whole, &block),
      option(LV2_BUF_SIZE__sequenceSize, whole, &room),
      option("http://lv2plug.in/ns/ext/parameters#sampleRate", real, &rate),
      {}};
  LV2_URID_Map map{nullptr, map_uri};
  LV2_URID_Unmap unmap{nullptr, unmap_uri};
  LV2_Worker_Schedule work{nullptr, schedule};
  const LV2_Feature features[] = {{LV2_URID__map, &map},
                                  {LV2_URID__unmap, &unmap},
                                  {LV2_OPTIONS__options, options},
                                  {LV2_WORKER__schedule, &work},
                                  {LV2_BUF_SIZE__boundedBlockLength, nullptr},
                                  {LV2_BUF_SIZE__fixedBlockLength, nullptr}};
  const LV2_Feature* list[] = {&features[0], &features[1], &features[2], &features[3],
                               &features[4], &features[5], nullptr};
  auto* instance = lilv_plugin_instantiate(plugin, rate, list);
  if (!instance) return fail("cannot make", words[2]);
  worker.instance = instance;
  worker.face = static_cast<const LV2_Worker_Interface*>(
      lilv_instance_get_extension_data(instance, LV2_WORKER__interface));

  const auto ports = lilv_plugin_get_num_ports(plugin);
  std::vector<float> low(ports), high(ports), value(ports);
  lilv_plugin_get_port_ranges_float(plugin, low.data(), high.data(), value.data());
  auto* audio = lilv_new_uri(world, LILV_URI_AUDIO_PORT);
  auto* control = lilv_new_uri(world, LILV_URI_CONTROL_PORT);
  auto* input = lilv_new_uri(world, LILV_URI_INPUT_PORT);
  std::map<std::string, float> wanted;
  for (int i = 3; i < count; ++i) {
    const char* equals = std::strchr(words[i], '=');
    if (!equals) return fail("not SYMBOL=VALUE", words[i]);
    wanted[std::string(words[i], static_cast<std::size_t>(equals - words[i]))] =
        static_cast<float>(std::atof(equals + 1));
  }
  std::deque<std::vector<float>> in, out;
  std::deque<std::vector<char>> messages;
  for (std::uint32_t i = 0; i < ports; ++i) {
    const auto* port = lilv_plugin_get_port_by_index(plugin, i);
    const bool goes_in = lilv_port_is_a(plugin, port, input);
    if (lilv_port_is_a(plugin, port, audio)) {
      auto& side = goes_in ? in : out;
      side.emplace_back(kBlock);
      lilv_instance_connect_port(instance, i, side.back().data());
    } else if (lilv_port_is_a(plugin, port, control)) {
      const auto found = wanted.find(lilv_node_as_string(lilv_port_get_symbol(plugin, port)));
      if (found != wanted.end()) {
        value[i] = found->second;
        wanted.erase(found);
      } else if (std::isnan(value[i])) {
        value[i] = 0;
      }
      lilv_instance_connect_port(instance, i, &value[i]);
    } else {
      auto& box = messages.emplace_back(131072);
      auto* sequence = reinterpret_cast<LV2_Atom_Sequence*>(box.data());
      sequence->atom.type = map_uri(nullptr, LV2_ATOM__Sequence);
      sequence->atom.size = goes_in ? sizeof(LV2_Atom_Sequence_Body) : 131072 - sizeof(LV2_Atom);
      lilv_instance_connect_port(instance, i, box.data());
    }
  }
  if (!wanted.empty()) return fail("no such port", wanted.begin()->first.c_str());

  lilv_instance_activate(instance);
  const std::size_t frames = sound.size() / 2;
  double best = 1e30, heard = 0;
  for (int pass = 0; pass < 5; ++pass) {
    const double start = user_seconds();
    for (std::size_t at = 0; at + kBlock <= frames; at += kBlock) {
      for (std::size_t c = 0; c < in.size() && c < 2; ++c)
        for (std::size_t i = 0; i < kBlock; ++i) in[c][i] = sound[2 * (at + i) + c];
      lilv_instance_run(instance, kBlock);
      if (worker.face) {
        for (const auto& text : worker.replies)
          worker.face->work_response(lilv_instance_get_handle(instance),
                                     static_cast<std::uint32_t>(text.size()), text.data());
        worker.replies.clear();
        if (worker.face->end_run) worker.face->end_run(lilv_instance_get_handle(instance));
      }
      if (!out.empty()) heard += std::fabs(out[0][0]);
    }
    best = std::min(best, user_seconds() - start);
  }
  std::printf("%.1f %.5f\n", static_cast<double>(frames) / rate / best, heard);
}
