// Second-order sections that keep the shape of their analogue model up to the Nyquist frequency.
//
// The bilinear transform squeezes everything above a third of the rate. Here the squared magnitude
// of the analogue model is met exactly at zero, at the Nyquist frequency and at up to three places
// around the corner, by a rational function in sin²(w/2) (the idea of Orfanidis 1997 and Vicanek
// 2016, with more points); the section is its minimum-phase factor. Against the model, from 20 Hz
// to 0.49 of the rate: bells keep within 0.06 dB for each dB of their gain whatever the corner, and
// within 0.1 dB while it is below a fortieth of the rate; 16 kHz at 44.1 kHz, 6 dB, q 1: 0.3 dB,
// where the bilinear transform is off by 3. Shelves of q 0.7: 0.4 dB at 6 dB. Cuts: 0.1 dB over an
// octave around a corner below a twentieth of the rate (tests/dsp/matched_test.cpp).
//
// Sections are given as trapezoidal state-variable filters (Zavalishin 2012; Simper 2013), which
// stay accurate at low corners in single precision and stable while their coefficients move.
// Frequencies are angles a sample, 2 pi f / rate. Pure; no allocation; any thread.
#pragma once

namespace tutti::dsp {

struct Complex {
  double re = 0, im = 0;
};

// H(s) = (n2 s² + n1 s + n0) / (d2 s² + d1 s + d0) with s = j f / corner.
struct Analogue {
  double n2 = 0, n1 = 0, n0 = 1, d2 = 1, d1 = 1, d0 = 1;
};

// The usual models; `gain` in dB, `q` > 0. Bells have a half-gain width that does not depend on the
// gain (q = corner / width); shelves have half their gain at the corner.
Analogue bell(double gain, double q) noexcept;
Analogue low_shelf(double gain, double q) noexcept;
Analogue high_shelf(double gain, double q) noexcept;
Analogue low_pass(double q) noexcept;
Analogue high_pass(double q) noexcept;
Analogue band_pass(double q) noexcept;  // 0 dB at the corner
Analogue notch(double q) noexcept;
Analogue low_pass1() noexcept;  // 6 dB/oct
Analogue high_pass1() noexcept;

// H = (c2 s² + c1 s + c0) / (s² + k s + 1) with s = j tan(w / 2) / g. The initial values let
// everything pass.
struct Section {
  double g = 1, k = 2, c2 = 1, c1 = 2, c0 = 1;
  friend bool operator==(const Section&, const Section&) = default;
};

// The section that follows `model` with its corner at `w0` (above 0). Corners stop at
// 0.98 of the Nyquist frequency, those of cuts, notches and band passes at 0.92 of it.
Section matched(const Analogue& model, double w0) noexcept;
// The same by the bilinear transform, exact at the corner: for filters that sweep at audio rate.
Section bilinear(const Analogue& model, double w0) noexcept;

// part * H + (1 - part).
Section blended(const Section&, double part) noexcept;

Complex response(const Section&, double w) noexcept;
Complex response(const Analogue&, double f_over_corner) noexcept;
double squared(const Complex&) noexcept;
Complex product(const Complex&, const Complex&) noexcept;

// Frames until the section's own ringing has fallen by `decibels` (> 0).
double ring_frames(const Section&, double decibels) noexcept;

}  // namespace tutti::dsp
