// Results of the calls that pickles make of Python's own types.

#include <algorithm>
#include <string_view>

#include "cresset/serialize/pickle_reader.h"
#include "cresset/serialize/pickle_text.h"
#include "cresset/serialize/value_node.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {
namespace {

Value pairs_to_dict(Value dict, const Value& pairs) {
  for (const Value& pair : pairs) {
    CRESSET_CHECK((pair.is_list() || pair.is_tuple()) && pair.size() == 2,
                  kFormat, "an OrderedDict is made of pairs; got ",
                  repr(pair, 60));
    dict[pair[0]] = pair[1];
  }
  return dict;
}

Value counter(const Value& counts) {
  CRESSET_CHECK(counts.is_dict(), kFormat, "a Counter is made of a dict; got ",
                repr(counts, 60));
  Value result = Value::dict_of_type(DictType::kCounter);
  for (const DictItem& item : counts.items()) result[item.key] = item.value;
  return result;
}

// bytes and bytearray from text and the name of its encoding.
std::string encoded(const Value& text, const Value& encoding) {
  const std::string& name = encoding.as_str();
  if (name == "latin1" || name == "latin-1") {
    return latin1_bytes(text.as_str());
  }
  CRESSET_CHECK(name == "utf-8" || name == "utf8", kUnsupported,
                "text in the encoding ", quoted(name, 40));
  return text.as_str();
}

}  // namespace

bool call_python(const std::string& name, const std::vector<Value>& args,
                 Value& result) {
  const size_t count = args.size();
  if (name == "collections.OrderedDict") {
    if (count > 1) return false;
    result = count == 0 ? Value::ordered_dict()
                        : pairs_to_dict(Value::ordered_dict(), args[0]);
  } else if (name == "collections.defaultdict") {
    if (count > 1) return false;
    result = Value::dict_of_type(DictType::kDefaultDict);
    result.set_factory(Value::tuple(args));
  } else if (name == "collections.Counter") {
    if (count > 1) return false;
    result = counter(count == 0 ? Value::dict() : args[0]);
  } else if (name == "builtins.set") {
    if (count > 1) return false;
    result = Value::set(count == 0 ? std::vector<Value>() : args[0].elements());
  } else if (name == "builtins.frozenset") {
    if (count > 1) return false;
    result = Value::frozen_set(count == 0 ? std::vector<Value>()
                                          : args[0].elements());
  } else if (name == "builtins.complex") {
    if (count != 2) return false;
    result = std::complex<double>(args[0].as_float(), args[1].as_float());
  } else if (name == "_codecs.encode") {
    if (count != 2) return false;
    result = Value::bytes(encoded(args[0], args[1]));
    if (result.size() == 1) {
      static_cast<internal::TextNode&>(*result.node()).source = args[0];
    }
  } else if (name == "builtins.bytes") {
    if (count > 1) return false;
    if (count == 0) {
      result = Value::bytes("");
    } else if (args[0].is_bytes()) {
      result = args[0];
    } else {
      // Protocol 0 to 2 of Python 3.0: a list of small ints.
      std::string bytes;
      for (const Value& byte : args[0]) {
        const int64_t value = byte.as_int();
        CRESSET_CHECK(value >= 0 && value < 256, kFormat,
                      "a byte is 0 to 255; got ", value);
        bytes += static_cast<char>(value);
      }
      result = Value::bytes(std::move(bytes));
    }
  } else if (name == "builtins.bytearray") {
    if (count > 2) return false;
    if (count == 0) {
      result = Value::byte_array("");
    } else if (count == 2) {
      result = Value::byte_array(encoded(args[0], args[1]));
    } else {
      result = Value::byte_array(args[0].as_bytes());
    }
  } else {
    return false;
  }
  return true;
}

bool is_data_class(std::string_view module, std::string_view name) {
  if (module == "builtins") return name == "object";
  static constexpr std::string_view kModules[] = {
      "_io",       "_pickle",    "_posixsubprocess",
      "asyncio",   "code",       "codecs",
      "commands",  "ctypes",     "dill",
      "functools", "importlib",  "io",
      "marshal",   "nt",         "operator",
      "os",        "pickle",     "pip",
      "posix",     "posixpath",  "pty",
      "pydoc",     "runpy",      "shutil",
      "signal",    "socket",     "subprocess",
      "sys",       "tempfile",   "threading",
      "timeit",    "webbrowser",
  };
  const std::string_view top = module.substr(0, module.find('.'));
  return std::find(std::begin(kModules), std::end(kModules), top) ==
         std::end(kModules);
}

bool is_enumeration(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "accelerate.utils.dataclasses.DistributedType",
      "accelerate.utils.dataclasses.DynamoBackend",
      "lightning.pytorch.trainer.states.RunningStage",
      "lightning.pytorch.trainer.states.TrainerFn",
      "lightning.pytorch.trainer.states.TrainerStatus",
      "pytorch_lightning.trainer.states.RunningStage",
      "pytorch_lightning.trainer.states.TrainerFn",
      "pytorch_lightning.trainer.states.TrainerStatus",
      "torch.ao.quantization.quant_type.QuantType",
      "torch.distributed.fsdp.api.BackwardPrefetch",
      "torch.distributed.fsdp.api.ShardingStrategy",
      "torch.distributed.fsdp.api.StateDictType",
      "torchvision.transforms.functional.InterpolationMode",
      "transformers.debug_utils.DebugOption",
      "transformers.trainer_utils.EvaluationStrategy",
      "transformers.trainer_utils.FSDPOption",
      "transformers.trainer_utils.HubStrategy",
      "transformers.trainer_utils.IntervalStrategy",
      "transformers.trainer_utils.SaveStrategy",
      "transformers.trainer_utils.SchedulerType",
      "transformers.training_args.OptimizerNames",
      "transformers.training_args.ParallelMode",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

bool is_inert_call(const std::string& name) {
  // Named tuples of results: torch.return_types.max and the like.
  if (name.starts_with("torch.return_types.") || is_enumeration(name)) {
    return true;
  }
  static constexpr std::string_view kNames[] = {
      "argparse.Namespace",
      "builtins.range",
      "builtins.slice",
      "collections.deque",
      "datetime.date",
      "datetime.datetime",
      "datetime.time",
      "datetime.timedelta",
      "datetime.timezone",
      "decimal.Decimal",
      "fractions.Fraction",
      "numpy._core.multiarray._reconstruct",
      "numpy._core.multiarray.scalar",
      "numpy.core.multiarray._reconstruct",
      "numpy.core.multiarray.scalar",
      "numpy.dtype",
      "numpy.ma.core._mareconstruct",
      "numpy.random._pickle.__bit_generator_ctor",
      "numpy.random._pickle.__generator_ctor",
      "numpy.random._pickle.__randomstate_ctor",
      "pathlib.Path",
      "pathlib.PosixPath",
      "pathlib.PurePath",
      "pathlib.PurePosixPath",
      "pathlib.PureWindowsPath",
      "pathlib.WindowsPath",
      "torch.nn.modules.module._IncompatibleKeys",
      "torch.nn.utils.rnn.PackedSequence",
      "types.SimpleNamespace",
      "uuid.UUID",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

}  // namespace cresset::serialize
