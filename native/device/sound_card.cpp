#include "native/device/sound_card.h"

#include <cctype>
#include <dlfcn.h>
#include <fcntl.h>
#include <portaudio.h>
#include <unistd.h>

namespace tutti::device {
namespace {

constexpr const char* kInstead =
    "or write it elsewhere (-o FILE, -o -), or open the page: tutti serve.";

#define TUTTI_PORTAUDIO(X)     \
  X(Pa_Initialize)             \
  X(Pa_Terminate)              \
  X(Pa_GetErrorText)           \
  X(Pa_GetDeviceCount)         \
  X(Pa_GetDefaultOutputDevice) \
  X(Pa_GetDeviceInfo)          \
  X(Pa_OpenStream)             \
  X(Pa_StartStream)            \
  X(Pa_StopStream)             \
  X(Pa_CloseStream)            \
  X(Pa_WriteStream)            \
  X(Pa_GetStreamInfo)

struct PortAudio {
#define TUTTI_MEMBER(name) decltype(&::name) name = nullptr;
  TUTTI_PORTAUDIO(TUTTI_MEMBER)
#undef TUTTI_MEMBER
  std::string missing;

  PortAudio() {
    void* library = ::dlopen("libportaudio.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      missing = "libportaudio.so.2";
      return;
    }
#define TUTTI_FIND(name)                                            \
  name = reinterpret_cast<decltype(name)>(::dlsym(library, #name)); \
  if (name == nullptr && missing.empty()) missing = #name;
    TUTTI_PORTAUDIO(TUTTI_FIND)
#undef TUTTI_FIND
  }
};

const PortAudio& portaudio() {
  static const PortAudio loaded;
  return loaded;
}

// Looking for cards, the libraries below write pages about those that are not there.
class Hushed {
 public:
  Hushed() : kept_(::dup(STDERR_FILENO)) {
    const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing < 0) return;
    ::dup2(nothing, STDERR_FILENO);
    ::close(nothing);
  }
  ~Hushed() {
    if (kept_ < 0) return;
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
  }
  Hushed(const Hushed&) = delete;
  Hushed& operator=(const Hushed&) = delete;

 private:
  int kept_;
};

std::string small(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Error nothing_here(const std::string& detail) {
  return {Code::missing_part, "There is no sound card to play on" + detail + ".",
          std::string("Plug one in, ") + kInstead};
}

// The wanted output, or what to say.
Result<PaDeviceIndex> choose(const PortAudio& pa, const std::string& wanted) {
  std::string names;
  int outputs = 0;
  for (PaDeviceIndex i = 0; i < pa.Pa_GetDeviceCount(); ++i) {
    const PaDeviceInfo* info = pa.Pa_GetDeviceInfo(i);
    if (info == nullptr || info->maxOutputChannels < 2) continue;
    ++outputs;
    if (!wanted.empty() && small(info->name).find(small(wanted)) != std::string::npos) return i;
    names += (names.empty() ? "" : ", ") + std::string(info->name);
  }
  if (outputs == 0) return nothing_here("");
  if (!wanted.empty()) {
    return Error{Code::not_found, "There is no sound card named \"" + wanted + "\".",
                 "There are: " + names + "."};
  }
  const PaDeviceIndex index = pa.Pa_GetDefaultOutputDevice();
  if (index == paNoDevice) return nothing_here(" by default");
  return index;
}

}  // namespace

struct SoundCard::State {
  const PortAudio* pa = nullptr;
  PaStream* stream = nullptr;
  std::string name;
  double latency = 0;
  long underruns = 0;

  ~State() {
    const Hushed hushed;
    if (stream != nullptr) {
      pa->Pa_StopStream(stream);
      pa->Pa_CloseStream(stream);
    }
    pa->Pa_Terminate();
  }
};

SoundCard::SoundCard(std::unique_ptr<State> state) : state_(std::move(state)) {}
SoundCard::SoundCard(SoundCard&&) noexcept = default;
SoundCard& SoundCard::operator=(SoundCard&&) noexcept = default;
SoundCard::~SoundCard() = default;

Result<SoundCard> SoundCard::open(int rate, double latency, const std::string& name) {
  const PortAudio& pa = portaudio();
  if (!pa.missing.empty()) {
    return Error{Code::missing_part, "PortAudio is not installed (" + pa.missing + ").",
                 std::string("Install it: sudo apt install libportaudio2; ") + kInstead};
  }
  const Hushed hushed;
  if (const PaError error = pa.Pa_Initialize(); error != paNoError)
    return nothing_here(std::string(" (") + pa.Pa_GetErrorText(error) + ")");
  auto state = std::make_unique<State>();
  state->pa = &pa;
  const auto index = choose(pa, name);
  if (!index) return index.error();
  const PaDeviceInfo* info = pa.Pa_GetDeviceInfo(*index);
  state->name = info->name;
  PaStreamParameters out{};
  out.device = *index;
  out.channelCount = 2;
  out.sampleFormat = paFloat32;
  out.suggestedLatency = latency;
  PaError error = pa.Pa_OpenStream(&state->stream, nullptr, &out, rate,
                                   paFramesPerBufferUnspecified, paNoFlag, nullptr, nullptr);
  if (error == paNoError) error = pa.Pa_StartStream(state->stream);
  if (error != paNoError) {
    return Error{Code::missing_part,
                 "The sound card \"" + state->name + "\" cannot be played on (" +
                     pa.Pa_GetErrorText(error) + ").",
                 std::string("Close what uses it, ") + kInstead};
  }
  if (const PaStreamInfo* running = pa.Pa_GetStreamInfo(state->stream); running != nullptr)
    state->latency = running->outputLatency;
  return SoundCard(std::move(state));
}

Result<void> SoundCard::write(const float* interleaved, int frames) {
  const PaError error =
      state_->pa->Pa_WriteStream(state_->stream, interleaved, static_cast<unsigned long>(frames));
  if (error == paOutputUnderflowed) {
    ++state_->underruns;
  } else if (error != paNoError) {
    return Error{Code::io,
                 "The sound card \"" + state_->name + "\" stopped playing (" +
                     state_->pa->Pa_GetErrorText(error) + ").",
                 "Plug it in again and start anew."};
  }
  return {};
}

std::string SoundCard::name() const {
  return state_->name;
}
double SoundCard::latency() const {
  return state_->latency;
}
long SoundCard::underruns() const {
  return state_->underruns;
}

}  // namespace tutti::device
