// The precompiled header of the tests: that of the sources, and the test framework.
#pragma once

#include "cmake/api_pch.h"
#include "tests/support/catch.h"
