"""Writes tests/core/random_golden.h: random numbers of PyTorch's CPU generator.

Each program is a list of steps after one manual_seed; a step fills a tensor and
is kept as a hash of its bytes where PyTorch's algorithm is exact, as values
where it calls functions that differ in the last bits. Run it with the Python
that has PyTorch, from the root of the repository:

    python3 tools/golden/generator.py > tests/core/random_golden.h
"""

import sys

import torch

DTYPES = {
    "float": torch.float32,
    "double": torch.float64,
    "Half": torch.float16,
    "BFloat16": torch.bfloat16,
    "bool": torch.bool,
    "uint8_t": torch.uint8,
    "int8_t": torch.int8,
    "int16_t": torch.int16,
    "int32_t": torch.int32,
    "int64_t": torch.int64,
}
FLOATS = ["float", "double", "Half", "BFloat16"]
INTEGERS = ["uint8_t", "int8_t", "int16_t", "int32_t", "int64_t"]
MOST_VALUES = 5  # kept of one step, the last of the tensor among them


def strided(x, a, b):
    """Fills x through a tensor that is not contiguous."""
    wide = torch.empty(x.numel(), 2, dtype=x.dtype)
    x.copy_(wide[:, 0].normal_(a, b))


def spread(x, generator_p):
    """The probabilities that the tests use: 0, p, 2 p ... modulo 1."""
    steps = torch.arange(x.numel(), dtype=torch.float64)
    return (steps * generator_p) % 1


# Name: (fill, whether the bytes are exact).
FILLS = {
    "uniform": (lambda x, a, b: x.uniform_(a, b), True),
    "normal": (lambda x, a, b: x.normal_(a, b), False),
    "normal_strided": (strided, False),
    "log_normal": (lambda x, a, b: x.log_normal_(a, b), False),
    "exponential": (lambda x, a, b: x.exponential_(a), False),
    "cauchy": (lambda x, a, b: x.cauchy_(a, b), False),
    "geometric": (lambda x, a, b: x.geometric_(a), True),
    "random": (lambda x, a, b: x.random_(), True),
    "randint": (lambda x, a, b: x.random_(int(a), int(b)), True),
    "bernoulli": (lambda x, a, b: x.bernoulli_(a), True),
    "bernoulli_float": (
        lambda x, a, b: x.bernoulli_(spread(x, a).float()), True),
    "bernoulli_double": (lambda x, a, b: x.bernoulli_(spread(x, a)), True),
    "dropout": (
        lambda x, a, b: x.copy_(
            torch.nn.functional.dropout(torch.ones_like(x), a) != 0), True),
    "randperm": (
        lambda x, a, b: torch.randperm(x.numel(), dtype=x.dtype, out=x), True),
    "multinomial": (
        lambda x, a, b: x.copy_(torch.multinomial(
            spread(torch.empty(50), a).float(), x.numel(), True)), True),
}


def programs():
    """Lists of (seed, [(fill, dtype, n, a, b), ...])."""
    for n in list(range(1, 41)) + [1000]:
        yield n, [("uniform", "float", n, 0, 1), ("normal", "float", n, 0, 1),
                  ("randperm", "int64_t", n, 0, 0)]
    for n in [1, 15, 16, 17, 40, 700]:
        for dtype in FLOATS:
            yield 2**40 + n, [("normal", dtype, n, 0.5, 3),
                              ("uniform", dtype, n, -0.37, 0.61),
                              ("normal_strided", dtype, n, -1, 0.7),
                              ("uniform", dtype, 3, 5, 5)]
    for dtype in FLOATS:
        yield 7, [("log_normal", dtype, 5, 0.5, 0.25),
                  ("exponential", dtype, 33, 2.5, 0),
                  ("cauchy", dtype, 9, 1, 2)]
    for dtype in FLOATS + INTEGERS:
        top = 100 if dtype in ("uint8_t", "int8_t") else 1000
        yield 11, [("random", dtype, 700, 0, 0),
                   ("randint", dtype, 50, 2, 9),
                   ("geometric", dtype, 20, 0.3, 0),
                   ("randperm", dtype, top, 0, 0)]
    for dtype in ["float", "double", "BFloat16", "bool"] + INTEGERS:
        yield 12, [("bernoulli", dtype, 700, 0.3, 0),
                   ("bernoulli_float", dtype, 50, 0.7, 0),
                   ("bernoulli_double", dtype, 50, 0.7, 0),
                   ("bernoulli", dtype, 3, 0, 0), ("bernoulli", dtype, 3, 1, 0)]
    yield 13, [("random", "bool", 700, 0, 0),
               ("randint", "int64_t", 9, -5, 2**32 - 6),
               ("randint", "int64_t", 9, -5, 2**32 - 5),
               ("randint", "int64_t", 9, -10**15, 10**15),
               ("dropout", "float", 100, 0.1, 0),
               ("dropout", "double", 100, 0.1, 0),
               ("multinomial", "int64_t", 100, 0.3, 0),
               ("normal", "float", 3, 0, 1), ("normal", "double", 2, 0, 1),
               ("uniform", "double", 7, -0.37, 0.61),
               ("normal", "float", 20, 0, 1), ("normal", "float", 1, 0, 1),
               ("normal", "double", 2000, 0, 1),
               ("normal", "float", 2000, 0, 1)]


def fnv(data):
    """64-bit FNV-1a."""
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def bytes_of(x):
    """The bytes of a tensor of any dtype."""
    kind = torch.int16 if x.dtype in (torch.bfloat16, torch.float16) else None
    if x.dtype == torch.bool:
        kind = torch.uint8
    return (x.view(kind) if kind else x).numpy().tobytes()


def state_of(seed, steps):
    """The bytes of a state after `steps`, and what follows it."""
    torch.manual_seed(seed)
    for fill, dtype, n, a, b in steps:
        FILLS[fill][0](torch.empty(n, dtype=DTYPES[dtype]), a, b)
    state = torch.get_rng_state()
    after = torch.empty(4, dtype=torch.float64).normal_()
    return fnv(bytes(state.tolist())), after.tolist()


HEAD = """// Random numbers of PyTorch {version} on the CPU; written by
// tools/golden/generator.py.

#ifndef CRESSET_TESTS_CORE_RANDOM_GOLDEN_H_
#define CRESSET_TESTS_CORE_RANDOM_GOLDEN_H_

#include <cstdint>

namespace cresset::random_golden {{

// A fill after others: `reseed` says that the generator starts anew with
// `seed`. `next` is what random() gives afterwards, on a copy of the generator.
struct Step {{
  bool reseed;
  uint64_t seed;
  const char* fill;
  const char* dtype;
  int64_t n;
  double a, b;
  uint64_t hash;     // FNV-1a of the bytes, or 0 where the values count
  int first, count;  // in kValues: elements n - 1, n - 1 - (n + 4) / 5, ...
  uint32_t next;
}};

// clang-format off
inline constexpr Step kSteps[] = {{"""


def main():
    """Prints the header."""
    print(HEAD.format(version=torch.__version__))
    values = []
    for seed, steps in programs():
        torch.manual_seed(seed)
        first_step = True
        for fill, dtype, n, a, b in steps:
            x = torch.empty(n, dtype=DTYPES[dtype])
            run, exact = FILLS[fill]
            run(x, a, b)
            state = torch.get_rng_state()
            next_word = torch.empty(1, dtype=torch.int64).random_(2**32 - 1)
            torch.set_rng_state(state)
            code = fnv(bytes_of(x)) if exact else 0
            kept = [] if exact else x.double().tolist()[
                ::-((n + MOST_VALUES - 1) // MOST_VALUES)]
            print('    {%s, %du, "%s", "%s", %d, %r, %r,' %
                  (str(first_step).lower(), seed, fill, dtype, n, a, b))
            print("     %#x, %d, %d, %du}," %
                  (code, len(values), len(kept), next_word.item()))
            values += kept
            first_step = False
    print("};\n\ninline constexpr double kValues[] = {")
    for i in range(0, len(values), 3):
        print("    " + ", ".join(v.hex() for v in values[i:i + 3]) + ",")
    print("};\n")
    print("// FNV-1a of torch.get_rng_state(), and the doubles of normal_() "
          "that follow.\nstruct StateRow {\n  uint64_t hash;\n"
          "  double after[4];\n};")
    rows = [("kFreshState", []),
            ("kOddState", [("normal", "double", 3, 0, 1)]),
            ("kEvenState", [("normal", "double", 2, 0, 1)]),
            ("kLongState", [("uniform", "float", 1000, 0, 1)])]
    for name, steps in rows:
        code, after = state_of(5, steps)
        print("inline constexpr StateRow %s{\n    %#x,\n    {%s,\n     %s}};" %
              (name, code, ", ".join(v.hex() for v in after[:2]),
               ", ".join(v.hex() for v in after[2:])))
    print("// clang-format on\n\n}  // namespace cresset::random_golden\n\n"
          "#endif  // CRESSET_TESTS_CORE_RANDOM_GOLDEN_H_")


if __name__ == "__main__":
    sys.exit(main())
