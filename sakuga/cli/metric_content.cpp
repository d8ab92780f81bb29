// sakuga metric content
#include <CLI/App.hpp>
#include <cmath>
#include <map>
#include <memory>

#include "sakuga/cli/metric.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/fidelity.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/train/metrics/picture_set.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string paintings, photos;
};

struct Report {
  double mean = 0, deviation = 0, least = 1;
  std::string least_name;
  int64_t pictures = 0;
};

std::string stem(const std::string& name) {
  return name.substr(0, name.rfind('.'));
}

// The photo of each painting: of the same name without its ending; two single pictures need not be of one
// name.
std::vector<int64_t> photos_of(const metrics::PictureSet& paintings, const metrics::PictureSet& photos) {
  if (paintings.size() == 1 && photos.size() == 1) return {0};
  std::map<std::string, int64_t> by_name;
  for (int64_t i = 0; i < photos.size(); ++i) by_name[stem(photos.name(i))] = i;
  std::vector<int64_t> found;
  for (int64_t i = 0; i < paintings.size(); ++i) {
    const auto photo = by_name.find(stem(paintings.name(i)));
    if (photo == by_name.end())
      core::fail(core::ErrorKind::BadRequest, "metric content: there is no photo of the name of {} in {}",
                 paintings.name(i), photos.text());
    found.push_back(photo->second);
  }
  return found;
}

Report measure(const metrics::PictureSet& paintings, const metrics::PictureSet& photos) {
  const auto partners = photos_of(paintings, photos);
  Report report;
  double squares = 0;
  core::Progress progress("metric content", "pictures", paintings.size());
  for (int64_t i = 0; i < paintings.size(); ++i) {
    const auto painting = media::flatten(paintings.picture(i)),
               photo = media::flatten(photos.picture(partners[i]));
    if (painting.width != photo.width || painting.height != photo.height)
      core::fail(core::ErrorKind::BadRequest, "metric content: expected {} at {}x{} as its photo, got {}x{}",
                 paintings.name(i), photo.width, photo.height, painting.width, painting.height);
    const double kept = compose::structure_kept(media::to_image(painting), media::to_image(photo));
    report.mean += kept;
    squares += kept * kept;
    if (i == 0 || kept < report.least) report.least = kept, report.least_name = paintings.name(i);
    progress.update(i + 1);
    core::check_interrupt();
  }
  report.pictures = paintings.size();
  report.mean /= double(report.pictures);
  report.deviation = std::sqrt(std::max(0.0, squares / double(report.pictures) - report.mean * report.mean));
  return report;
}

void metric_content(const Request& request, bool json) {
  const auto paintings = metrics::PictureSet::open(request.paintings);
  const auto photos = metrics::PictureSet::open(request.photos);
  const auto report = measure(paintings, photos);
  if (json)
    print_json({{"metric", "content"},
                {"value", report.mean},
                {"deviation", report.deviation},
                {"pictures", report.pictures},
                {"least", {{"picture", report.least_name}, {"value", report.least}}},
                {"paintings", paintings.text()},
                {"photos", photos.text()},
                {"protocol", compose::structure_protocol()}});
  else
    fmt::print("content {:.3f} ± {:.3f} ({} pictures; least {:.3f}: {})\n  {}\n", report.mean,
               report.deviation, report.pictures, report.least, report.least_name,
               compose::structure_protocol());
}

}  // namespace

void add_metric_content(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command =
      *metric.add_subcommand("content", "How much of their photos' drawing paintings keep: 0 nothing, 1 all");
  command
      .add_option("paintings", request->paintings,
                  "Picture, folder or zip; each of the size and name of its photo")
      ->type_name("PLACE")
      ->required();
  command.add_option("photos", request->photos, "The photos that they were painted from")
      ->type_name("PLACE")
      ->required();
  command.callback([request, &command] { metric_content(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
