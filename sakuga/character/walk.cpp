#include "sakuga/character/walk.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sakuga/character/draw.h"
#include "sakuga/character/metadata.h"
#include "sakuga/character/seeds.h"
#include "sakuga/character/split_list.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using core::fail;

constexpr int kStripPictures = 24, kStripColumns = 12;

constexpr int kCoarseSteps = 16, kFineSteps = 48;  // From key to key, on average.

std::vector<double> even_positions(int64_t stretches, int64_t steps) {
  std::vector<double> positions;
  for (int64_t i = 0; i <= stretches * steps; ++i) positions.push_back(double(i) / double(steps));
  return positions;
}

std::vector<std::vector<TagRequest>> parse_tag_lists(const std::string& text) {
  std::vector<std::vector<TagRequest>> lists;
  for (const auto& part : split_list(text, ';')) lists.push_back(parse_tags(part));
  return lists;
}

bool moves(const WalkOptions& options, double a, double b) {
  return (options.hold == 0 && options.ease == 0) || a != b;
}

}  // namespace

Walk::Walk(Artist artist, const WalkOptions& options) : artist_(std::move(artist)), options_(options) {
  const Vocabulary vocabulary(artist_.card);
  const auto seeds = parse_seeds(options.seeds);
  const auto lists = parse_tag_lists(options.tags);
  const auto unspecified = unspecified_from_name(options.unspecified);
  if (seeds.size() < 2)
    fail(ErrorKind::BadRequest, "walk: expected at least two seeds, got {}", options.seeds);
  for (size_t i = 0; i < seeds.size(); ++i)
    keys_.push_back({{seeds[i], vocabulary.weights(lists[i % lists.size()], unspecified, seeds[i])},
                     noise_of(seeds[i], artist_.noise_size, options.truncation)});

  const WalkTiming timing = {.frames = std::llround(options.seconds * double(options.fps)),
                             .fps = double(options.fps),
                             .hold = options.hold,
                             .ease = options.ease,
                             .loop = options.loop};
  const int64_t stretches = int64_t(keys_.size()) - !options.loop;
  const auto coarse = measured(even_positions(stretches, kCoarseSteps));
  const auto fine = measured(refined(coarse, std::min(timing.frames, stretches * kFineSteps)));
  positions_ = place_frames(fine, timing);
}

WalkPath Walk::measured(std::vector<double> positions) const {
  core::Progress progress("walk: measure", "pictures", int64_t(positions.size()));
  std::vector<double> distances;
  media::Image8 previous;
  for (size_t first = 0; first < positions.size(); first += size_t(options_.batch)) {
    core::check_interrupt();
    const size_t count = std::min(size_t(options_.batch), positions.size() - first);
    for (auto& picture : draw_at(std::span(positions).subspan(first, count))) {
      if (previous.width > 0) distances.push_back(eye_distance(previous, picture));
      previous = std::move(picture);
    }
    progress.update(int64_t(first + count));
  }
  return WalkPath(std::move(positions), distances);
}

std::vector<media::Image8> Walk::draw_at(std::span<const double> positions) const {
  const Vocabulary vocabulary(artist_.card);
  std::vector<float> noise, tags;
  for (const double position : positions) {
    const double whole = std::floor(position), t = position - whole;
    const auto& from = keys_[size_t(whole) % keys_.size()];
    const auto& to = keys_[(size_t(whole) + 1) % keys_.size()];
    const auto between = slerp(from.noise, to.noise, t);
    std::vector<float> weights;
    for (size_t i = 0; i < from.subject.tags.size(); ++i)
      weights.push_back(float((1 - t) * double(from.subject.tags[i]) + t * double(to.subject.tags[i])));
    const auto inputs = vocabulary.inputs(weights);
    noise.insert(noise.end(), between.begin(), between.end());
    tags.insert(tags.end(), inputs.begin(), inputs.end());
  }
  return artist_.draw(noise, tags);
}

std::vector<media::Image8> Walk::draw(int64_t first, int64_t count) const {
  return draw_at(std::span(positions_).subspan(size_t(first), size_t(count)));
}

std::string Walk::metadata() const {
  auto json = origin_json(artist_, command_text("walk", artist_, options_, {"batch"}));
  json["truncation"] = options_.truncation;
  for (const auto& key : keys_) json["keys"].push_back(subject_json(artist_, key.subject));
  return json.dump();
}

namespace {

// Neighbouring frames' distances, taken while the film is drawn.
class SpeedMeter {
 public:
  void add(const media::Image8& frame, bool moved) {
    if (previous_.width > 0 && moved) steps_.push_back(eye_distance(previous_, frame));
    previous_ = frame;
  }

  double mean() const {
    double sum = 0;
    for (const double step : steps_) sum += step;
    return steps_.empty() ? 0 : sum / double(steps_.size());
  }

  double variation() const {
    double sum = 0;
    for (const double step : steps_) sum += (step - mean()) * (step - mean());
    return mean() == 0 ? 0 : std::sqrt(sum / double(steps_.size())) / mean();
  }

 private:
  media::Image8 previous_;
  std::vector<double> steps_;
};

}  // namespace

WalkReport walk_to(const Artist& artist, const WalkOptions& options, const WalkOutput& output) {
  const Walk walk(artist, options);
  const auto first_frame = walk.draw(0, 1).at(0);
  std::unique_ptr<media::FrameWriter> film;
  if (!output.film.empty())
    film = media::FrameWriter::create(output.film, first_frame.width, first_frame.height,
                                      {.rate = {.num = options.fps, .den = 1},
                                       .codec = output.film.extension() == ".mkv" ? "ffv1" : "h264",
                                       .alpha = false,
                                       .bits = 8,
                                       .comment = walk.metadata()});
  SpeedMeter speed;
  std::vector<media::Image8> strip;
  core::Progress progress("walk", "frames", walk.frames());
  for (int64_t first = 0; first < walk.frames(); first += options.batch) {
    core::check_interrupt();
    const auto frames = walk.draw(first, std::min(options.batch, walk.frames() - first));
    for (int64_t i = first; i < first + int64_t(frames.size()); ++i) {
      const auto& frame = frames[size_t(i - first)];
      if (film) film->write(media::to_image(frame));
      speed.add(frame, i > 0 && moves(options, walk.position(i - 1), walk.position(i)));
      const int64_t due = int64_t(strip.size()) * walk.frames() / kStripPictures;
      if (i >= due && strip.size() < size_t(kStripPictures)) strip.push_back(frame);
    }
    progress.update(first + int64_t(frames.size()));
  }
  if (film) film->close();
  if (!output.strip.empty())
    media::write_image(output.strip, media::contact_sheet(strip, kStripColumns),
                       {{"sakuga", walk.metadata()}});
  return {.frames = walk.frames(),
          .keys = int64_t(parse_seeds(options.seeds).size()),
          .mean_step = speed.mean(),
          .step_variation = speed.variation()};
}

}  // namespace sakuga::character
