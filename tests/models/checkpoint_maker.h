// Checkpoints as torch.save writes them, with a pickle written by hand: for tests of the reader.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <zip.h>

namespace tutti::test {

// Writes the opcodes of protocol 2.
class PickleWriter {
 public:
  PickleWriter() { text_ += "\x80\x02"; }
  PickleWriter& raw(std::string_view bytes) {
    text_ += bytes;
    return *this;
  }
  PickleWriter& mark() { return raw("("); }
  PickleWriter& text(std::string_view value) {
    raw("X").little(value.size(), 4);
    return raw(value);
  }
  PickleWriter& integer(std::int32_t value) {
    raw("J");
    return little(static_cast<std::uint32_t>(value), 4);
  }
  PickleWriter& real(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, 8);
    raw("G");
    for (int i = 7; i >= 0; --i) text_ += static_cast<char>(bits >> (8 * i));
    return *this;
  }
  PickleWriter& truth(bool value) { return raw(value ? "\x88" : "\x89"); }
  PickleWriter& name(std::string_view module, std::string_view attribute) {
    return raw("c").raw(module).raw("\n").raw(attribute).raw("\n");
  }
  PickleWriter& little(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) text_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  // As the first of its kind, later ones come from the memo.
  PickleWriter& put(int slot) { return raw("q").little(static_cast<std::uint64_t>(slot), 1); }
  PickleWriter& get(int slot) { return raw("h").little(static_cast<std::uint64_t>(slot), 1); }

  // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())
  PickleWriter& tensor(bool half, const std::string& key, std::int32_t stored, std::int32_t offset,
                       const std::vector<std::int32_t>& shape) {
    name("torch._utils", "_rebuild_tensor_v2").mark();
    mark().text("storage").name("torch", half ? "HalfStorage" : "FloatStorage").text(key);
    text("cpu").integer(stored).raw("tQ").integer(offset);
    std::vector<std::int32_t> stride(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) stride[i - 1] = stride[i] * shape[i];
    for (const auto& list : {shape, stride}) {
      mark();
      for (const auto number : list) integer(number);
      raw("t");
    }
    return truth(false).name("collections", "OrderedDict").raw(")R").raw("tR");
  }

  std::string finish() const { return text_ + "."; }

 private:
  std::string text_;
};

struct ZipPart {
  std::string name, bytes;
};

// Stored, not deflated, as torch.save does it.
inline std::vector<std::byte> zip_of(const std::vector<ZipPart>& parts, bool stored = true) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& part : parts) {
    zip_source_t* source = zip_source_buffer(archive, part.bytes.data(), part.bytes.size(), 0);
    const auto index = zip_file_add(archive, part.name.c_str(), source, 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                             stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
    zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), 1'600'000'000, 0);
  }
  zip_close(archive);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::vector<std::byte> bytes(static_cast<std::size_t>(zip_source_tell(target)));
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return bytes;
}

// Keyword arguments of the public htdemucs that a reader may look at.
struct CheckpointForm {
  std::string klass = "HTDemucs", module = "demucs.htdemucs";
  std::string fourth = "vocals";
  int nfft = 4096;
  bool stored = true;
  std::string extra;  // opcodes of one more pair of the outermost dictionary
};

inline std::string pickle_of(const CheckpointForm& form = {}) {
  PickleWriter w;
  w.raw("}").put(0).mark();
  w.text("klass").name(form.module, form.klass).put(1);
  w.text("args").raw(")");
  w.text("kwargs").raw("}").put(2).mark();
  w.text("sources").raw("]").put(3).mark();
  w.text("drums").text("bass").text("other").text(form.fourth).raw("e");
  w.text("channels").integer(48).text("nfft").integer(form.nfft);
  w.text("cac").truth(true).text("freq_emb").real(0.2).text("t_heads").integer(8);
  w.text("t_emb").text("sin").text("channels_time").raw("N");
  w.text("segment").name("fractions", "Fraction").text("39/5").raw("\x85R");
  w.raw("u");
  w.text("state").name("collections", "OrderedDict").raw(")R").put(4).mark();
  w.text("encoder.0.conv.weight").tensor(true, "0", 6, 0, {2, 3});
  w.text("encoder.0.conv.bias").tensor(false, "1", 5, 2, {3});
  w.text("one").tensor(false, "2", 1, 0, {});
  w.raw("u");
  // state_dict() hangs its versions on the dictionary.
  w.raw("}").text("_metadata").raw("}s").raw("b");
  w.text("training_args").raw("}").mark();
  w.text("epochs")
      .raw({"\x8a\x05\x01\x02\x03\x04\x00", 7})
      .text("best")
      .name("numpy.core.multiarray", "scalar");
  w.mark().name("numpy", "dtype").mark().text("f8").truth(false).truth(true).raw("tR");
  w.mark().integer(3).text("<").raw("NNN").integer(-1).integer(-1).integer(0).raw("tb");
  w.name("_codecs", "encode").mark().text("12345678").text("latin1").raw("tR").raw("tR");
  w.raw("u");
  w.raw(form.extra);
  w.raw("u");
  return w.finish();
}

inline std::vector<std::byte> checkpoint_of(const std::string& pickle, bool stored = true) {
  // float16 1 … 6; float32 with two more before.
  std::string half, whole(20, '\0'), one(4, '\0');
  for (const std::uint16_t bits : {0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600}) {
    half += static_cast<char>(bits & 255);
    half += static_cast<char>(bits >> 8);
  }
  const float numbers[] = {-1, -2, 0.5f, 0.25f, 0.125f}, single = 7;
  std::memcpy(whole.data(), numbers, 20);
  std::memcpy(one.data(), &single, 4);
  return zip_of({{"955717e8/data.pkl", pickle},
                 {"955717e8/data/0", half},
                 {"955717e8/data/1", whole},
                 {"955717e8/data/2", one},
                 {"955717e8/version", "3\n"}},
                stored);
}

}  // namespace tutti::test
