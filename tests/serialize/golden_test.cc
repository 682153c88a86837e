// Files that real PyTorch wrote (tools/golden/checkpoints.py), read and
// written again.

#include <cmath>
#include <fstream>
#include <iterator>

#include "cresset/serialize/checkpoint.h"
#include "cresset/serialize/foreign.h"
#include "cresset/serialize/refusal.h"
#include "cresset/tests/catch.h"

namespace cresset {
namespace {

const std::string kFolder = "tests/golden/checkpoints/";

// How a file of each subject may be written: the ending of its name.
const char* const kForms[] = {"", "_legacy", "_p1", "_p3", "_p4", "_p5"};

std::string path_of(const std::string& subject, const char* form = "") {
  return kFolder + subject + form + ".pt";
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class T>
std::vector<T> elements(const Tensor& tensor) {
  const Tensor flat = tensor.detach().contiguous();
  const T* data = static_cast<const T*>(flat.raw_data());
  return {data, data + flat.numel()};
}

TEST_CASE("golden: every form of a file holds the same", "[format]") {
  for (const char* subject :
       {"dtypes", "views", "values", "quantized", "sparse", "arrays",
        "training", "parameters", "module"}) {
    const Value first = load(path_of(subject));
    for (const char* form : kForms) {
      INFO(subject << form);
      // Storages are at other places, and protocols make some calls otherwise.
      const Value other = load(path_of(subject, form));
      if (std::string(subject) == "module") {
        CHECK(other.qualified_name() == first.qualified_name());
      } else {
        CHECK(other.size() == first.size());
      }
      if (std::string(subject) != "values" &&
          std::string(subject) != "module") {
        CHECK(other == first);
      }
    }
  }
  CHECK(load(path_of("views_deflated")) == load(path_of("views")));
  CHECK(load(path_of("views_rezipped")) == load(path_of("views")));
}

TEST_CASE("golden: saving what was loaded gives the file's bytes", "[format]") {
  const char* folder = std::getenv("TEST_TMPDIR");
  for (const char* subject :
       {"dtypes", "views", "values", "recursive", "quantized", "sparse",
        "arrays", "training", "parameters", "module"}) {
    INFO(subject);
    const std::string copy = std::string(folder == nullptr ? "/tmp" : folder) +
                             "/" + subject + ".pt";
    save(load(path_of(subject)), copy, {.layout = SaveLayout::kTorch113});
    CHECK(contents(copy) == contents(path_of(subject)));
  }
}

TEST_CASE("golden: dtypes and views", "[format]") {
  for (const char* form : kForms) {
    const Value dtypes = load(path_of("dtypes", form));
    CHECK(dtypes.size() == 12);
    for (const DictItem& item : dtypes.items()) {
      const Tensor& tensor = item.value.as_tensor();
      CHECK(item.key.as_str() ==
            std::string("torch.") + to_string(tensor.dtype()));
      CHECK(elements<float>(tensor.to(float32)) ==
            (tensor.dtype() == bool_ ? std::vector<float>{0, 1, 1, 1, 1, 1}
                                     : std::vector<float>{0, 1, 2, 3, 4, 5}));
    }
    const Value views = load(path_of("views", form));
    const Tensor& base = views["base"].as_tensor();
    for (const char* name : {"row", "transposed", "expanded", "scalar"}) {
      CHECK(views[name].as_tensor().storage() == base.storage());
    }
    CHECK(views["row"].as_tensor().storage_offset() == 6);
    CHECK(views["transposed"].as_tensor().strides() == IntSpan({1, 6}));
    CHECK(views["expanded"].as_tensor().strides() == IntSpan({0, 1}));
    CHECK(elements<float>(views["overlapping"].as_tensor()) ==
          std::vector<float>{2, 4, 6, 8, 3, 5, 7, 9, 4, 6, 8, 10});
    CHECK(views["scalar"].as_tensor().dim() == 0);
    CHECK(views["empty"].as_tensor().sizes() == IntSpan({0, 5}));
    CHECK(views["channels_last"].as_tensor().strides() ==
          IntSpan({12, 1, 4, 2}));
  }
}

TEST_CASE("golden: Python values", "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("values", form));
    CHECK(v["none"].is_none());
    CHECK(v["bools"][0].as_bool());
    CHECK(v["ints"][9].as_int() == INT64_MIN);
    CHECK(v["big"][0].kind() == ValueKind::kBigInt);
    CHECK(std::signbit(v["floats"][1].as_float()));
    CHECK(std::isnan(v["nan"].as_float()));
    CHECK(v["complex"].as_complex() == std::complex<double>(1, -2));
    CHECK(v["strings"][5].as_str() == "\xed\xa0\x80");
    CHECK(v["bytes"][3].as_bytes().size() == 256);
    CHECK(v["bytearray"].kind() == ValueKind::kByteArray);
    CHECK(v["tuple"][4].size() == 4);
    CHECK(v["set"].contains(1));
    CHECK(v["frozenset"].kind() == ValueKind::kFrozenSet);
    CHECK(v["ordered"].dict_type() == DictType::kOrderedDict);
    CHECK(v["ordered"].attributes()["note"] == "attribute");
    CHECK(v["default"].factory()[0].qualified_name() == "builtins.list");
    CHECK(v["counter"].dict_type() == DictType::kCounter);
    CHECK(v["counter"]["a"] == 2);
    CHECK(v["keys"].get(Value::tuple({1, "a"})) == "tuple");
    CHECK(v["keys"].get(Value(2.5)) == "float");
    CHECK(v["keys"].get(Value()) == "none");
    CHECK(v["keys"].get(Value::bytes("b")) == "bytes");
    CHECK(v["flags"].get(Value(true)) == "bool");
    CHECK(v["size"].as_shape() == Shape{2, 3});
    CHECK(v["dtype"][2].dtype_name() == "qint8");
    CHECK(v["device"][1].device_text() == "cuda:1");
    CHECK(v["layout"].format_name() == "torch.strided");
    CHECK(v["scheme"].qualified_name() == "torch.per_tensor_affine");
    CHECK(v["namespace"].qualified_name() == "argparse.Namespace");
    CHECK(v["namespace"].as_object().state["name"] == "n");
    CHECK(v["simple"].qualified_name() == "types.SimpleNamespace");
    CHECK(v["path"].as_object().args.size() == 3);
    CHECK(v["range"].qualified_name() == "builtins.range");
    CHECK(v["slice"].qualified_name() == "builtins.slice");
    CHECK(v["deque"].as_object().appended.size() == 2);
    CHECK(v["object"].qualified_name() == "__main__.Point");
    CHECK(v["object"].is_same(v["again"]));
    CHECK(v["function"].qualified_name() == "posixpath.join");
  }
  CHECK(load(path_of("format_p4"))["format"].format_name() ==
        "torch.channels_last");
}

TEST_CASE("golden: values that contain themselves", "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("recursive", form));
    CHECK(v["list"][1].is_same(v["list"]));
    CHECK(v["dict"]["self"].is_same(v["dict"]));
    CHECK(v["tuple"][0][0].is_same(v["tuple"]));
    CHECK(v["object"].as_object().state["x"].is_same(v["object"]));
  }
}

TEST_CASE("golden: quantized tensors keep integers, scales and zero points",
          "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("quantized", form));
    const PackedTensor& tensor = v["quint8"].as_packed();
    CHECK(tensor.dtype == "quint8");
    CHECK(tensor.shape == Shape{2, 4});
    CHECK(tensor.quantization.scheme == "per_tensor_affine");
    CHECK(tensor.quantization.scale == 0.25);
    CHECK(tensor.quantization.zero_point == 3);
    CHECK(elements<uint8_t>(tensor.integers) ==
          std::vector<uint8_t>{3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(v["qint32"].as_packed().integers.dtype() == int32);
    const Quantization& channels = v["channels"].as_packed().quantization;
    CHECK(channels.scheme == "per_channel_affine");
    CHECK(channels.axis == 0);
    CHECK(channels.scales.as_tensor().dtype() == float64);
    CHECK(elements<int64_t>(channels.zero_points.as_tensor()) ==
          std::vector<int64_t>{1, 2});
    CHECK(v["quint4x2"].as_packed().integers.sizes() == IntSpan({4}));
  }
}

TEST_CASE("golden: sparse tensors are kept in parts", "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("sparse", form));
    const SparseTensor& coo = v["coo"].as_sparse();
    CHECK(coo.layout == "torch.sparse_coo");
    CHECK(coo.shape == Shape{2, 3});
    CHECK(coo.parts[0].first == "indices");
    CHECK(elements<int64_t>(coo.parts[0].second.as_tensor()) ==
          std::vector<int64_t>{0, 1, 1, 1, 0, 2});
    CHECK(elements<float>(coo.parts[1].second.as_tensor()) ==
          std::vector<float>{1, 2, 3});
    const SparseTensor& csr = v["csr"].as_sparse();
    CHECK(csr.parts[0].first == "crow_indices");
    CHECK(csr.parts[1].first == "col_indices");
    CHECK(csr.parts[2].first == "values");
    CHECK(v["hybrid"].as_sparse().parts[1].second.as_tensor().dim() == 2);
  }
}

TEST_CASE("golden: NumPy arrays and scalars", "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("arrays", form));
    for (const char* name :
         {"b1", "i1", "u1", "<i2", ">i4", "i8", "u2", "u4", "u8", "f2", "f4",
          ">f8", "c8", ">c16", "fortran"}) {
      INFO(name);
      const NumpyArray& array = v[name].as_array();
      CHECK(array.shape == Shape{2, 3});
      CHECK(elements<float>(array.tensor().to(float32)) ==
            (std::string(name) == "b1" ? std::vector<float>{0, 1, 1, 1, 1, 1}
                                       : std::vector<float>{0, 1, 2, 3, 4, 5}));
    }
    CHECK(v[">i4"].as_array().dtype == "<i4");
    CHECK(v["b1"].as_array().dtype == "|b1");
    CHECK(v["text"].as_array().dtype == "<U3");
    CHECK(v["bytes"].as_array().dtype == "|S3");
    CHECK(v["times"].as_array().dtype == "<M8[D]");
    CHECK(v["zero"].as_array().shape.empty());
    CHECK(v["empty"].as_array().shape == Shape{0, 2});
    const NumpyArray& objects = v["objects"].as_array();
    CHECK(objects.dtype == "|O");
    CHECK(objects.objects[1][0] == 1);
    CHECK(v["scalars"][0].kind() == ValueKind::kNumpyScalar);
    CHECK(elements<float>(v["scalars"][0].as_array().tensor()) ==
          std::vector<float>{1.5});
    CHECK(v["scalars"][2].as_array().dtype == "|b1");
    CHECK(v["random"][1].as_array().shape == Shape{624});
  }
}

TEST_CASE("golden: parameters, meta tensors and storages", "[format]") {
  for (const char* form : kForms) {
    INFO(form);
    const Value v = load(path_of("parameters", form));
    CHECK(v["parameter"].is_parameter());
    CHECK(v["parameter"].as_tensor().requires_grad());
    CHECK(v["parameter"].is_same(v["same"]));
    CHECK_FALSE(v["frozen"].as_tensor().requires_grad());
    CHECK_FALSE(v["leaf"].is_parameter());
    CHECK(v["leaf"].as_tensor().requires_grad());
    CHECK(v["meta"].as_tensor().device().is_meta());
    CHECK(v["storage"].storage_class() == "FloatStorage");
    CHECK(elements<float>(v["storage"].as_storage()) ==
          std::vector<float>{0, 1, 2});
  }
}

TEST_CASE("golden: weights_only refuses what PyTorch's newest list does",
          "[format][error]") {
  for (const char* subject : {"dtypes", "views", "quantized", "training"}) {
    INFO(subject);
    CHECK_NOTHROW(load(path_of(subject), {.weights_only = true}));
  }
  for (const char* subject : {"values", "arrays", "module"}) {
    INFO(subject);
    CHECK_THROWS_AS(load(path_of(subject), {.weights_only = true}),
                    RefusedError);
  }
}

TEST_CASE("golden: files of PyTorch 2 are read and written to the byte",
          "[format]") {
  const char* folder = std::getenv("TEST_TMPDIR");
  for (const char* subject :
       {"dtypes", "views", "values", "recursive", "quantized", "sparse",
        "arrays", "training", "parameters", "module", "newer"}) {
    INFO(subject);
    const std::string name = std::string("torch2_") + subject;
    const std::string copy =
        std::string(folder == nullptr ? "/tmp" : folder) + "/" + name + ".pt";
    save(load(path_of(name)), copy);
    CHECK((contents(copy) == contents(path_of(name))));
  }
}

TEST_CASE("golden: what PyTorch 2 has beyond 1.13", "[format]") {
  const Value v = load(path_of("torch2_newer"));
  CHECK(elements<float>(v["torch.float8_e4m3fn"].as_tensor().to(float32)) ==
        std::vector<float>{0, 1, 2, 3});
  CHECK(elements<uint16_t>(v["torch.uint16"].as_tensor()) ==
        std::vector<uint16_t>{0, 1, 2, 3});
  CHECK(v["torch.float8_e4m3fnuz"].as_packed().shape == Shape{4});
  CHECK(v["float8_e8m0fnu"].as_packed().dtype == "float8_e8m0fnu");
  CHECK(v["complex32"].as_packed().integers.itemsize() == 4);
  using Complex = std::complex<float>;
  CHECK(elements<Complex>(v["conj"].as_tensor()) ==
        std::vector<Complex>{{1, -2}, {3, 4}});
  CHECK(v["conj"].stored_conj());
  CHECK(elements<float>(v["neg"].as_tensor()) == std::vector<float>{-2, 4});
  CHECK(v["neg"].stored_tensor().strides() == IntSpan({2}));
  CHECK(v["noted"].attributes()["note"] == "text");
  CHECK(v["tagged"].is_parameter());
  CHECK(v["tagged"].attributes()["tag"][0] == 5);
  CHECK(v["csc"].as_sparse().parts[0].first == "ccol_indices");
  CHECK(v["bsr"].as_sparse().parts[2].second.as_tensor().dim() == 3);
  CHECK(v["bsc"].as_sparse().layout == "torch.sparse_bsc");
  CHECK(load(path_of("torch2_training")).size() == 5);
}

}  // namespace
}  // namespace cresset
