// The part of cublasLt that products with an epilogue need.
//
// Its heuristics want a workspace for larger products and have no algorithm
// for matrices aligned to less than 4 bytes, so that callers show what they do
// then.

#include <cublasLt.h>

#include <cstring>
#include <map>
#include <set>

#include "cresset/tests/cuda_sim/blas/handle.h"
#include "cresset/tests/cuda_sim/blas/product.h"

using namespace cuda_sim;        // NOLINT: defines the library's functions
using namespace cuda_sim::blas;  // NOLINT

namespace {

struct Desc {
  cublasComputeType_t compute;
  cudaDataType_t scale;
  int32_t op_a = CUBLAS_OP_N, op_b = CUBLAS_OP_N;
  uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
};

struct Layout {
  cudaDataType type;
  uint64_t rows, columns;
  int64_t leading;
};

struct Preference {
  uint64_t workspace = 0;
  uint32_t alignment[4] = {256, 256, 256, 256};  // of A, B, C, D
};

// What an algorithm was found for, kept in its opaque words.
struct Found {
  uint64_t magic, shape, workspace;
  uint32_t alignment[4];
};
constexpr uint64_t kMagic = 0x43726573734c74;
static_assert(sizeof(Found) <= sizeof(cublasLtMatmulAlgo_t));

// Live objects of one kind under the library's opaque pointers.
template <class T, class Opaque>
struct Objects {
  std::map<const void*, T> all;

  cublasStatus_t create(Opaque** to, const T& value, const char* call) {
    const std::lock_guard guard(lock());
    if (to == nullptr) {
      return refuse(CUBLAS_STATUS_INVALID_VALUE, text(call, ": null"));
    }
    *to = new Opaque{};
    all.emplace(*to, value);
    return CUBLAS_STATUS_SUCCESS;
  }
  cublasStatus_t destroy(Opaque* object, const char* call) {
    const std::lock_guard guard(lock());
    if (all.erase(object) == 0) {
      return refuse(CUBLAS_STATUS_INVALID_VALUE, text(call, ": no object"));
    }
    delete object;
    return CUBLAS_STATUS_SUCCESS;
  }
  T* find(const Opaque* object) {
    const auto at = all.find(object);
    return at == all.end() ? nullptr : &at->second;
  }
};

auto& descs() {
  static auto* const all = new Objects<Desc, cublasLtMatmulDescOpaque_t>;
  return *all;
}
auto& layouts() {
  static auto* const all = new Objects<Layout, cublasLtMatrixLayoutOpaque_t>;
  return *all;
}
auto& preferences() {
  static auto* const all =
      new Objects<Preference, cublasLtMatmulPreferenceOpaque_t>;
  return *all;
}

template <class T>
cublasStatus_t take(const void* buffer, size_t bytes, T& to, const char* what) {
  if (buffer == nullptr || bytes != sizeof(T)) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  text(what, ": ", bytes, " bytes instead of ", sizeof(T)));
  }
  std::memcpy(&to, buffer, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

// A problem as its descriptors say it, without the memory.
struct Problem {
  Desc desc;
  Layout a, b, c, d;
  int64_t m, n, k;

  uint64_t shape() const {
    uint64_t hash = 1469598103934665603u;
    for (const uint64_t value :
         {static_cast<uint64_t>(m), static_cast<uint64_t>(n),
          static_cast<uint64_t>(k), static_cast<uint64_t>(a.leading),
          static_cast<uint64_t>(b.leading), static_cast<uint64_t>(c.leading),
          static_cast<uint64_t>(a.type), uint64_t{desc.epilogue},
          static_cast<uint64_t>(desc.op_a * 16 + desc.op_b),
          static_cast<uint64_t>(desc.compute)}) {
      hash = (hash ^ value) * 1099511628211u;
    }
    return hash;
  }
};

std::string collect(cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t a,
                    cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,
                    cublasLtMatrixLayout_t d, Problem& p) {
  const Desc* found = descs().find(desc);
  const Layout* parts[4] = {layouts().find(a), layouts().find(b),
                            layouts().find(c), layouts().find(d)};
  if (found == nullptr) return "no description";
  for (const Layout* part : parts) {
    if (part == nullptr) return "no layout";
    if (part->leading < static_cast<int64_t>(part->rows)) {
      return text("leading dimension ", part->leading, " below ", part->rows,
                  " rows");
    }
    if (part->type != parts[0]->type) return "mixed types";
  }
  p.desc = *found;
  p.a = *parts[0];
  p.b = *parts[1];
  p.c = *parts[2];
  p.d = *parts[3];
  const bool turn_a = p.desc.op_a != CUBLAS_OP_N;
  const bool turn_b = p.desc.op_b != CUBLAS_OP_N;
  p.m = static_cast<int64_t>(turn_a ? p.a.columns : p.a.rows);
  p.k = static_cast<int64_t>(turn_a ? p.a.rows : p.a.columns);
  p.n = static_cast<int64_t>(turn_b ? p.b.rows : p.b.columns);
  const auto inner = static_cast<int64_t>(turn_b ? p.b.columns : p.b.rows);
  if (inner != p.k || static_cast<int64_t>(p.d.rows) != p.m ||
      static_cast<int64_t>(p.d.columns) != p.n || p.c.rows != p.d.rows ||
      p.c.columns != p.d.columns || p.m == 0 || p.n == 0) {
    return text("sizes do not fit: ", p.m, ", ", p.n, ", ", p.k, " and ", inner,
                ", ", p.d.rows, " x ", p.d.columns);
  }
  const bool is_float = p.d.type == CUDA_R_32F;
  const bool is_narrow = p.d.type == CUDA_R_16F || p.d.type == CUDA_R_16BF;
  if (p.desc.scale != CUDA_R_32F ||
      !((p.desc.compute == CUBLAS_COMPUTE_32F && (is_float || is_narrow)) ||
        (p.desc.compute == CUBLAS_COMPUTE_32F_FAST_TF32 && is_float))) {
    return "types that do not go together";
  }
  if (p.desc.epilogue != CUBLASLT_EPILOGUE_DEFAULT &&
      p.desc.epilogue != CUBLASLT_EPILOGUE_BIAS) {
    return text("epilogue ", p.desc.epilogue);
  }
  return "";
}

uint64_t workspace_for(const Problem& p) {
  return p.m * p.n >= 1024 ? uint64_t{1} << 16 : 0;
}

bool is_aligned(const void* data, uint32_t alignment) {
  return reinterpret_cast<uintptr_t>(data) % alignment == 0;
}

}  // namespace

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* desc,
                                        cublasComputeType_t compute,
                                        cudaDataType_t scale) {
  return descs().create(desc, Desc{compute, scale}, "cublasLtMatmulDescCreate");
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
  return descs().destroy(desc, "cublasLtMatmulDescDestroy");
}

cublasStatus_t cublasLtMatmulDescSetAttribute(
    cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute,
    const void* buffer, size_t bytes) {
  constexpr const char* kCall = "cublasLtMatmulDescSetAttribute";
  const std::lock_guard guard(lock());
  Desc* d = descs().find(desc);
  if (d == nullptr) return refuse(CUBLAS_STATUS_INVALID_VALUE, kCall);
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(buffer, bytes, d->op_a, kCall);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(buffer, bytes, d->op_b, kCall);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(buffer, bytes, d->epilogue, kCall);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(buffer, bytes, d->bias, kCall);
    default:
      return refuse(CUBLAS_STATUS_INVALID_VALUE,
                    text(kCall, ": attribute ", static_cast<int>(attribute)));
  }
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout,
                                          cudaDataType type, uint64_t rows,
                                          uint64_t columns, int64_t leading) {
  return layouts().create(layout, Layout{type, rows, columns, leading},
                          "cublasLtMatrixLayoutCreate");
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  return layouts().destroy(layout, "cublasLtMatrixLayoutDestroy");
}

cublasStatus_t cublasLtMatmulPreferenceCreate(
    cublasLtMatmulPreference_t* preference) {
  return preferences().create(preference, Preference{},
                              "cublasLtMatmulPreferenceCreate");
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(
    cublasLtMatmulPreference_t preference) {
  return preferences().destroy(preference, "cublasLtMatmulPreferenceDestroy");
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(
    cublasLtMatmulPreference_t preference,
    cublasLtMatmulPreferenceAttributes_t attribute, const void* buffer,
    size_t bytes) {
  constexpr const char* kCall = "cublasLtMatmulPreferenceSetAttribute";
  const std::lock_guard guard(lock());
  Preference* p = preferences().find(preference);
  if (p == nullptr) return refuse(CUBLAS_STATUS_INVALID_VALUE, kCall);
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) {
    return take(buffer, bytes, p->workspace, kCall);
  }
  const int operand = attribute - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES;
  if (operand < 0 || operand > 3) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE,
                  text(kCall, ": attribute ", static_cast<int>(attribute)));
  }
  return take(buffer, bytes, p->alignment[operand], kCall);
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(
    cublasLtHandle_t handle, cublasLtMatmulDesc_t desc,
    cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
    cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
    cublasLtMatmulPreference_t preference, int room,
    cublasLtMatmulHeuristicResult_t results[], int* count) {
  constexpr const char* kCall = "cublasLtMatmulAlgoGetHeuristic";
  const std::lock_guard guard(lock());
  if (!is_good(reinterpret_cast<cublasContext*>(handle), kCall)) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  Problem p;
  const std::string problem = collect(desc, a, b, c, d, p);
  const Preference* wish = preferences().find(preference);
  if (!problem.empty() || wish == nullptr || room < 1 || results == nullptr ||
      count == nullptr) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, text(kCall, ": ", problem));
  }
  *count = 0;
  for (const uint32_t alignment : wish->alignment) {
    if (alignment < 4) return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  if (workspace_for(p) > wish->workspace) return CUBLAS_STATUS_NOT_SUPPORTED;
  Found found{kMagic, p.shape(), workspace_for(p), {}};
  std::memcpy(found.alignment, wish->alignment, sizeof(found.alignment));
  results[0] = {};
  std::memcpy(&results[0].algo, &found, sizeof(found));
  results[0].workspaceSize = workspace_for(p);
  results[0].state = CUBLAS_STATUS_SUCCESS;
  *count = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle,
                              cublasLtMatmulDesc_t desc, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t layout_a,
                              const void* b, cublasLtMatrixLayout_t layout_b,
                              const void* beta, const void* c,
                              cublasLtMatrixLayout_t layout_c, void* d,
                              cublasLtMatrixLayout_t layout_d,
                              const cublasLtMatmulAlgo_t* algo, void* workspace,
                              size_t workspace_bytes, cudaStream_t stream) {
  constexpr const char* kCall = "cublasLtMatmul";
  const std::lock_guard guard(lock());
  auto* const context = reinterpret_cast<cublasContext*>(handle);
  if (!is_good(context, kCall)) return CUBLAS_STATUS_NOT_INITIALIZED;
  const auto invalid = [&](const std::string& why) {
    return refuse(CUBLAS_STATUS_INVALID_VALUE, text(kCall, ": ", why));
  };
  Problem p;
  std::string problem =
      collect(desc, layout_a, layout_b, layout_c, layout_d, p);
  if (!problem.empty()) return invalid(problem);
  if (alpha == nullptr || beta == nullptr) return invalid("null factors");
  if (algo == nullptr) return invalid("no algorithm");
  if (device_of(stream) != context->device) return invalid("another device");
  Found found;
  std::memcpy(&found, algo, sizeof(found));
  if (found.magic != kMagic || found.shape != p.shape()) {
    return invalid("the algorithm was found for another problem");
  }
  const void* const operands[4] = {a, b, c, d};
  for (int i = 0; i < 4; ++i) {
    if (!is_aligned(operands[i], found.alignment[i])) {
      return invalid(text("operand ", i, " is not aligned to ",
                          found.alignment[i], " as was said"));
    }
  }
  if (workspace_bytes < found.workspace) return invalid("a small workspace");
  problem = range_problem(context->device, workspace, workspace_bytes);
  if (!problem.empty()) return invalid("the workspace: " + problem);
  if (!is_aligned(workspace, 256)) return invalid("an unaligned workspace");
  const bool has_bias = p.desc.epilogue == CUBLASLT_EPILOGUE_BIAS;
  if (has_bias && p.desc.bias == nullptr) return invalid("no bias");
  const auto matrices = [](const void* data, const Layout& x) {
    return Matrices{data,
                    x.type,
                    static_cast<int64_t>(x.rows),
                    static_cast<int64_t>(x.columns),
                    x.leading,
                    0};
  };
  const Product product{static_cast<cublasOperation_t>(p.desc.op_a),
                        static_cast<cublasOperation_t>(p.desc.op_b),
                        p.m,
                        p.n,
                        p.k,
                        read(alpha, CUDA_R_32F, 0),
                        read(beta, CUDA_R_32F, 0),
                        matrices(a, p.a),
                        matrices(b, p.b),
                        matrices(c, p.c),
                        d,
                        1,
                        has_bias ? p.desc.bias : nullptr};
  problem = problem_of(context->device, product);
  if (!problem.empty()) return invalid(problem);
  const cudaError_t error =
      enqueue(stream, kCall, [product, device = context->device] {
        const std::string late = problem_of(device, product);
        if (!late.empty()) fault(cudaErrorIllegalAddress, late);
        compute(product);
      });
  return error == cudaSuccess ? CUBLAS_STATUS_SUCCESS
                              : CUBLAS_STATUS_EXECUTION_FAILED;
}
