# How a folder becomes a library or a program. Folders that do not exist yet, or hold only headers, are
# fine; new sources are picked up by the next build without a word here.

set(api_pch_source ${CMAKE_BINARY_DIR}/api_pch.cpp)
if(NOT EXISTS ${api_pch_source})
    file(WRITE ${api_pch_source} "")
endif()

# The one precompiled header (cmake/api_pch.h): compiled here, reused by everything below.
add_library(api_pch OBJECT ${api_pch_source})
target_include_directories(api_pch PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(api_pch PRIVATE server_proto boost_sources)
target_precompile_headers(api_pch PRIVATE <cmake/api_pch.h>)

# sources_in(<variable> <folder>): its .cpp files, those of a main program left out.
function(sources_in variable folder)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
    list(FILTER found EXCLUDE REGEX "/main\\.cpp$")
    set(${variable} ${found} PARENT_SCOPE)
endfunction()

# server_library(<folder> <layer> [LIBRARIES ...]): the library server_<folder>, made of server/<folder>/.
# It links every folder of a smaller layer, and so may include exactly those (tests/tidy holds it to that).
function(server_library folder layer)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    set(name server_${folder})
    sources_in(sources server/${folder})
    set(scope PUBLIC)
    if(sources)
        batches(sources ${name} ${sources})
        add_library(${name} STATIC ${sources})
        if(layer GREATER 0)
            target_precompile_headers(${name} REUSE_FROM api_pch)
        endif()
    else()
        add_library(${name} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${name} ${scope} ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} ${scope} ${arg_LIBRARIES})

    get_property(known GLOBAL PROPERTY server_libraries)
    foreach(other IN LISTS known)
        get_property(other_layer GLOBAL PROPERTY ${other}_layer)
        if(other_layer LESS layer)
            target_link_libraries(${name} ${scope} ${other})
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY server_libraries ${name})
    set_property(GLOBAL PROPERTY ${name}_layer ${layer})
endfunction()

# What a program of cli/ links beside the library cli. Those that are not named reach the server through its API
# alone.
set(libraries_of_temporal server_app)
set(libraries_of_temporal-sql-tool server_store)
set(libraries_of_temporal-cassandra-tool server_store)

# add_programs(): server/main.cpp is temporal-server; each cli/<name>/main.cpp is <name>, with the sources
# of its folder; what lies elsewhere in cli/ is the library cli, which all of these share.
function(add_programs)
    add_custom_target(programs)
    if(EXISTS ${CMAKE_SOURCE_DIR}/server/main.cpp)
        add_executable(temporal-server server/main.cpp)
        target_link_libraries(temporal-server PRIVATE server_app)
        target_precompile_headers(temporal-server REUSE_FROM api_pch)
        add_dependencies(programs temporal-server)
    endif()

    file(GLOB mains CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cli/*/main.cpp)
    sources_in(shared cli)
    foreach(main IN LISTS mains)
        cmake_path(GET main PARENT_PATH folder)
        cmake_path(GET folder FILENAME program)
        sources_in(own cli/${program})
        list(REMOVE_ITEM shared ${main} ${own})
        batches(own ${program} ${own})
        add_executable(${program} ${main} ${own})
        target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR})
        target_link_libraries(${program} PRIVATE cli ${libraries_of_${program}})
        target_precompile_headers(${program} REUSE_FROM api_pch)
        add_dependencies(programs ${program})
    endforeach()
    batches(shared cli ${shared})
    add_library(cli STATIC ${shared})
    target_include_directories(cli PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(cli PUBLIC server_runtime grpc Boost::json)
    target_precompile_headers(cli REUSE_FROM api_pch)
endfunction()
