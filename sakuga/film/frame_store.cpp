#include "sakuga/film/frame_store.h"

#include <zstd.h>

#include <cstring>
#include <vector>

#include <opencv2/core.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::film {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

struct Header {
  char magic[8] = {'s', 'a', 'k', 'u', 'g', 'a', 'f', '1'};
  int32_t width = 0, height = 0, linear = 0, reserved = 0;
};

constexpr size_t kHalves = 4;  // Of a pixel.

// Rows of differences between neighbours, low bytes of a row before its high ones: what packs well.
void shuffle(const uint16_t* halves, size_t pixels, std::byte* out) {
  const size_t count = pixels * kHalves;
  for (size_t channel = 0, at = 0; channel < kHalves; ++channel) {
    uint16_t before = 0;
    for (size_t i = channel; i < count; i += kHalves, ++at) {
      const uint16_t step = uint16_t(halves[i] - before);
      before = halves[i];
      out[at] = std::byte(step & 255);
      out[at + count] = std::byte(step >> 8);
    }
  }
}

void unshuffle(const std::byte* in, size_t pixels, uint16_t* halves) {
  const size_t count = pixels * kHalves;
  for (size_t channel = 0, at = 0; channel < kHalves; ++channel) {
    uint16_t value = 0;
    for (size_t i = channel; i < count; i += kHalves, ++at) {
      value = uint16_t(value + (unsigned(in[at]) | unsigned(in[at + count]) << 8));
      halves[i] = value;
    }
  }
}

std::vector<std::byte> packed(const media::Image& image) {
  const int columns = int(image.width * kHalves);
  const cv::Mat floats(image.height, columns, CV_32F, const_cast<media::Rgba*>(image.pixels.data()));
  cv::Mat halves;
  floats.convertTo(halves, CV_16F);
  std::vector<std::byte> bytes(image.pixels.size() * kHalves * 2);
  const size_t row = size_t(columns) * 2;
  for (int y = 0; y < image.height; ++y)
    shuffle(halves.ptr<uint16_t>(y), size_t(image.width), bytes.data() + row * size_t(y));
  Header header;
  header.width = image.width;
  header.height = image.height;
  header.linear = image.transfer == media::Transfer::Linear;
  std::vector<std::byte> file(sizeof header + ZSTD_compressBound(bytes.size()));
  std::memcpy(file.data(), &header, sizeof header);
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const size_t size = ZSTD_compress2(context, file.data() + sizeof header, file.size() - sizeof header,
                                     bytes.data(), bytes.size());
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size)) fail(ErrorKind::Internal, "cache: {}", ZSTD_getErrorName(size));
  file.resize(sizeof header + size);
  return file;
}

// Empty if the bytes are damaged.
media::Image unpacked(const std::vector<std::byte>& file) {
  Header header;
  if (file.size() < sizeof header) return {};
  const Header good;
  std::memcpy(&header, file.data(), sizeof header);
  if (std::memcmp(header.magic, good.magic, sizeof good.magic) != 0) return {};
  if (header.width < 1 || header.height < 1 || header.width > 1 << 16 || header.height > 1 << 16) return {};
  media::Image image(header.width, header.height,
                     header.linear ? media::Transfer::Linear : media::Transfer::Srgb);
  std::vector<std::byte> bytes(image.pixels.size() * kHalves * 2);
  const size_t size =
      ZSTD_decompress(bytes.data(), bytes.size(), file.data() + sizeof header, file.size() - sizeof header);
  if (ZSTD_isError(size) || size != bytes.size()) return {};
  const int columns = int(image.width * kHalves);
  cv::Mat halves(image.height, columns, CV_16F);
  for (int y = 0; y < image.height; ++y)
    unshuffle(bytes.data() + size_t(columns) * 2 * size_t(y), size_t(image.width), halves.ptr<uint16_t>(y));
  cv::Mat floats(image.height, columns, CV_32F, image.pixels.data());
  halves.convertTo(floats, CV_32F);
  return image;
}

}  // namespace

FrameStore::FrameStore(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error)
    fail(ErrorKind::BadRequest, "render: cannot make the folder {}: {}", folder_.string(), error.message());
}

bool FrameStore::has(const std::string& id) const {
  return fs::exists(file(id));
}

media::Image FrameStore::get(const std::string& id) const {
  auto image = unpacked(core::read_file(file(id)));
  if (image.pixels.empty()) {
    std::error_code ignored;
    fs::remove(file(id), ignored);
    fail(ErrorKind::CorruptInput,
         "render: the cached frame {} was damaged and is removed; the same command makes it anew",
         file(id).string());
  }
  return image;
}

void FrameStore::put(const std::string& id, const media::Image& image) {
  core::write_file(file(id), packed(image));
}

void FrameStore::keep_only(const std::set<std::string>& ids) {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto path = entry.path();
    std::error_code ignored;
    if (path.extension() == ".frame" && !ids.contains(path.stem().string())) fs::remove(path, ignored);
  }
}

}  // namespace sakuga::film
