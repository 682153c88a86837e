// The table of everything that a case can call by name.
//
//   table.add("logsumexp", "input, dim, keepdim=False",
//             [](const Tensor& x, Ints dim, bool keepdim) {
//               return logsumexp(x, dim, keepdim);
//             });
//
// The types of the lambda's parameters say what the values convert to
// (convert.h). Several rows of one name are overloads, tried in order.

#ifndef CRESSET_TESTS_PARITY_OP_TABLE_H_
#define CRESSET_TESTS_PARITY_OP_TABLE_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cresset/tests/parity/convert.h"
#include "cresset/tests/parity/outcome.h"
#include "cresset/tests/parity/outputs.h"
#include "cresset/tests/parity/signature.h"

namespace cresset::parity {

/// A row: calls with bound values of type R, or says which does not fit.
template <class R>
struct Row {
  Signature signature;
  std::function<R(const std::vector<Value>&)> call;
  /// Index of the first value that does not fit, or -1.
  std::function<int(const std::vector<Value>&)> misfit;
};

namespace rows {

template <class R, class F, class... Ps, size_t... Is>
Row<R> make_row(std::string_view signature, F f, std::index_sequence<Is...>) {
  Row<R> row{Signature(signature), nullptr, nullptr};
  if (row.signature.size() != sizeof...(Ps)) {
    throw std::invalid_argument("lambda does not fit: " +
                                std::string(signature));
  }
  row.call = [f](const std::vector<Value>& v) -> R {
    (void)v;
    if constexpr (std::same_as<R, Outputs>) {
      return flat(f(Convert<std::decay_t<Ps>>::get(v[Is])...));
    } else {
      return f(Convert<std::decay_t<Ps>>::get(v[Is])...);
    }
  };
  row.misfit = [](const std::vector<Value>& v) {
    int bad = -1;
    (void)v;
    ((bad < 0 && !Convert<std::decay_t<Ps>>::fits(v[Is])
          ? void(bad = static_cast<int>(Is))
          : void()),
     ...);
    return bad;
  };
  return row;
}

template <class R, class F, class C, class Out, class... Ps>
Row<R> row_of(std::string_view signature, F f, Out (C::*)(Ps...) const) {
  return make_row<R, F, Ps...>(signature, std::move(f),
                               std::index_sequence_for<Ps...>());
}

}  // namespace rows

/// Rows by name; R is what a call gives.
template <class R>
class Table {
 public:
  template <class F>
  void add(const std::string& name, std::string_view signature, F f) {
    rows_[name].push_back(
        rows::row_of<R>(signature, std::move(f), &F::operator()));
  }

  bool contains(const std::string& name) const {
    return rows_.count(name) != 0;
  }

  /// Calls the first row of `name` that the arguments fit.
  /// Throws Skip if there is none.
  R call(const std::string& name, const Value& args, const Value& kwargs) const;

  const std::map<std::string, std::vector<Row<R>>>& all() const {
    return rows_;
  }

 private:
  std::map<std::string, std::vector<Row<R>>> rows_;
};

using OpTable = Table<Outputs>;

/// All ops that Cresset has, by PyTorch's OpInfo name.
const OpTable& op_table();

// One function for each file of rows.
void add_unary_ops(OpTable& table);
void add_binary_ops(OpTable& table);
void add_reduce_ops(OpTable& table);
void add_shape_ops(OpTable& table);
void add_conv_ops(OpTable& table);
void add_create_ops(OpTable& table);
void add_image_ops(OpTable& table);
void add_index_ops(OpTable& table);
void add_linalg_ops(OpTable& table);
void add_activation_ops(OpTable& table);
void add_loss_ops(OpTable& table);
void add_layer_ops(OpTable& table);
void add_pool_ops(OpTable& table);

template <class R>
R Table<R>::call(const std::string& name, const Value& args,
                 const Value& kwargs) const {
  const auto found = rows_.find(name);
  if (found == rows_.end()) throw Skip("Cresset has no " + name);
  std::string why;
  for (const Row<R>& row : found->second) {
    std::vector<Value> bound;
    try {
      bound = row.signature.bind(args, kwargs);
    } catch (const Skip& skip) {
      if (why.empty()) why = skip.what();
      continue;
    }
    const int misfit = row.misfit(bound);
    if (misfit < 0) return row.call(bound);
    const size_t i = static_cast<size_t>(misfit);
    why = "argument '" + row.signature.parameters()[i].name +
          "' is not taken as " + repr(bound[i], 60);
  }
  throw Skip(name + ": " + why);
}

}  // namespace cresset::parity

#endif  // CRESSET_TESTS_PARITY_OP_TABLE_H_
