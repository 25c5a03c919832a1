# tutti_json: what a target needs to include Boost.JSON (and other header-only Boost). Natively that
# is nothing. For WASM the headers of /usr/include must stay out of the way (they are glibc's), so only
# the boost folder is linked into an include folder of its own. tutti_base passes this on, and holds
# the library itself (engine/base/json_boost.cpp).
add_library(tutti_json INTERFACE)
target_compile_definitions(tutti_json INTERFACE BOOST_JSON_NO_LIB)
if(TUTTI_WASM)
  set(TUTTI_BOOST_INCLUDE /usr/include/boost CACHE PATH "folder of the Boost headers")
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/boost-include)
  file(CREATE_LINK ${TUTTI_BOOST_INCLUDE} ${CMAKE_BINARY_DIR}/boost-include/boost SYMBOLIC)
  target_include_directories(tutti_json SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/boost-include)
  target_compile_definitions(tutti_json INTERFACE BOOST_SYSTEM_DISABLE_THREADS)
endif()
