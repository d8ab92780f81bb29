# sakuga_module(<name> [TORCH] SOURCES <file>... [PUBLIC <dep>...] [PRIVATE <dep>...] [TESTS <file>...])
#
# Declares the static library sakuga::<name>, and one test program and CTest entry, both named after
# the module, from its *_test.cpp files. PUBLIC dependencies appear in the module's headers,
# PRIVATE ones only in its .cpp files. TORCH links libtorch and shares its precompiled header.
function(sakuga_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;PUBLIC;PRIVATE;TESTS")

  add_library(sakuga_${name} STATIC ${arg_SOURCES})
  add_library(sakuga::${name} ALIAS sakuga_${name})
  target_link_libraries(sakuga_${name} PUBLIC sakuga::options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})

  if(BUILD_TESTING AND arg_TESTS)
    add_executable(sakuga_${name}_test ${arg_TESTS})
    target_link_libraries(sakuga_${name}_test PRIVATE sakuga_${name} ${arg_PRIVATE} GTest::gtest_main)
    target_compile_definitions(sakuga_${name}_test PRIVATE SAKUGA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND sakuga_${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 240)
  endif()

  if(arg_TORCH)
    target_link_libraries(sakuga_${name} PUBLIC ${TORCH_LIBRARIES})
    target_precompile_headers(sakuga_${name} REUSE_FROM sakuga_torch_header)
    if(TARGET sakuga_${name}_test)
      target_precompile_headers(sakuga_${name}_test REUSE_FROM sakuga_torch_header)
    endif()
  endif()
endfunction()
