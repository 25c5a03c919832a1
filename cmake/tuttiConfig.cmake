# find_package(tutti): the engine as tutti::engine, and each of its rooms (tutti::dsp, tutti::effects …).
# Its headers want C++20 with vector extensions, and no contraction of floating-point operations where
# samples are to be the same everywhere.
include("${CMAKE_CURRENT_LIST_DIR}/tuttiTargets.cmake")
target_compile_features(tutti::engine INTERFACE cxx_std_20)
target_compile_options(tutti::engine INTERFACE -ffp-contract=off -Wno-psabi)
