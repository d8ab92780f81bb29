// sakuga metric faces
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "sakuga/cli/default_model.h"
#include "sakuga/cli/metric.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/core/rng.h"
#include "sakuga/data/crop.h"
#include "sakuga/data/csv.h"
#include "sakuga/data/sources.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"
#include "sakuga/models/face_finder.h"
#include "sakuga/train/metrics/faces.h"
#include "sakuga/train/metrics/picture_set.h"

namespace sakuga::cli {
namespace {

using media::Image8;
using metrics::FaceMark;

struct Request {
  std::string faces, poses, photos, detector, cascade, show;
  int64_t repeats = 3, seed = 0;
  double face_y = 0.53, face_side = 1.04;
};

void visit_fields(Request& request, auto&& visit) {
  using core::Field;
  visit("repeats", request.repeats, Field{.help = "scenes of each face", .min = 1, .max = 1000});
  visit("seed", request.seed, Field{.help = "which scenes", .min = 0, .max = 1e9});
  visit("face_y", request.face_y,
        Field{.help = "where in the height of a picture the middle of its face lies", .min = 0, .max = 1});
  visit("face_side", request.face_side,
        Field{.help = "a face's side in picture sides", .min = 0.1, .max = 2});
}

struct Scene {
  Image8 picture;
  std::vector<FaceMark> truth;
};

// A finder of faces and what it found. Finds may come at any score; `at` is where it works by default.
struct Finder {
  std::string name;
  double at = 0;
  std::function<std::vector<FaceMark>(const Image8&)> find;
  std::map<std::string, metrics::FaceTally> tallies = {};  // By pose.
};

struct Posed {
  std::string file, pose;
};

std::vector<Posed> read_poses(const std::string& path) {
  const data::CsvTable table(core::read_text(path), path);
  const size_t file = table.column("file"), pose = table.column("pose");
  std::vector<Posed> all;
  for (size_t i = 0; i < table.rows(); ++i) all.push_back({table.row(i)[file], table.row(i)[pose]});
  return all;
}

// The face's picture, 40 to 220 pixels large, somewhere on the photograph.
Scene scene_of(const Image8& face, Image8 photo, const Request& request, core::Rng rng) {
  const int most = std::min({220, photo.width, photo.height});
  const int side = int(std::lround(40 * std::pow(most / 40.0, rng.uniform())));
  const int x = int(rng.below(uint64_t(photo.width - side + 1)));
  const int y = int(rng.below(uint64_t(photo.height - side + 1)));
  const auto small = media::resize(face, side, side);
  for (int row = 0; row < side; ++row) std::copy_n(small.at(0, row), 3 * side, photo.at(x, y + row));
  return {std::move(photo), {{x + side * 0.5, y + side * request.face_y, side * request.face_side}}};
}

void outline(Image8& picture, const FaceMark& mark, std::array<uint8_t, 3> colour) {
  const auto dot = [&](double x, double y) {
    if (x >= 0 && y >= 0 && x < picture.width && y < picture.height)
      std::ranges::copy(colour, picture.at(int(x), int(y)));
  };
  const double left = mark.x - mark.side / 2, top = mark.y - mark.side / 2;
  for (double t = 0; t < mark.side; t += 0.5) {
    dot(left + t, top);
    dot(left + t, top + mark.side);
    dot(left, top + t);
    dot(left + mark.side, top + t);
  }
}

// Whether a finder missed a face, or took something else for one.
bool is_wrong(const Scene& scene, const std::vector<FaceMark>& found, double at) {
  const auto good = [&](const FaceMark& mark) {
    return std::ranges::any_of(scene.truth,
                               [&](const FaceMark& face) { return metrics::stands_for(mark, face); });
  };
  int64_t hits = 0, others = 0;
  for (const auto& mark : found)
    if (mark.score >= at) ++(good(mark) ? hits : others);
  return others > 0 || hits != std::ssize(scene.truth);
}

std::vector<Finder> finders_of(const Request& request) {
  std::vector<Finder> finders;
  const auto detector = models::FaceFinder::load(face_detector_or_default(request.detector));
  finders.push_back({"sakuga", models::FaceFinder::kLeastScore, [detector](const Image8& picture) {
                       std::vector<FaceMark> marks;
                       for (const auto& face : detector->find(picture, 0.1))
                         marks.push_back({face.x, face.y, face.side, face.score});
                       return marks;
                     }});
  if (request.cascade.empty()) return finders;
  // A cascade has no scores, but it can ask for more or fewer neighbours; 5 is OpenCV's and our default.
  const auto cascade = std::make_shared<data::FaceCascade>(request.cascade);
  for (const int neighbours : {5, 1})
    finders.push_back(
        {fmt::format("cascade, {} neighbours", neighbours), 1, [cascade, neighbours](const Image8& picture) {
           std::vector<FaceMark> marks;
           for (const auto& face : cascade->faces(picture, neighbours))
             marks.push_back({face.x + face.side / 2.0, face.y + face.side / 2.0, double(face.side)});
           return marks;
         }});
  return finders;
}

// Every posed face on photographs in turn; with it the photographs alone, as pose "none".
void measure(const Request& request, std::vector<Finder>& finders) {
  constexpr uint64_t kStream = 6;
  constexpr size_t kShown = 48;
  const auto poses = read_poses(request.poses);
  const auto faces = data::open_source(request.faces);
  const auto photos = metrics::PictureSet::open(request.photos);
  std::vector<Image8> shown;
  const int64_t count = int64_t(poses.size()) * request.repeats;
  core::Progress progress("faces", "scenes", count);
  const auto look = [&](const Scene& scene, const std::string& pose) {
    for (Finder& finder : finders) {
      const auto found = finder.find(scene.picture);
      finder.tallies[pose].add(scene.truth, found);
      if (&finder != &finders[0] || request.show.empty() || shown.size() == kShown) continue;
      if (!is_wrong(scene, found, finder.at)) continue;
      shown.push_back(scene.picture);
      for (const auto& mark : scene.truth) outline(shown.back(), mark, {0, 255, 255});
      for (const auto& mark : found)
        if (mark.score >= finder.at) outline(shown.back(), mark, {255, 0, 0});
    }
  };
  for (int64_t i = 0; i < photos.size(); ++i) look({media::flatten(photos.picture(i)), {}}, "none");
  for (int64_t i = 0; i < count; ++i) {
    core::check_interrupt();
    const auto& [file, pose] = poses[size_t(i % int64_t(poses.size()))];
    const auto index = faces->find(file);
    if (!index)
      core::fail(core::ErrorKind::NotFound, "metric faces: there is no {} in {}", file, request.faces);
    const auto face = media::flatten(media::decode_image8(faces->read(*index), file));
    core::Rng rng(uint64_t(request.seed), kStream << 48 | uint64_t(i));
    const auto photo = media::flatten(photos.picture(int64_t(rng.below(uint64_t(photos.size())))));
    look(scene_of(face, photo, request, rng), pose);
    progress.update(i + 1);
  }
  if (!shown.empty()) media::write_image(request.show, media::contact_sheet(shown, 6));
}

void print(const Finder& finder, const std::string& pose, const metrics::FaceTally& tally, double score,
           bool json) {
  if (json)
    print_json({{"metric", "faces"},
                {"finder", finder.name},
                {"pose", pose},
                {"score", score},
                {"faces", tally.faces()},
                {"scenes", tally.scenes()},
                {"recall", tally.recall(score)},
                {"false_per_scene", tally.false_per_scene(score)},
                {"average_precision", tally.average_precision()},
                {"protocol", metrics::kFaceRule}});
  else
    fmt::print("{:24} {:8} from {:4.2f}: recall {:5.1f} %, {:.4f} false a scene ({} faces, {} scenes)\n",
               finder.name, pose, score, 100 * tally.recall(score), tally.false_per_scene(score),
               tally.faces(), tally.scenes());
}

void metric_faces(const Request& request, bool json) {
  auto finders = finders_of(request);
  measure(request, finders);
  for (const Finder& finder : finders)
    for (const auto& [pose, tally] : finder.tallies) print(finder, pose, tally, finder.at, json);
  // Ours again where it has no more false finds than the cascade by default.
  if (finders.size() > 1)
    for (const auto& [pose, tally] : finders[0].tallies) {
      const auto& other = finders[1].tallies.at(pose);
      print(finders[0], pose, tally, tally.score_at(other.false_per_scene(finders[1].at)), json);
    }
  if (!json) fmt::print("  {}\n", metrics::kFaceRule);
}

}  // namespace

void add_metric_faces(CLI::App& metric) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *metric.add_subcommand(
      "faces", "How many faces pasted into photographs are found, and what else is taken for one");
  command.add_option("faces", request->faces, "Folder or zip with pictures that are one face each")
      ->type_name("PLACE")
      ->required();
  command
      .add_option("--poses", request->poses,
                  "Table with the columns file and pose: what to paste, and in which group it counts")
      ->type_name("FILE")
      ->required();
  command.add_option("--photos", request->photos, "Pictures without faces: dataset, folder or zip")
      ->type_name("PLACE")
      ->required();
  command.add_option("--detector", request->detector, "Face detector (.safetensors); none: that of zoo/")
      ->type_name("FILE");
  command.add_option("--cascade", request->cascade, "OpenCV cascade to compare with")->type_name("FILE");
  command
      .add_option(
          "--show", request->show,
          "Picture to write: scenes that ours got wrong, with the truth in cyan and what it found in red")
      ->type_name("FILE");
  add_options(command, *request);
  command.callback([request, &command] { metric_faces(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
