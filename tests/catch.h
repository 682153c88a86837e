// The one place that knows which major version of Catch2 is installed.

#ifndef CRESSET_TESTS_CATCH_H_
#define CRESSET_TESTS_CATCH_H_

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#endif  // CRESSET_TESTS_CATCH_H_
