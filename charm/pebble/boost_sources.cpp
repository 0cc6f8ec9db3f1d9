// Asio and Beast, compiled once for the charms: without OpenSSL, which they do not have.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
