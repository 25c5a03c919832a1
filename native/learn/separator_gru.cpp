#include "native/learn/separator_gru.h"

#include "native/learn/separator_math.h"

namespace tutti::learn {
namespace {

// gates: W_i x + b_i, become r z n; products: W_h h; q: W_hn h + b_hn.
TUTTI_CLONES void step_forward(float* gates, const float* products, const float* bias,
                               const float* before, float* q, float* out, long rows, long hidden) {
  for (long i = 0; i < rows; ++i) {
    float* const g = gates + i * 3 * hidden;
    const float* const p = products + i * 3 * hidden;
    const float* const h = before + i * hidden;
    float* const qi = q + i * hidden;
    float* const o = out + i * hidden;
#pragma GCC ivdep
    for (long j = 0; j < hidden; ++j) {
      const float r = sigmoid_of(g[j] + p[j] + bias[j]);
      const float z = sigmoid_of(g[hidden + j] + p[hidden + j] + bias[hidden + j]);
      const float w = p[2 * hidden + j] + bias[2 * hidden + j];
      const float n = tanh_of(g[2 * hidden + j] + r * w);
      g[j] = r;
      g[hidden + j] = z;
      g[2 * hidden + j] = n;
      qi[j] = w;
      o[j] = n + z * (h[j] - n);
    }
  }
}

// From the gradient of a state to those of the gates: `to_inputs` of W_i x, `to_states` of W_h h.
// `carry` holds what later steps ask of this state and becomes z times the whole gradient.
TUTTI_CLONES void step_backward(const float* gates, const float* q, const float* before,
                                const float* given, float* carry, float* to_inputs,
                                float* to_states, long rows, long hidden) {
  for (long i = 0; i < rows; ++i) {
    const float* const g = gates + i * 3 * hidden;
    const float* const qi = q + i * hidden;
    const float* const h = before + i * hidden;
    const float* const d = given + i * hidden;
    float* const c = carry + i * hidden;
    float* const a = to_inputs + i * 3 * hidden;
    float* const b = to_states + i * 3 * hidden;
#pragma GCC ivdep
    for (long j = 0; j < hidden; ++j) {
      const float whole = d[j] + c[j];
      const float r = g[j], z = g[hidden + j], n = g[2 * hidden + j];
      const float dn = whole * (1 - z) * (1 - n * n);
      const float dz = whole * (h[j] - n) * z * (1 - z);
      const float dr = dn * qi[j] * r * (1 - r);
      a[j] = dr;
      a[hidden + j] = dz;
      a[2 * hidden + j] = dn;
      b[j] = dr;
      b[hidden + j] = dz;
      b[2 * hidden + j] = dn * r;
      c[j] = whole * z;
    }
  }
}

class Gru : public torch::autograd::Function<Gru> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, torch::Tensor x,
                               torch::Tensor w_ih, torch::Tensor w_hh, torch::Tensor b_ih,
                               torch::Tensor b_hh, bool reverse) {
    x = x.contiguous();
    const long steps = x.size(0), rows = x.size(1), in = x.size(2), hidden = w_hh.size(1);
    const auto gates = at::addmm(b_ih, x.view({steps * rows, in}), w_ih.t());
    const auto q = at::empty({steps, rows, hidden}, x.options());
    // One state more than steps: zeros stand where the way begins.
    const auto states = at::empty({steps + 1, rows, hidden}, x.options());
    states[reverse ? steps : 0].zero_();
    auto products = at::empty({rows, 3 * hidden}, x.options());
    const auto turned = w_hh.t().contiguous();
    for (long i = 0; i < steps; ++i) {
      const long t = reverse ? steps - 1 - i : i;
      const long before = reverse ? t + 1 : t, after = reverse ? t : t + 1;
      at::mm_out(products, states[before], turned);
      step_forward(gates.data_ptr<float>() + t * rows * 3 * hidden, products.data_ptr<float>(),
                   b_hh.data_ptr<float>(), states.data_ptr<float>() + before * rows * hidden,
                   q.data_ptr<float>() + t * rows * hidden,
                   states.data_ptr<float>() + after * rows * hidden, rows, hidden);
    }
    context->save_for_backward({x, w_ih, w_hh, gates, q, states});
    context->saved_data["reverse"] = reverse;
    return states.narrow(0, reverse ? 0 : 1, steps);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list given) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w_ih = saved[1], &w_hh = saved[2], &gates = saved[3], &q = saved[4],
               &states = saved[5];
    const bool reverse = context->saved_data["reverse"].toBool();
    const long steps = x.size(0), rows = x.size(1), in = x.size(2), hidden = w_hh.size(1);
    const auto from = given[0].contiguous();
    const auto to_inputs = at::empty({steps * rows, 3 * hidden}, x.options());
    const auto to_states = at::empty({steps * rows, 3 * hidden}, x.options());
    auto carry = at::zeros({rows, hidden}, x.options());
    for (long i = steps - 1; i >= 0; --i) {
      const long t = reverse ? steps - 1 - i : i;
      const long before = reverse ? t + 1 : t;
      step_backward(gates.data_ptr<float>() + t * rows * 3 * hidden,
                    q.data_ptr<float>() + t * rows * hidden,
                    states.data_ptr<float>() + before * rows * hidden,
                    from.data_ptr<float>() + t * rows * hidden, carry.data_ptr<float>(),
                    to_inputs.data_ptr<float>() + t * rows * 3 * hidden,
                    to_states.data_ptr<float>() + t * rows * 3 * hidden, rows, hidden);
      carry.addmm_(to_states.narrow(0, t * rows, rows), w_hh);
    }
    const auto inputs = x.view({steps * rows, in});
    const auto before = states.narrow(0, reverse ? 1 : 0, steps).reshape({steps * rows, hidden});
    return {at::mm(to_inputs, w_ih).view({steps, rows, in}),
            at::mm(to_inputs.t(), inputs),
            at::mm(to_states.t(), before),
            to_inputs.sum(0),
            to_states.sum(0),
            torch::Tensor()};
  }
};

}  // namespace

torch::Tensor gru(const torch::Tensor& x, const torch::Tensor& w_ih, const torch::Tensor& w_hh,
                  const torch::Tensor& b_ih, const torch::Tensor& b_hh, bool reverse) {
  return Gru::apply(x, w_ih, w_hh, b_ih, b_hh, reverse);
}

}  // namespace tutti::learn
