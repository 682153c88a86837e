// Whether ops record what they do for backward(), per thread.

#ifndef CRESSET_TENSOR_CORE_GRAD_MODE_H_
#define CRESSET_TENSOR_CORE_GRAD_MODE_H_

namespace cresset {

/// Torch: torch.is_grad_enabled(), torch.set_grad_enabled(value)
bool is_grad_enabled();
void set_grad_enabled(bool value);

/// Sets the mode for a scope.
class GradModeGuard {
 public:
  explicit GradModeGuard(bool value) : before_(is_grad_enabled()) {
    set_grad_enabled(value);
  }
  ~GradModeGuard() { set_grad_enabled(before_); }
  GradModeGuard(const GradModeGuard&) = delete;
  GradModeGuard& operator=(const GradModeGuard&) = delete;

 private:
  bool before_;
};

/// Torch: with torch.no_grad():
class NoGradGuard : public GradModeGuard {
 public:
  NoGradGuard() : GradModeGuard(false) {}
};

/// Torch: with torch.enable_grad():
class EnableGradGuard : public GradModeGuard {
 public:
  EnableGradGuard() : GradModeGuard(true) {}
};

}  // namespace cresset

#endif  // CRESSET_TENSOR_CORE_GRAD_MODE_H_
