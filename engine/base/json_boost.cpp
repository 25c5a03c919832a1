// Boost.JSON itself, compiled here once from its headers, so that native and WASM run one source.
#include <boost/json/src.hpp>

#ifdef BOOST_NO_EXCEPTIONS
#include <cstdlib>
#include <exception>

// The WASM build has no exceptions; Boost asks its user for this. Nothing in the engine calls an
// accessor that ends here.
namespace boost {
void throw_exception(std::exception const&) {
  std::abort();
}
void throw_exception(std::exception const&, source_location const&) {
  std::abort();
}
}  // namespace boost
#endif
