// Photographs painted by sakuga's looks and by OpenCV's filters, for bench/paint_compare.sh.
//
//   sakuga_bench_paint_compare PHOTOS BACKGROUNDS OUT
//
// writes OUT/<painter>/<name>.png of the middle square of every photograph, as large as it is high, the same
// squares of BACKGROUNDS to OUT/backgrounds, and OUT/rows.png: a row for each of five photographs.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <opencv2/photo.hpp>
#include <string>
#include <vector>

#include "sakuga/compose/painter.h"
#include "sakuga/core/error.h"
#include "sakuga/data/crop.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

namespace {

using namespace sakuga;
namespace fs = std::filesystem;
using media::Image8;
using Painter = std::function<Image8(const Image8&)>;

cv::Mat over(Image8& image) {
  return cv::Mat(image.height, image.width, CV_8UC3, image.bytes.data());
}

// OpenCV's filters at their defaults; they take and give any order of channels.
Image8 stylization(Image8 photo) {
  Image8 painted(photo.width, photo.height, 3);
  auto to = over(painted);
  cv::stylization(over(photo), to);
  return painted;
}

Image8 edge_preserving(Image8 photo) {
  Image8 painted(photo.width, photo.height, 3);
  auto to = over(painted);
  cv::edgePreservingFilter(over(photo), to);
  return painted;
}

Image8 middle(const Image8& image) {
  return data::cut(image, data::centre_square(image));
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<std::pair<std::string, Painter>> painters() {
  std::vector<std::pair<std::string, Painter>> all = {{"photo", [](const Image8& photo) { return photo; }},
                                                      {"edge_preserving", edge_preserving},
                                                      {"stylization", stylization}};
  for (const auto& look : compose::look_names())
    all.emplace_back(
        look, [look](const Image8& photo) { return compose::paint(photo, compose::look_options(look)); });
  return all;
}

void compare(const fs::path& photos, const fs::path& backgrounds, const fs::path& out) {
  const auto write = [&](const std::string& painter, const fs::path& file, const Image8& picture) {
    fs::create_directories(out / painter);
    media::write_image(out / painter / (file.stem().string() + ".png"), picture);
  };
  for (const auto& file : files_of(backgrounds))
    write("backgrounds", file, middle(media::flatten(media::read_image8(file))));
  const auto files = files_of(photos);
  std::vector<Image8> shown;
  for (size_t i = 0; i < files.size(); ++i) {
    const auto photo = media::flatten(media::read_image8(files[i]));
    for (const auto& [name, paint] : painters()) {
      const auto painted = middle(paint(photo));
      write(name, files[i], painted);
      if (i % (files.size() / 5 + 1) == 0) shown.push_back(media::resize(painted, 256, 256));
    }
  }
  media::write_image(out / "rows.png", media::contact_sheet(shown, int(painters().size())));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  try {
    compare(arguments[1], arguments[2], arguments[3]);
  } catch (const core::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return core::exit_status(error.kind());
  }
}
