// Compares what `film stylise` drew with the truth and with warped keys: a row of bench/stylise.sh for each.
//
//   sakuga_bench_stylise FOLDER REPORT
// FOLDER holds plate/p, truth/t, ours/o and keys/key, each .%06d.png; REPORT is what film stylise --json
// said.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sakuga/compose/flow.h"
#include "sakuga/core/files.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace {

namespace fs = std::filesystem;
using namespace sakuga;
using media::Image;

constexpr int kStripRows = 5;

struct Key {
  int64_t number;
  Image plate, painting;
};

std::vector<Key> read_keys(const fs::path& folder) {
  std::vector<Key> keys;
  for (const auto& entry : fs::directory_iterator(folder / "keys")) {
    const auto number = *media::frame_number_of(entry.path());
    keys.push_back({number, media::read_image(folder / "plate" / fmt::format("p.{:06d}.png", number)),
                    media::read_image(entry.path())});
  }
  return keys;
}

// The nearest key's painting along the flow from the frame to that key's plate.
Image warped_key(const std::vector<Key>& keys, const Image& plate, int64_t number) {
  const auto nearest = std::min_element(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    return std::abs(a.number - number) < std::abs(b.number - number);
  });
  return compose::warp(nearest->painting, compose::optical_flow(plate, nearest->plate));
}

// The mean squared difference between a sequence's last frame and its next one brought back to it along the
// plate's flow, where that is trusted (Lai et al. 2018, with DIS flow and the visibility of compose/flow.h).
class WarpError {
 public:
  void add(const compose::TwoWayFlow& flow, const media::Image8& seen, const Image& frame) {
    if (!last_.pixels.empty()) {
      const auto brought = compose::warp(frame, flow.forward);
      double error = 0, pixels = 0;
      for (size_t i = 0; i < brought.pixels.size(); ++i) {
        if (seen.bytes[i] < 128) continue;
        const auto &p = brought.pixels[i], &q = last_.pixels[i];
        error += std::pow(p.r - q.r, 2) + std::pow(p.g - q.g, 2) + std::pow(p.b - q.b, 2);
        pixels += 3;
      }
      sum_ += pixels > 0 ? error / pixels : 0;
      ++pairs_;
    }
    last_ = frame;
  }
  double mean() const { return sum_ / std::max(1, pairs_); }

 private:
  Image last_;
  double sum_ = 0;
  int pairs_ = 0;
};

double squared_error(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const auto &p = a.pixels[i], &q = b.pixels[i];
    sum += std::pow(p.r - q.r, 2) + std::pow(p.g - q.g, 2) + std::pow(p.b - q.b, 2);
  }
  return sum / double(3 * a.pixels.size());
}

// Mean absolute difference between neighbours.
double gradient(const Image& a) {
  double sum = 0;
  for (int y = 0; y + 1 < a.height; ++y)
    for (int x = 0; x + 1 < a.width; ++x) {
      const auto* p = &a.pixels[size_t(y) * size_t(a.width) + size_t(x)];
      sum += std::abs(p[1].g - p[0].g) + std::abs(p[a.width].g - p[0].g);
    }
  return sum;
}

struct Score {
  double psnr_db = 0, sharpness = 0;
};

bool is_key(const std::vector<Key>& keys, int64_t number) {
  return std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return key.number == number; });
}

void print_row(const std::string& clip, const char* what, const Score& score, double frames,
               double warp_error, double learn_s, double rate) {
  fmt::print("{:20} {:10} {:9.2f} {:9.3f} {:14.3f} {:9.0f} {:9.2f}\n", clip, what, score.psnr_db / frames,
             score.sharpness / frames, 1e4 * warp_error, learn_s, rate);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const fs::path folder = arguments[1];
  const auto report = nlohmann::json::parse(core::read_text(arguments[2]));
  const auto keys = read_keys(folder);
  const auto plate = media::FrameReader::open(folder / "plate" / "p.%06d.png"),
             truth = media::FrameReader::open(folder / "truth" / "t.%06d.png"),
             ours = media::FrameReader::open(folder / "ours" / "o.%06d.png");
  WarpError errors[3];
  Image last_plate;
  Score warped_score, ours_score;
  std::vector<media::Image8> strip;
  Image p, t, o;
  int64_t judged = 0;
  double warp_s = 0;
  const int64_t frames = plate->info().count;
  while (plate->read(p) && truth->read(t) && ours->read(o)) {
    const int64_t number = plate->number();
    const auto start = std::chrono::steady_clock::now();
    const Image warped = warped_key(keys, p, number);
    warp_s += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    compose::TwoWayFlow flow;
    media::Image8 seen;
    if (!last_plate.pixels.empty()) {
      flow = compose::two_way_flow(last_plate, p, {.preset = "medium", .scale = 1});
      seen = compose::visibility(flow.forward, flow.backward);
    }
    last_plate = p;
    errors[0].add(flow, seen, warped);
    errors[1].add(flow, seen, o);
    errors[2].add(flow, seen, t);
    if ((2 * (number - plate->info().first_number) + 1) % (2 * frames / kStripRows) < 2)
      for (const Image* picture : {&std::as_const(p), &warped, &std::as_const(o), &std::as_const(t)})
        strip.push_back(media::to_image8(*picture));
    if (is_key(keys, number)) continue;
    ++judged;
    for (const auto& [score, picture] :
         {std::pair(&warped_score, &warped), std::pair(&ours_score, &std::as_const(o))}) {
      score->psnr_db += -10 * std::log10(squared_error(*picture, t));
      score->sharpness += gradient(*picture) / gradient(t);
    }
  }
  const auto clip = folder.filename().string();
  const auto n = double(judged);
  print_row(clip, "warped key", warped_score, n, errors[0].mean(), 0, double(frames) / warp_s);
  print_row(clip, "ours", ours_score, n, errors[1].mean(), report["learn_s"], report["frames_per_s"]);
  print_row(clip, "truth", {.psnr_db = 0, .sharpness = n}, n, errors[2].mean(), 0, 0);
  media::write_image(folder / "strip.png", media::contact_sheet(strip, 4));
}
