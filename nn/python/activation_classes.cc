// Activation functions of torch.nn.

#include "cresset/nn/activation.h"
#include "cresset/nn/python/class_table.h"

namespace cresset::internal {

using namespace cresset::nn;  // NOLINT: the layers are what this file is about

template <class A>
void visit(A& a, InplaceActivation& m) {
  a("inplace", m.inplace);
}

// In PyTorch this one is a Hardtanh.
template <class A>
void visit(A& a, ReLU6& m) {
  a.derived("min_val", [] { return Value(0.0); });
  a.derived("max_val", [] { return Value(6.0); });
  a("inplace", m.inplace);
}

template <class A>
void visit(A& a, LeakyReLU& m) {
  a("negative_slope", m.negative_slope);
  a("inplace", m.inplace);
}

template <class A>
void visit(A& a, ELU& m) {
  a("alpha", m.alpha);
  a("inplace", m.inplace);
}

template <class A>
void visit(A& a, CELU& m) {
  a("alpha", m.alpha);
  a("inplace", m.inplace);
}

template <class A>
void visit(A& a, Hardtanh& m) {
  a("min_val", m.min_val);
  a("max_val", m.max_val);
  a("inplace", m.inplace);
}

template <class A>
void visit(A& a, Threshold& m) {
  a("threshold", m.threshold);
  a("value", m.value);
  a("inplace", m.inplace);
}

template <class A>
void visit(A&, Sigmoid&) {}
template <class A>
void visit(A&, Tanh&) {}
template <class A>
void visit(A&, LogSigmoid&) {}
template <class A>
void visit(A&, Softsign&) {}
template <class A>
void visit(A&, Tanhshrink&) {}
template <class A>
void visit(A&, Softmax2d&) {}

template <class A>
void visit(A& a, GELU& m) {
  a.optional("approximate", m.approximate);
}

template <class A>
void visit(A& a, Softplus& m) {
  a("beta", m.beta);
  a("threshold", m.threshold);
}

template <class A>
void visit(A& a, Hardshrink& m) {
  a("lambd", m.lambd);
}

template <class A>
void visit(A& a, Softshrink& m) {
  a("lambd", m.lambd);
}

template <class A>
void visit(A& a, PReLU& m) {
  a.first("num_parameters", m.num_parameters);
}

template <class A>
void visit(A& a, GLU& m) {
  a("dim", m.dim);
}

template <class A>
void visit(A& a, SoftmaxBase& m) {
  a.optional("dim", m.dim);
}

namespace {

template <class M>
PythonClass activation(const char* name) {
  return python_class<M>("torch.nn.modules.activation", name);
}

}  // namespace

std::vector<PythonClass> activation_classes() {
  return {
      activation<ReLU>("ReLU"),
      activation<ReLU6>("ReLU6"),
      activation<SELU>("SELU"),
      activation<SiLU>("SiLU"),
      activation<Mish>("Mish"),
      activation<Hardswish>("Hardswish"),
      activation<Hardsigmoid>("Hardsigmoid"),
      activation<LeakyReLU>("LeakyReLU"),
      activation<ELU>("ELU"),
      activation<CELU>("CELU"),
      activation<Hardtanh>("Hardtanh"),
      python_class<Threshold>("torch.nn.modules.activation", "Threshold",
                              [] { return Threshold(0, 0); }),
      activation<Sigmoid>("Sigmoid"),
      activation<Tanh>("Tanh"),
      activation<LogSigmoid>("LogSigmoid"),
      activation<Softsign>("Softsign"),
      activation<Tanhshrink>("Tanhshrink"),
      activation<GELU>("GELU"),
      activation<Softplus>("Softplus"),
      activation<Hardshrink>("Hardshrink"),
      activation<Softshrink>("Softshrink"),
      activation<PReLU>("PReLU"),
      activation<GLU>("GLU"),
      activation<Softmax>("Softmax"),
      activation<LogSoftmax>("LogSoftmax"),
      activation<Softmin>("Softmin"),
      activation<Softmax2d>("Softmax2d"),
  };
}

}  // namespace cresset::internal
