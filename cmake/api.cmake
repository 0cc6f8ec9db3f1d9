# Imports the generated message code that proto/CMakeLists.txt has built (see there).

set(TEMPORAL_API_DIR ${CMAKE_SOURCE_DIR}/build/api CACHE PATH "Build tree of proto/: generated headers and libraries")
if(NOT EXISTS ${TEMPORAL_API_DIR}/gen/temporal/api/workflowservice/v1/service.pb.h)
    message(FATAL_ERROR "no generated API in ${TEMPORAL_API_DIR}: run `make api` first")
endif()

find_package(Protobuf REQUIRED)

add_library(temporal_api STATIC IMPORTED)
set_target_properties(temporal_api PROPERTIES
    IMPORTED_LOCATION ${TEMPORAL_API_DIR}/lib/libtemporal_api.a
    INTERFACE_INCLUDE_DIRECTORIES ${TEMPORAL_API_DIR}/gen
    INTERFACE_LINK_LIBRARIES protobuf::libprotobuf)

# No code refers to the files that hold services, but their descriptors are what the gRPC edge registers
# its methods from: naming a symbol of each pulls it out of the archive and into the descriptor pool.
foreach(file
        temporal/api/workflowservice/v1/service
        temporal/api/operatorservice/v1/service
        temporal/api/errordetails/v1/message
        grpc/health/v1/health)
    string(REPLACE "/" "_2f" symbol ${file})
    set_property(TARGET temporal_api APPEND PROPERTY
        INTERFACE_LINK_OPTIONS LINKER:--undefined=descriptor_table_${symbol}_2eproto)
endforeach()

# Our own messages: small, and wanted whole for the same reason.
add_library(server_proto_archive STATIC IMPORTED)
set_target_properties(server_proto_archive PROPERTIES
    IMPORTED_LOCATION ${TEMPORAL_API_DIR}/lib/libserver_proto.a
    INTERFACE_INCLUDE_DIRECTORIES ${TEMPORAL_API_DIR}/gen
    INTERFACE_LINK_LIBRARIES temporal_api)
add_library(server_proto INTERFACE)
target_link_libraries(server_proto INTERFACE "$<LINK_LIBRARY:WHOLE_ARCHIVE,server_proto_archive>" temporal_api)
