# CMake does not know the system that wasm-toolchain.cmake names; there is nothing to say about it.
