// Walks: characters that melt into one another.
//
// A walk goes through key characters (seeds and tags). Between two keys the noise turns on the sphere (slerp)
// and the tags change linearly. Equal steps in noise are not equal steps to the eye: a network holds one face
// for long and then swaps it for another within a few frames. So the path is first drawn coarsely, then once
// more with most pictures where most happens; the distance between neighbouring pictures is measured as an
// eye that squints would (see eye_distance()), and the frames are placed at equal distances along it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sakuga/character/artist.h"
#include "sakuga/character/tags.h"
#include "sakuga/core/fields.h"

namespace sakuga::character {

struct WalkOptions {
  std::string seeds = "0-7";
  std::string tags = {};               // For every key, or one list for each key between semicolons.
  std::string unspecified = "random";  // See tags.h.
  double seconds = 45;
  int64_t fps = 24;
  bool loop = true;
  double hold = 0;
  double ease = 0;
  double truncation = 1;
  int64_t batch = 16;  // Changes speed and memory, never pictures.
};

void visit_fields(WalkOptions& options, auto&& visit) {
  using core::Field;
  visit("seeds", options.seeds, Field{.help = "the characters to pass, in this order: 3,17,42 or 0-99"});
  visit("tags", options.tags,
        Field{.help = "tags of all characters, or lists between semicolons that they take in turn"});
  visit("unspecified", options.unspecified,
        Field{.help = "groups that no tag asks for: drawn for each seed by their share in training, or off",
              .choices = {"random", "off"}});
  visit("seconds", options.seconds, Field{.help = "length of the film", .min = 0.1, .max = 3600});
  visit("fps", options.fps, Field{.help = "frames a second", .min = 1, .max = 240});
  visit("loop", options.loop,
        Field{.help = "return to the first character, so that the film repeats without a cut"});
  visit("hold", options.hold, Field{.help = "seconds to stay on each character", .min = 0, .max = 60});
  visit(
      "ease", options.ease,
      Field{
          .help = "slowing down near characters; 0 keeps the perceived speed constant", .min = 0, .max = 1});
  visit("truncation", options.truncation,
        Field{.help = "length of the noise; below 1 tamer and more alike", .min = 0, .max = 2});
  visit("batch", options.batch, Field{.help = "pictures drawn at once", .min = 1, .max = 1024});
}

// A turn from `a` to `b` (t from 0 to 1) in the plane of the two: sin((1-t) w) / sin w a + sin(t w) / sin w
// b, where w is the angle between them. Linear where they are parallel or one is zero. Exactly a and b at the
// ends. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
std::vector<float> slerp(std::span<const float> a, std::span<const float> b, double t);

// How far apart two pictures of one size are for an eye that squints: both are reduced to 32 x 32 (smaller
// ones stay) and the root mean square of the difference in CIELAB (D65) is taken.
double eye_distance(const media::Image8& a, const media::Image8& b);

// Where on a path to be at each frame: positions in keys (1.25 is a quarter of the way from key 1 to key 2).
struct WalkTiming {
  int64_t frames = 0;
  double fps = 24;
  double hold = 0;    // Seconds.
  double ease = 0;    // From constant speed (0) to standing still at each key (1).
  bool loop = false;  // The last frame is one step before the first, not the first again.
};

// A path as it was measured: points on it, in keys (rising, with every key among them), and how far along the
// path each lies for the eye.
struct WalkPath {
  std::vector<double> positions;
  std::vector<double> lengths;  // From 0; `distances` summed up. All distances zero count as equal ones.

  WalkPath(std::vector<double> positions, std::span<const double> distances);
  double length_at(double position) const;
  double position_at(double length) const;
};

// About `count` positions (at least four from key to key, and every key), at equal lengths along the path:
// where to measure it once more, more finely where much happens.
std::vector<double> refined(const WalkPath& path, int64_t count);

// The position of each frame. Without hold and ease they lie at equal lengths along the path; each stretch
// between keys gets time in proportion to its length. Throws Error(BadRequest) if the holds leave no time to
// move, or there are fewer than two frames.
std::vector<double> place_frames(const WalkPath& path, const WalkTiming& timing);

struct WalkReport {
  int64_t frames = 0, keys = 0;
  double mean_step = 0;       // eye_distance() of neighbouring frames while moving.
  double step_variation = 0;  // Their standard deviation over their mean; 0 is a constant speed.
};

// A walk that is ready to be drawn, frame by frame in any order.
class Walk {
 public:
  // Measures the path, by about two pictures for each frame, fewer for long films. Throws Error(BadRequest)
  // for fewer than two seeds, as parse_tags(), parse_seeds(), Vocabulary and place_frames(), and
  // core::Interrupted.
  Walk(Artist artist, const WalkOptions& options);

  int64_t frames() const { return int64_t(positions_.size()); }
  std::vector<media::Image8> draw(int64_t first, int64_t count) const;  // Of frames(), in order.
  double position(int64_t frame) const { return positions_[size_t(frame)]; }
  std::string metadata() const;  // JSON as in draw.h, for the film's comment and the strip.

 private:
  struct Key {
    Subject subject;
    std::vector<float> noise;
  };
  std::vector<media::Image8> draw_at(std::span<const double> positions) const;
  WalkPath measured(std::vector<double> positions) const;

  Artist artist_;
  WalkOptions options_;
  std::vector<Key> keys_;
  std::vector<double> positions_;
};

struct WalkOutput {
  std::filesystem::path film = {};   // .mp4 (H.264) or .mkv (FFV1, lossless); empty: none.
  std::filesystem::path strip = {};  // A picture of 24 frames spread over the film; empty: none.
};

// Draws every frame once and writes film and strip. Throws also as media::FrameWriter and write_image().
WalkReport walk_to(const Artist& artist, const WalkOptions& options, const WalkOutput& output);

}  // namespace sakuga::character
