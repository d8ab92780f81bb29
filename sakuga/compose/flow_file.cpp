#include "sakuga/compose/flow_file.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::compose {
namespace {

constexpr size_t kHeader = 12;
constexpr int32_t kLargestSide = 100'000;

}  // namespace

Flow read_flo(const std::filesystem::path& path) {
  const auto bytes = core::read_file(path);
  const auto damaged = [&](const char* what) {
    core::fail(core::ErrorKind::CorruptInput, "read flow: expected a .flo file, got {} {}", path.string(),
               what);
  };
  int32_t width = 0, height = 0;
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), "PIEH", 4) != 0) damaged("without its first bytes");
  std::memcpy(&width, bytes.data() + 4, 4);
  std::memcpy(&height, bytes.data() + 8, 4);
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide)
    damaged("with an impossible size");
  if (bytes.size() - kHeader != size_t(width) * size_t(height) * sizeof(Vector))
    damaged("of another length than its size says");
  Flow flow(width, height);
  std::memcpy(flow.vectors.data(), bytes.data() + kHeader, bytes.size() - kHeader);
  for (const auto& v : flow.vectors)
    if (!std::isfinite(v.x) || !std::isfinite(v.y)) damaged("with values that are not finite");
  return flow;
}

void write_flo(const std::filesystem::path& path, const Flow& flow) {
  if (flow.vectors.empty())
    core::fail(core::ErrorKind::BadRequest, "write flow: expected a flow to write to {}, got an empty one",
               path.string());
  std::vector<std::byte> bytes(kHeader + flow.vectors.size() * sizeof(Vector));
  const int32_t size[2] = {flow.width, flow.height};
  std::memcpy(bytes.data(), "PIEH", 4);
  std::memcpy(bytes.data() + 4, size, 8);
  std::memcpy(bytes.data() + kHeader, flow.vectors.data(), bytes.size() - kHeader);
  core::write_file(path, bytes);
}

}  // namespace sakuga::compose
