#include "server/streams/desk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/streams/words.h"

namespace tutti::streams {
namespace {

constexpr int kPreRoll = 4;  // slices: what an Opus decoder needs to be right (RFC 7845 §4.6)

int slices_of(const Hub& hub) {
  return is_socket(hub.form) && hub.latency == Latency::low ? 1 : kMessageSlices;
}

bool needs_opus(Form form) {
  return form == Form::opus || form == Form::ogg;
}

std::shared_ptr<const std::string> shared(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

Desk::Desk(Settings settings) : settings_(std::move(settings)) {}

void Desk::sound(const float* left, const float* right, std::int64_t frame, double server_time) {
  std::unique_ptr<Slice> slice;
  if (slices_.size() == kHistory) {
    slice = std::move(slices_.front());
    slices_.pop_front();
    slice->pcm.clear();
    slice->packet.clear();
  } else {
    slice = std::make_unique<Slice>();
  }
  slice->frame = frame;
  slice->server_time = server_time;
  std::copy_n(left, kSliceFrames, slice->left.begin());
  std::copy_n(right, kSliceFrames, slice->right.begin());
  slices_.push_back(std::move(slice));
  ++count_;
  // The bar that sounded at the oldest slice stays, those before it go.
  while (bars_.size() > 1 && bars_[1].item.frame <= slices_.front()->frame) bars_.pop_front();
}

void Desk::bar(std::int64_t frame, std::int64_t frames, std::shared_ptr<const std::string> text) {
  bars_.push_back({{Kind::bar, frame, frames, std::move(text)}, next_bar_++});
}

void Desk::clear() {
  rest();
  count_ = 0;
  slices_.clear();
  bars_.clear();
}

void Desk::rest() {
  readers_.clear();
  opus_on_ = false;
  ogg_.reset();
  mp3_.reset();
}

// The first slice that a hub which begins now is given.
std::int64_t Desk::start_for(const Hub& hub) const {
  const int group = slices_of(hub);
  const std::int64_t wish = opening_frames(hub.form, hub.latency) / kSliceFrames;
  std::int64_t first = std::max(oldest(), count_ - wish - (group - 1));
  return first + ((hub.phase - first) % group + group) % group;
}

void Desk::activate(Hub& hub, Reader& reader) {
  reader.active = true;
  reader.wanted = hub.wanted_since();
  reader.next = start_for(hub);
  if (needs_opus(hub.form)) {
    if (!opus_on_) start_opus(reader.next);
    // Encoded already, but perhaps not as far back as this one would like.
    const int group = slices_of(hub);
    while (reader.next < opus_next_ && slice(reader.next).packet.empty()) reader.next += group;
  }
  if (hub.form == Form::ogg) {
    auto muxer = live::OggOpusMuxer::make(++serial_, pre_skip(),
                                          {{"TITLE", settings_.title}, {"ENCODER", "Tutti"}});
    if (muxer) {
      ogg_ = std::move(*muxer);
      hub.publish({Kind::header, 0, 0, shared(ogg_->headers())}, reader.wanted);
    }
  }
  // The bar that sounds where it begins is told first.
  reader.bar = next_bar_;
  if (!bars_.empty()) {
    reader.bar = bars_.front().number;
    const std::int64_t frame = reader.next < count_ && reader.next >= oldest()
                                   ? slice(reader.next).frame
                                   : (slices_.empty() ? 0 : slices_.back()->frame + kSliceFrames);
    for (const Bar& bar : bars_) {
      if (bar.item.frame <= frame) reader.bar = bar.number;
    }
  }
}

void Desk::publish(std::span<const std::shared_ptr<Hub>> hubs, const Mp3Sink& mp3) {
  std::set<const Hub*> seen;
  Hub* mp3_hub = nullptr;
  bool opus = false;
  for (const auto& hub : hubs) {
    if (hub->count() == 0) continue;
    seen.insert(hub.get());
    opus |= needs_opus(hub->form);
    if (hub->form == Form::mp3) mp3_hub = hub.get();
  }
  std::erase_if(readers_, [&](const auto& entry) { return !seen.contains(entry.first); });
  if (!opus) {
    opus_on_ = false;
    ogg_.reset();
  }
  for (const auto& hub : hubs) {
    if (!seen.contains(hub.get()) || hub->form == Form::mp3) continue;
    Reader& reader = readers_[hub.get()];
    if (!reader.active || reader.wanted != hub->wanted_since()) activate(*hub, reader);
  }
  if (opus_on_) encode_opus();
  for (const auto& hub : hubs) {
    if (seen.contains(hub.get()) && hub->form != Form::mp3) serve(*hub, readers_[hub.get()]);
  }
  if (mp3_hub || mp3) {
    serve_mp3(mp3_hub, mp3_hub ? &readers_[mp3_hub] : nullptr, mp3);
  } else {
    mp3_.reset();
  }
}

void Desk::publish_bars(Hub& hub, Reader& reader, std::int64_t before) {
  for (const Bar& bar : bars_) {
    if (bar.number < reader.bar || bar.item.frame >= before) continue;
    hub.publish(bar.item, reader.wanted);
    reader.bar = bar.number + 1;
  }
}

void Desk::serve(Hub& hub, Reader& reader) {
  const int group = slices_of(hub);
  reader.next = std::max(reader.next, oldest());
  while (reader.next + group <= count_) {
    const std::int64_t frame = slice(reader.next).frame;
    const std::int64_t frames = group * kSliceFrames;
    if (is_socket(hub.form)) publish_bars(hub, reader, frame + frames);
    std::string bytes = message(hub, reader.next, group);
    reader.next += group;
    if (!bytes.empty()) {
      hub.publish({Kind::sound, frame, frames, shared(std::move(bytes))}, reader.wanted);
    }
  }
}

const std::vector<std::int16_t>& Desk::pcm(Slice& slice) {
  if (slice.pcm.empty()) {
    to_pcm16(slice.left.data(), slice.right.data(), kSliceFrames, dither_, slice.pcm);
  }
  return slice.pcm;
}

std::string Desk::message(const Hub& hub, std::int64_t first, int slices) {
  std::string bytes;
  Slice& head = slice(first);
  const std::int64_t frames = slices * kSliceFrames;
  switch (hub.form) {
    case Form::json: {
      std::vector<std::int16_t> all;
      for (int i = 0; i < slices; ++i) {
        const auto& some = pcm(slice(first + i));
        all.insert(all.end(), some.begin(), some.end());
      }
      return audio_text(all, head.frame, head.server_time);
    }
    case Form::pcm16:
      append_head(bytes, Binary::pcm16, slices, frames, head.frame, head.server_time);
      for (int i = 0; i < slices; ++i) append_pcm16(bytes, pcm(slice(first + i)));
      return bytes;
    case Form::opus:
      append_head(bytes, Binary::opus, slices, frames, head.frame, head.server_time);
      for (int i = 0; i < slices; ++i) append_packet(bytes, slice(first + i).packet);
      return bytes;
    case Form::ogg:
      if (!ogg_) return bytes;
      for (int i = 0; i < slices; ++i) ogg_->add(slice(first + i).packet, kSliceFrames);
      return ogg_->page();
    case Form::mp3:
      break;
  }
  return bytes;
}

void Desk::start_opus(std::int64_t from) {
  if (!opus_) {
    auto encoder = live::OpusEncoder::make({settings_.opus_bits, 10});
    if (!encoder) return;
    opus_ = std::move(*encoder);
    pre_skip_ = opus_->pre_skip();
  } else {
    opus_->reset();
  }
  for (auto& slice : slices_) slice->packet.clear();
  opus_next_ = std::max(oldest(), from - kPreRoll);
  opus_on_ = true;
}

void Desk::encode_opus() {
  opus_next_ = std::max(opus_next_, oldest());
  for (; opus_next_ < count_; ++opus_next_) {
    Slice& next = slice(opus_next_);
    opus_->encode(next.left.data(), next.right.data(), next.packet);
  }
}

void Desk::serve_mp3(Hub* hub, Reader* reader, const Mp3Sink& sink) {
  const bool fresh = reader && (!reader->active || reader->wanted != hub->wanted_since());
  if (fresh) {
    reader->active = true;
    reader->wanted = hub->wanted_since();
  }
  if (!mp3_) {
    auto encoder = live::Mp3Encoder::make({kRate, settings_.mp3_bits, 5});
    if (!encoder) return;
    mp3_ = std::move(*encoder);
    mp3_next_ =
        std::max(oldest(), count_ - opening_frames(Form::mp3, Latency::normal) / kSliceFrames);
    mp3_first_frame_ = mp3_next_ < count_ ? slice(mp3_next_).frame
                       : slices_.empty()  ? 0
                                          : slices_.back()->frame + kSliceFrames;
  }
  mp3_next_ = std::max(mp3_next_, oldest());
  while (mp3_next_ + kMessageSlices <= count_) {
    std::vector<float> left, right;
    const double server_time = slice(mp3_next_).server_time;
    const std::int64_t frame = slice(mp3_next_).frame;
    for (int i = 0; i < kMessageSlices; ++i, ++mp3_next_) {
      const Slice& next = slice(mp3_next_);
      left.insert(left.end(), next.left.begin(), next.left.end());
      right.insert(right.end(), next.right.begin(), next.right.end());
    }
    const live::Mp3Run run = mp3_->encode(left.data(), right.data(), static_cast<int>(left.size()));
    if (run.bytes.empty()) continue;
    const std::int64_t at = mp3_first_frame_ + run.frame - mp3_->delay();
    if (hub) hub->publish({Kind::sound, at, run.frames, shared(run.bytes)});
    if (sink) {
      sink(run, at, server_time + static_cast<double>(at - frame) * 1e3 / kRate);
    }
  }
}

}  // namespace tutti::streams
