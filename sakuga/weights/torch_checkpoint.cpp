#include "sakuga/weights/torch_checkpoint.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/weights/pickle.h"
#include "sakuga/weights/zip_entries.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;
using core::fail;
using Bytes = std::span<const std::byte>;
using Kind = PickleValue::Kind;

const std::map<std::string, Dtype> kStorages = {
    {"torch FloatStorage", Dtype::F32},     {"torch HalfStorage", Dtype::F16},
    {"torch BFloat16Storage", Dtype::BF16}, {"torch DoubleStorage", Dtype::F64},
    {"torch LongStorage", Dtype::I64},      {"torch IntStorage", Dtype::I32},
    {"torch ShortStorage", Dtype::I16},     {"torch CharStorage", Dtype::I8},
    {"torch ByteStorage", Dtype::U8},       {"torch BoolStorage", Dtype::Bool}};

constexpr const char* kTensor = "torch._utils _rebuild_tensor_v2";
constexpr const char* kOldTensor = "torch._utils _rebuild_tensor";
constexpr const char* kParameter = "torch._utils _rebuild_parameter";
constexpr const char* kDictionary = "collections OrderedDict";

std::vector<std::string> allowed_names() {
  std::vector<std::string> names = {kTensor, kOldTensor, kParameter, kDictionary};
  for (const auto& [name, dtype] : kStorages) names.push_back(name);
  return names;
}

// Where the numbers lie: a storage's bytes by its key and their count.
using FindStorage = std::function<Bytes(const std::string& key, int64_t bytes)>;

class Reader {
 public:
  Reader(const std::filesystem::path& path, FindStorage find) : path_(path), find_(std::move(find)) {}

  SafetensorsFile read(const PickleValue& root) {
    visit(root, "", 0);
    return SafetensorsFile::of_tensors(path_, std::move(tensors_));
  }

 private:
  [[noreturn]] void corrupt(const std::string& name, const std::string& reason) {
    fail(ErrorKind::CorruptInput, "checkpoint: {}: '{}' {}", path_.string(), name, reason);
  }

  void visit(const PickleValue& value, const std::string& name, int depth) {
    constexpr int kDepth = 16, kValues = 1'000'000;
    if (depth > kDepth || ++visited_ > kValues)
      fail(ErrorKind::CorruptInput, "checkpoint: {}: its dictionaries nest without end", path_.string());
    const bool is_tensor = value.kind == Kind::Call && (value.text == kTensor || value.text == kOldTensor);
    if (is_tensor) return add(value, name);
    if (value.kind == Kind::Call && value.text == kParameter) {
      if (value.items.empty()) corrupt(name, "is a parameter without a tensor");
      return visit(*value.items[0], name, depth + 1);
    }
    for (size_t i = 0; value.kind == Kind::List && i < value.items.size(); ++i)
      visit(*value.items[i], joined(name, std::to_string(i)), depth + 1);
    for (const auto& [key, item] : value.pairs)
      visit(*item, joined(name, key->kind == Kind::Text ? key->text : std::to_string(key->integer)),
            depth + 1);
  }

  static std::string joined(const std::string& name, const std::string& key) {
    return name.empty() ? key : name + "." + key;
  }

  std::vector<int64_t> sizes(const PickleValue& list, const std::string& name) {
    std::vector<int64_t> numbers;
    for (const auto* item : list.items) numbers.push_back(natural(*item, name));
    if (list.kind != Kind::List || numbers.size() > 8) corrupt(name, "has no shape");
    return numbers;
  }

  int64_t natural(const PickleValue& value, const std::string& name) {
    if (value.kind != Kind::Integer || value.integer < 0 || value.integer > int64_t{1} << 40)
      corrupt(name, "has a size, stride or offset that is none");
    return value.integer;
  }

  // ('storage', type, key, device, count[, view])
  std::pair<Dtype, Bytes> storage(const PickleValue& reference, const std::string& name) {
    if (reference.kind != Kind::Reference || reference.items[0]->items.size() < 5)
      corrupt(name, "has no storage");
    const auto& id = reference.items[0]->items;
    const auto type = kStorages.find(id[1]->text);
    if (type == kStorages.end() || id[1]->kind != Kind::Name || id[2]->kind != Kind::Text)
      corrupt(name, "has a storage of no known type");
    if (id.size() > 5 && id[5]->kind != Kind::None)
      fail(ErrorKind::Unsupported,
           "checkpoint: {}: '{}' is a view of a storage, as only PyTorch before 0.4 wrote", path_.string(),
           name);
    return {type->second, find_(id[2]->text, natural(*id[4], name) * dtype_size(type->second))};
  }

  void add(const PickleValue& call, const std::string& name) {
    if (call.items.size() < 4) corrupt(name, "is a tensor of too few parts");
    const auto [dtype, bytes] = storage(*call.items[0], name);
    const int64_t offset = natural(*call.items[1], name), size = dtype_size(dtype);
    const auto shape = sizes(*call.items[2], name), strides = sizes(*call.items[3], name);
    if (shape.size() != strides.size()) corrupt(name, "has more sizes than strides, or fewer");
    const int64_t held = int64_t(bytes.size()) / size;
    int64_t count = 1;
    for (const int64_t length : shape) {
      if (length > 0 && count > held / length) corrupt(name, "is larger than its storage");
      count *= length;
    }
    check_reach(shape, strides, offset, count, held, name);
    tensors_.push_back({name, dtype, shape, gathered(bytes, offset, shape, strides, count, size)});
  }

  void check_reach(const std::vector<int64_t>& shape, const std::vector<int64_t>& strides, int64_t offset,
                   int64_t count, int64_t held, const std::string& name) {
    if (count == 0) return;
    __int128 last = offset;
    for (size_t i = 0; i < shape.size(); ++i) last += __int128(shape[i] - 1) * strides[i];
    if (last >= held) corrupt(name, "reaches beyond its storage");
  }

  static std::vector<std::byte> gathered(Bytes bytes, int64_t offset, const std::vector<int64_t>& shape,
                                         const std::vector<int64_t>& strides, int64_t count, int64_t size) {
    std::vector<std::byte> out(size_t(count * size));
    std::vector<int64_t> index(shape.size(), 0);
    int64_t at = offset;
    for (int64_t i = 0; i < count; ++i) {
      std::memcpy(out.data() + i * size, bytes.data() + at * size, size_t(size));
      for (size_t axis = shape.size(); axis-- > 0;) {
        at += strides[axis];
        if (++index[axis] < shape[axis]) break;
        at -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return out;
  }

  const std::filesystem::path& path_;
  FindStorage find_;
  int visited_ = 0;
  std::vector<OwnedTensor> tensors_;
};

SafetensorsFile read_zip(const std::filesystem::path& path) {
  const ZipEntries zip(path);
  const auto pickle_name = zip.find_ending("data.pkl");
  if (pickle_name.empty())
    fail(ErrorKind::CorruptInput, "checkpoint: {} is a zip without data.pkl; did torch.save write it?",
         path.string());
  const auto folder = pickle_name.substr(0, pickle_name.size() - std::string("data.pkl").size());
  const auto order = folder + "byteorder";
  if (zip.has(order)) {
    const auto bytes = zip.read(order);
    if (std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) != "little")
      fail(ErrorKind::Unsupported, "checkpoint: {} was written on a big-endian machine", path.string());
  }
  const auto program = zip.read(pickle_name);
  const auto pickle = read_pickle(program, allowed_names(), "checkpoint: " + path.string());
  std::map<std::string, std::vector<std::byte>> storages;
  Reader reader(path, [&](const std::string& key, int64_t bytes) -> Bytes {
    auto found = storages.find(key);
    if (found == storages.end()) found = storages.emplace(key, zip.read(folder + "data/" + key)).first;
    if (int64_t(found->second.size()) < bytes)
      fail(ErrorKind::CorruptInput, "checkpoint: {}: storage {} has {} bytes, expected {}", path.string(),
           key, found->second.size(), bytes);
    return found->second;
  });
  return reader.read(*pickle.root);
}

// Five pickles (magic number, version, machine, the objects, the storages' keys), then every storage: its
// count of numbers and the numbers.
class LegacyFile {
 public:
  explicit LegacyFile(const std::filesystem::path& path)
      : path_(path), bytes_(core::read_file(path, size_t{1} << 34)), what_("checkpoint: " + path.string()) {}

  SafetensorsFile read() {
    const auto magic = next(), version = next();
    if (magic.root->kind != Kind::Integer || version.root->kind != Kind::Integer)
      fail(ErrorKind::CorruptInput, "{} does not begin as a checkpoint does", what_);
    if (version.root->integer != 1001)
      fail(ErrorKind::Unsupported, "{} has the checkpoint version {}, expected 1001", what_,
           version.root->integer);
    next();
    const auto objects = next(), keys = next();
    find_storages(*objects.root, *keys.root);
    Reader reader(path_, [&](const std::string& key, int64_t bytes) {
      const auto found = storages_.find(key);
      if (found == storages_.end() || int64_t(found->second.size()) < bytes)
        fail(ErrorKind::CorruptInput, "{}: storage {} is not there or too short", what_, key);
      return found->second;
    });
    return reader.read(*objects.root);
  }

 private:
  Pickle next() {
    auto pickle = read_pickle(Bytes(bytes_).subspan(at_), allowed_, what_);
    at_ += pickle.size;
    return pickle;
  }

  // A storage's number type stands where it is referred to.
  void find_storages(const PickleValue& objects, const PickleValue& keys) {
    std::map<std::string, int64_t> sizes;
    std::vector<const PickleValue*> open = {&objects};
    std::map<const PickleValue*, bool> seen;
    while (!open.empty()) {
      const auto* value = open.back();
      open.pop_back();
      if (seen[value]) continue;
      seen[value] = true;
      if (value->kind == Kind::Reference && value->items[0]->items.size() >= 3) {
        const auto& id = value->items[0]->items;
        if (const auto type = kStorages.find(id[1]->text); type != kStorages.end())
          sizes[id[2]->text] = dtype_size(type->second);
      }
      open.insert(open.end(), value->items.begin(), value->items.end());
      for (const auto& [key, item] : value->pairs) open.push_back(item);
    }
    for (const auto* key : keys.items) {
      uint64_t count = 0;
      const auto size = sizes.find(key->text);
      if (size == sizes.end() || bytes_.size() - at_ < 8)
        fail(ErrorKind::CorruptInput, "{}: storage {} is cut off or of no known type", what_, key->text);
      std::memcpy(&count, bytes_.data() + at_, 8);
      at_ += 8;
      if (count > (bytes_.size() - at_) / uint64_t(size->second))
        fail(ErrorKind::CorruptInput, "{}: storage {} is cut off", what_, key->text);
      storages_[key->text] = Bytes(bytes_).subspan(at_, count * uint64_t(size->second));
      at_ += count * uint64_t(size->second);
    }
  }

  const std::filesystem::path& path_;
  std::vector<std::byte> bytes_;
  std::string what_;
  std::vector<std::string> allowed_ = allowed_names();
  size_t at_ = 0;
  std::map<std::string, Bytes> storages_;
};

std::string first_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(ErrorKind::NotFound, "checkpoint: cannot open {}", path.string());
  std::string start(4, '\0');
  stream.read(start.data(), 4);
  start.resize(size_t(stream.gcount()));
  return start;
}

}  // namespace

bool is_torch_checkpoint(const std::filesystem::path& path) {
  const auto start = first_bytes(path);
  return start == "PK\3\4" || start.starts_with("\x80\2");
}

SafetensorsFile read_torch_checkpoint(const std::filesystem::path& path) {
  return first_bytes(path).starts_with("PK") ? read_zip(path) : LegacyFile(path).read();
}

}  // namespace sakuga::weights
