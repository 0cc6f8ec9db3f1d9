# The charms: one static program each, `dispatch`, which Juju starts for every hook and every action. The
# charm's container has an older C library and none of our packages, so nothing is loaded at run time. Of
# the server they contain base/ and config/ alone, compiled here once more so that nothing else can come in.

find_library(YAML_CPP_ARCHIVE libyaml-cpp.a REQUIRED)
find_library(BOOST_JSON_ARCHIVE libboost_json.a REQUIRED)
find_library(FARMHASH_ARCHIVE libfarmhash.a REQUIRED)

file(GLOB charm_server_sources CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/server/base/*.cpp ${CMAKE_SOURCE_DIR}/server/config/*.cpp)
file(GLOB_RECURSE charm_sources CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/charm/*.cpp ${CMAKE_SOURCE_DIR}/hooks/*.cpp ${CMAKE_SOURCE_DIR}/actions/*.cpp)
list(FILTER charm_sources EXCLUDE REGEX "/(dispatch|boost_sources)\\.cpp$")

# No batches: a program holds the objects it uses and no more.
add_library(charm_server STATIC ${charm_server_sources})
add_library(charm_parts STATIC ${charm_sources})
add_library(charm_boost STATIC charm/pebble/boost_sources.cpp)
target_link_libraries(charm_server PUBLIC ${YAML_CPP_ARCHIVE} ${BOOST_JSON_ARCHIVE} ${FARMHASH_ARCHIVE})
target_link_libraries(charm_parts PUBLIC charm_server)
foreach(library charm_server charm_parts charm_boost)
    target_include_directories(${library} PUBLIC ${CMAKE_SOURCE_DIR})
endforeach()

# Parsed once for the fifty small files that use it.
target_precompile_headers(charm_parts PRIVATE <boost/json.hpp> <map> <optional> <string> <vector>)

# charm_program(<target> <folder of the output> <source>)
function(charm_program target folder source)
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE charm_parts charm_boost)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME dispatch RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/charm/${folder})
    # A sanitised program cannot be static.
    if(NOT TEMPORAL_SANITIZE)
        target_link_options(${target} PRIVATE -static)
    endif()
endfunction()

charm_program(dispatch temporal-k8s charm/dispatch.cpp)
charm_program(dispatch_admin temporal-admin-k8s charm/admin/dispatch.cpp)
add_custom_target(charms DEPENDS dispatch dispatch_admin charm_stage charm_hook_tool)

# The programs around a charm in its tests.
add_executable(charm_stage tests/charm/stage/main.cpp)
target_link_libraries(charm_stage PRIVATE charm_server)
if(NOT TEMPORAL_SANITIZE)
    target_link_options(charm_stage PRIVATE -static)
endif()

# Without any library, in every tree: a history starts them by the thousand.
add_executable(charm_hook_tool tests/charm/hook_tool/main.cpp)
target_compile_options(charm_hook_tool PRIVATE -fno-sanitize=all -ffreestanding -fno-stack-protector -fno-exceptions
    -fno-rtti -fno-pie -fno-tree-loop-distribute-patterns)
target_link_options(charm_hook_tool PRIVATE -fno-sanitize=all -static -no-pie -nostdlib)
