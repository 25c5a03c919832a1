function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component engine --prefix ${WORK}/engine)
run(${CMAKE_COMMAND} -S ${SOURCE}/examples/engine -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_PREFIX_PATH=${WORK}/engine -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
run(${CMAKE_COMMAND} --build ${WORK}/build)

# A melody through effects into the meter, as a person would pipe them.
run(${BUILD}/tests/package/tiny_font_file ${WORK}/font.sf2)
execute_process(COMMAND ${WORK}/build/melody ${WORK}/font.sf2
                COMMAND ${WORK}/build/effects "highpass freq=80, gain gain=-6"
                COMMAND ${WORK}/build/loudness
                OUTPUT_VARIABLE said ERROR_VARIABLE complaint RESULTS_VARIABLE results)
message(STATUS "${said}${complaint}")
if(NOT said MATCHES "^-[0-9]+\\.[0-9] LUFS, range ")
  message(FATAL_ERROR "the examples did not measure a melody: ${said}")
endif()
execute_process(COMMAND ${WORK}/build/effects "compresor" RESULT_VARIABLE failed ERROR_VARIABLE complaint)
if(NOT failed EQUAL 2 OR NOT complaint MATCHES "compressor")
  message(FATAL_ERROR "a wrong name was not explained: ${complaint}")
endif()
