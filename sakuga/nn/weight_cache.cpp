#include "sakuga/nn/weight_cache.h"

#include <map>
#include <mutex>
#include <tuple>

namespace sakuga::nn {
namespace {

using Packed = std::shared_ptr<const std::vector<Bf16>>;

struct Entry {
  c10::weak_intrusive_ptr<c10::StorageImpl> storage;  // Also keeps the address from being used again.
  uint32_t version;
  Packed packed;
};

// Of the storage, the data (several weights may share a storage) and the direction.
using Key = std::tuple<const c10::StorageImpl*, const void*, bool>;

class Cache {
 public:
  Packed find(const Key& key, uint32_t version) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    return found != entries_.end() && found->second.version == version ? found->second.packed : nullptr;
  }

  void put(const Key& key, Entry entry) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](const auto& item) { return item.second.storage.expired(); });
    entries_.insert_or_assign(key, std::move(entry));
  }

 private:
  std::mutex mutex_;
  std::map<Key, Entry> entries_;
};

Cache& cache() {
  static Cache instance;
  return instance;
}

}  // namespace

Packed packed_weight(const torch::Tensor& weight, bool to_small, const ConvGeometry& geometry) {
  const auto storage = weight.storage();
  const Key key{storage.unsafeGetStorageImpl(), weight.data_ptr(), to_small};
  const bool versioned = !weight.is_inference();
  const uint32_t version = versioned ? weight.unsafeGetTensorImpl()->version_counter().current_version() : 0;
  if (auto packed = cache().find(key, version)) return packed;
  const auto dense = weight.detach().to(torch::kFloat32).contiguous();
  const float* values = dense.data_ptr<float>();
  const auto packed = std::make_shared<const std::vector<Bf16>>(to_small ? pack_to_small(values, geometry)
                                                                         : pack_to_big(values, geometry));
  if (versioned) cache().put(key, {storage.getWeakStorageImpl(), version, packed});
  return packed;
}

}  // namespace sakuga::nn
