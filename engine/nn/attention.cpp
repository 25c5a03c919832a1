#include "engine/nn/attention.h"

#include <cstdint>

namespace tutti::nn {

namespace {

constexpr int kQueries = 96, kKeys = 384;

constexpr std::size_t aligned(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

// Parts of the scratch memory, each 64-byte aligned.
struct Parts {
  std::byte* next;
  template <class T>
  T* take(std::size_t count) {
    T* const part = reinterpret_cast<T*>(next);
    next += aligned(count * sizeof(T));
    return part;
  }
};

// Panels of keys (tokens are outputs) and of values (tokens are inputs), as gemm_kernel.h has them.
// Tokens beyond the count are zeros.
void pack_keys(const AttentionInput& in, int offset, int each, int room, float* panels) {
  for (int t = 0; t < room; ++t) {
    float* const to = panels + static_cast<long>(t / kLanes) * each * kLanes + t % kLanes;
    const float* const from = in.data + t * in.stride + offset;
    for (int d = 0; d < each; ++d) to[static_cast<long>(d) * kLanes] = t < in.count ? from[d] : 0;
  }
}
void pack_keys(const std::uint16_t* rows, int each, int room, std::uint16_t* panels) {
  for (int t = 0; t < room; ++t) {
    std::uint16_t* const to =
        panels + static_cast<long>(t / kLanes) * each * kLanes + t % kLanes * 2;
    for (int d = 0; d < each; d += 2) {
      to[static_cast<long>(d) * kLanes] = rows[static_cast<long>(t) * each + d];
      to[static_cast<long>(d) * kLanes + 1] = rows[static_cast<long>(t) * each + d + 1];
    }
  }
}
void pack_values(const AttentionInput& in, int offset, int each, int room, float* panels) {
  for (int t = 0; t < room; ++t) {
    const float* const from = in.data + t * in.stride + offset;
    for (int d = 0; d < each; ++d)
      panels[(static_cast<long>(d / kLanes) * room + t) * kLanes + d % kLanes] =
          t < in.count ? from[d] : 0;
  }
}
void pack_values(const std::uint16_t* rows, int each, int room, std::uint16_t* panels) {
  for (int t = 0; t < room; ++t)
    for (int d = 0; d < each; ++d)
      panels[static_cast<long>(d / kLanes) * room * kLanes + static_cast<long>(t / 2) * 2 * kLanes +
             d % kLanes * 2 + t % 2] = rows[static_cast<long>(t) * each + d];
}

// One head's rows in bf16, `each` apart.
void halve(const AttentionInput& in, int offset, int each, int room, std::uint16_t* rows,
           const GemmKernels& kernels) {
  for (int t = 0; t < room; ++t) {
    std::uint16_t* const to = rows + static_cast<long>(t) * each;
    if (t < in.count) {
      kernels.to_bf16(in.data + t * in.stride + offset, to, each);
    } else {
      for (int d = 0; d < each; ++d) to[d] = 0;
    }
  }
}

}  // namespace

std::size_t attend_scratch_bytes(int keys, int each) {
  const auto room = static_cast<std::size_t>(padded(keys)), wide = static_cast<std::size_t>(each);
  return 2 * aligned(room * wide * sizeof(float)) + aligned(room * wide * 2) +
         aligned(kQueries * kKeys * sizeof(float)) + aligned(kQueries * kKeys * 2) +
         aligned(kQueries * wide * sizeof(float)) + aligned(kQueries * wide * 2) +
         2 * aligned(kQueries * sizeof(float));
}

void attend(const AttentionInput& query, const AttentionInput& keys, const AttentionInput& values,
            int heads, int each, float* out, long out_stride, Precision precision,
            std::byte* scratch, const GemmKernels& kernels, const NormKernels& norms) noexcept {
  const bool half = precision == Precision::bf16 && kernels.multiply_bf16 != nullptr;
  const auto multiply = half ? kernels.multiply_bf16 : kernels.multiply;
  const int room = padded(keys.count);
  const auto whole = static_cast<std::size_t>(room) * static_cast<std::size_t>(each);
  Parts parts{scratch};
  auto* const key_panels = parts.take<float>(whole);
  auto* const value_panels = parts.take<float>(whole);
  auto* const rows = parts.take<std::uint16_t>(whole);
  auto* const scores = parts.take<float>(kQueries * kKeys);
  auto* const weights = parts.take<std::uint16_t>(kQueries * kKeys);
  auto* const mixed = parts.take<float>(kQueries * static_cast<std::size_t>(each));
  auto* const asked = parts.take<std::uint16_t>(kQueries * static_cast<std::size_t>(each));
  auto* const most = parts.take<float>(kQueries);
  auto* const total = parts.take<float>(kQueries);
  for (int h = 0; h < heads; ++h) {
    const int offset = h * each;
    if (half) {
      halve(keys, offset, each, room, rows, kernels);
      pack_keys(rows, each, room, reinterpret_cast<std::uint16_t*>(key_panels));
      halve(values, offset, each, room, rows, kernels);
      pack_values(rows, each, room, reinterpret_cast<std::uint16_t*>(value_panels));
    } else {
      pack_keys(keys, offset, each, room, key_panels);
      pack_values(values, offset, each, room, value_panels);
    }
    for (int q = 0; q < query.count; q += kQueries) {
      const int some = query.count - q < kQueries ? query.count - q : kQueries;
      const float* const first = query.data + q * query.stride + offset;
      if (half)
        for (int r = 0; r < some; ++r)
          kernels.to_bf16(first + r * query.stride, asked + static_cast<long>(r) * each, each);
      const GemmRun question{half ? static_cast<const void*>(asked) : first, 0, each};
      for (int r = 0; r < some; ++r) total[r] = 0;
      for (int k = 0; k < keys.count; k += kKeys) {
        const int wide = room - k < kKeys ? room - k : kKeys;
        const int count = keys.count - k < wide ? keys.count - k : wide;
        GemmCall call;
        call.runs = &question;
        call.run_count = 1;
        call.stride = half ? each : query.stride;
        call.rows = some;
        call.panels = half ? static_cast<const void*>(reinterpret_cast<std::uint16_t*>(key_panels) +
                                                      static_cast<long>(k) * each)
                           : key_panels + static_cast<long>(k) * each;
        call.panel_depth = each;
        call.panel_count = wide / kLanes;
        call.y = scores;
        call.y_stride = kKeys;
        multiply(call);
        for (int r = 0; r < some; ++r) {
          float* const row = scores + static_cast<long>(r) * kKeys;
          const float peak = norms.largest(row, count);
          if (k == 0) {
            most[r] = peak;
          } else if (peak > most[r]) {
            float before = most[r];
            norms.exponentials(&before, 1, peak);  // before = exp(before - peak)
            total[r] *= before;
            norms.scale(mixed + static_cast<long>(r) * each, each, before);
            most[r] = peak;
          }
          if (half) {
            std::uint16_t* const own = weights + static_cast<long>(r) * kKeys;
            total[r] += kernels.exponentials_bf16(row, own, count, most[r]);
            for (int i = count; i < wide; ++i) own[i] = 0;
          } else {
            total[r] += norms.exponentials(row, count, most[r]);
            for (int i = count; i < wide; ++i) row[i] = 0;
          }
        }
        const GemmRun answer{half ? static_cast<const void*>(weights) : scores, k, wide};
        call.runs = &answer;
        call.stride = kKeys;
        call.panels = value_panels;
        call.panel_depth = room;
        call.panel_count = each / kLanes;
        call.add = k > 0;
        call.y = mixed;
        call.y_stride = each;
        multiply(call);
      }
      for (int r = 0; r < some; ++r) {
        float* const to = out + (q + r) * out_stride + offset;
        const float* const from = mixed + static_cast<long>(r) * each;
        const float factor = 1.0f / total[r];
        for (int d = 0; d < each; ++d) to[d] = from[d] * factor;
      }
    }
  }
}

}  // namespace tutti::nn
