# Third-party libraries, all from Debian packages (scripts/setup installs them).

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81.0 EXACT REQUIRED CONFIG COMPONENTS json)

pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(YAML_CPP REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(SPDLOG REQUIRED IMPORTED_TARGET spdlog)

# Three names of gRPC's instead of the fifty that its pkg-config file lists: each shared library that is
# really loaded costs start-up time.
find_library(GRPC_LIBRARY grpc++ REQUIRED)
# By its path: its name is that of the target.
find_library(GRPC_CORE_LIBRARY grpc REQUIRED)
add_library(grpc INTERFACE)
target_link_libraries(grpc INTERFACE grpc++_reflection grpc++ ${GRPC_CORE_LIBRARY} gpr absl_synchronization)
find_library(FARMHASH_LIBRARY farmhash REQUIRED)
# Without its CMake package, whose definitions would reach every unit above it.
find_library(DATE_TZ_LIBRARY date-tz REQUIRED)

# Asio and Beast, compiled once. The definitions change types, so every unit has them.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        BOOST_ASIO_NO_DEPRECATED)
add_library(boost_sources STATIC cmake/boost_sources.cpp)
target_link_libraries(boost_sources PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
