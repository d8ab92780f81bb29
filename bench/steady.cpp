// Flickering clips for bench/steady.sh, made, steadied and measured. Clips are raw 8-bit RGB files.
//
//   sakuga_bench_steady stylise PLATE WIDTH HEIGHT TRUTH FLICKER   a plate, stylised frame by frame by a
//                                                  classical method, without and with flicker injected
//   sakuga_bench_steady steady PLATE FLICKER WIDTH HEIGHT OUT      what `sakuga film steady` does, in memory
//   sakuga_bench_steady shot PHOTO FIGURE WIDTH HEIGHT FRAMES PLATE FLOW   a plate whose motion is known;
//                                                  FLOW is a folder, as `sakuga metric warp --flow` takes it
//   sakuga_bench_steady measure PLATE TRUTH WIDTH HEIGHT CLIP...   a line for each clip: warp error, that to
//                                                  the first frame, PSNR, SSIM, sharpness of edges
//   sakuga_bench_steady measure-true FLOW PLATE TRUTH WIDTH HEIGHT CLIP...   the same along the true flow
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>
#include <string>
#include <vector>

#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/fidelity.h"
#include "sakuga/compose/flow_file.h"
#include "sakuga/compose/steady.h"
#include "sakuga/compose/warp_error.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/image_file.h"
#include "steady_shot.h"

namespace {

using namespace sakuga;

// A file of raw frames.
class RawReader {
 public:
  RawReader(const std::string& path, int width, int height)
      : file_(path, std::ios::binary), bytes_(width, height, 3) {
    if (!file_) core::fail(core::ErrorKind::NotFound, "bench: no file {}", path);
  }
  bool read(media::Image& image) {
    file_.read(reinterpret_cast<char*>(bytes_.bytes.data()), std::streamsize(bytes_.bytes.size()));
    if (file_.gcount() != std::streamsize(bytes_.bytes.size())) return false;
    image = media::to_image(bytes_);
    return true;
  }

 private:
  std::ifstream file_;
  media::Image8 bytes_;
};

class RawWriter {
 public:
  explicit RawWriter(const std::string& path) : file_(path, std::ios::binary) {}
  void write(const media::Image& image) {
    bytes_.clear();
    for (const auto& p : image.pixels)
      for (const float value : {p.r, p.g, p.b})
        bytes_.push_back(char(uint8_t(255 * std::clamp(value, 0.0f, 1.0f) + 0.5f)));
    file_.write(bytes_.data(), std::streamsize(bytes_.size()));
  }

 private:
  std::ofstream file_;
  std::vector<char> bytes_;
};

// Flat areas, soft steps of brightness and dark lines, each frame by itself: an edge-preserving filter, the
// soft quantisation and the extended difference of Gaussians of Winnemoeller et al.
media::Image stylised(const media::Image& plate) {
  cv::Mat bytes(plate.height, plate.width, CV_8UC3);
  for (size_t i = 0; i < plate.pixels.size(); ++i) {
    const auto& p = plate.pixels[i];
    bytes.at<cv::Vec3b>(int(i)) = {uchar(p.r * 255 + 0.5f), uchar(p.g * 255 + 0.5f), uchar(p.b * 255 + 0.5f)};
  }
  cv::Mat flat, lab, grey, fine, wide;
  cv::edgePreservingFilter(bytes, flat, cv::RECURS_FILTER, 40, 0.4f);
  flat.convertTo(flat, CV_32F, 1 / 255.0);
  cv::cvtColor(flat, lab, cv::COLOR_RGB2Lab);
  cv::cvtColor(flat, grey, cv::COLOR_RGB2GRAY);
  cv::GaussianBlur(grey, fine, {}, 0.9);
  cv::GaussianBlur(grey, wide, {}, 1.44);
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      auto& p = lab.at<cv::Vec3f>(y, x);
      const float step = 12, nearest = std::round(p[0] / step) * step;
      p[0] = nearest + step / 2 * std::tanh((p[0] - nearest) / 3);
      const float edge = fine.at<float>(y, x) - 0.98f * wide.at<float>(y, x);
      p[0] *= edge > 0 ? 1 : std::max(0.0f, 1 + std::tanh(60 * edge));
      p[1] *= 1.25f;
      p[2] *= 1.25f;
    }
  cv::cvtColor(lab, flat, cv::COLOR_Lab2RGB);
  media::Image result(plate.width, plate.height);
  for (size_t i = 0; i < result.pixels.size(); ++i) {
    const auto p = flat.at<cv::Vec3f>(int(i));
    result.pixels[i] = {p[0], p[1], p[2], 1};
  }
  return result;
}

// Gain of the whole within 8 %, gain and colour of regions, and a fine texture, all new in each frame.
media::Image flickering(media::Image image, int frame) {
  cv::RNG random(0x5eed + uint64_t(frame) * 7919);
  for (int i = 0; i < 8; ++i) random.next();
  const float gain = random.uniform(-0.08f, 0.08f);
  cv::Mat regions(3, 4, CV_32FC3), field, texture(image.height, image.width, CV_32F);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x) {
      const float grey = random.uniform(-0.06f, 0.06f);
      for (int c = 0; c < 3; ++c) regions.at<cv::Vec3f>(y, x)[c] = grey + random.uniform(-0.02f, 0.02f);
    }
  cv::resize(regions, field, texture.size(), 0, 0, cv::INTER_CUBIC);
  random.fill(texture, cv::RNG::NORMAL, 0, 1);
  cv::GaussianBlur(texture, texture, {}, 1);
  cv::Scalar mean, deviation;
  cv::meanStdDev(texture, mean, deviation);
  texture *= 0.035 / deviation[0];
  for (int i = 0; i < int(image.pixels.size()); ++i) {
    auto& p = image.pixels[i];
    const auto& f = field.at<cv::Vec3f>(i / image.width, i % image.width);
    const float t = texture.at<float>(i / image.width, i % image.width);
    p = {p.r * (1 + gain + f[0]) + t, p.g * (1 + gain + f[1]) + t, p.b * (1 + gain + f[2]) + t, 1};
  }
  return image;
}

void make_clips(const std::vector<std::string>& arguments) {
  RawReader plates(arguments[0], std::stoi(arguments[1]), std::stoi(arguments[2]));
  RawWriter truth(arguments[3]), flicker(arguments[4]);
  media::Image plate;
  for (int frame = 0; plates.read(plate); ++frame) {
    const auto image = stylised(plate);
    truth.write(image);
    flicker.write(flickering(image, frame));
  }
}

void run_steady(const std::vector<std::string>& arguments) {
  const int width = std::stoi(arguments[2]), height = std::stoi(arguments[3]);
  RawReader plates(arguments[0], width, height), frames(arguments[1], width, height);
  RawWriter out(arguments[4]);
  compose::SteadyOptions options;
  for (size_t i = 5; i + 1 < arguments.size(); i += 2)
    visit_fields(options, [&](const std::string& name, auto& value, const core::Field&) {
      if (name != arguments[i]) return;
      if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>)
        value = std::decay_t<decltype(value)>(std::stod(arguments[i + 1]));
      else
        value = arguments[i + 1];
    });
  compose::Steady steady(options);
  media::Image plate, frame, result;
  double seconds = 0;
  const auto cpu = [] { return double(std::clock()) / CLOCKS_PER_SEC; };
  double pushing = 0, popping = 0;
  int count = 0;
  const auto take = [&] {
    compose::SteadyReport report;
    while (true) {
      const auto start = std::chrono::steady_clock::now();
      const double from = cpu();
      const bool ready = steady.pop(result, &report);
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      popping += cpu() - from;
      if (!ready) break;
      out.write(result);
      ++count;
      if (report.cut) fmt::print(stderr, "cut at {}\n", report.frame);
    }
  };
  while (plates.read(plate) && frames.read(frame)) {
    const auto start = std::chrono::steady_clock::now();
    const double from = cpu();
    steady.push(plate, frame);
    pushing += cpu() - from;
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    take();
  }
  steady.finish();
  take();
  fmt::print(stderr, "{} frames, {:.1f} frames/s; processor time a frame {:.0f} + {:.0f} ms\n", count,
             count / seconds, 1000 * pushing / count, 1000 * popping / count);
}

void make_shot(const std::vector<std::string>& arguments) {
  const bench::Shot shot = {
      .width = std::stoi(arguments[2]), .height = std::stoi(arguments[3]), .frames = std::stoi(arguments[4])};
  RawWriter plate(arguments[5]);
  int number = 0;
  bench::draw_shot(arguments[0], arguments[1], shot,
                   [&](const media::Image& frame, const compose::Correspondence& to_next) {
                     plate.write(frame);
                     if (to_next.flow.vectors.empty()) return;
                     const auto stem = fmt::format("{}/{:06}", arguments[6], ++number);
                     compose::write_flo(stem + ".flo", to_next.flow);
                     media::write_image(stem + ".png", to_next.occluded);
                   });
}

// Between frame `number`, counted from 1, and the next.
compose::Correspondence true_flow(const std::string& folder, int number) {
  const auto stem = fmt::format("{}/{:06}", folder, number);
  auto mask = media::read_image8(stem + ".png");
  if (mask.channels != 1) core::fail(core::ErrorKind::CorruptInput, "bench: {}.png is not grey", stem);
  return {compose::read_flo(stem + ".flo"), std::move(mask)};
}

// `flow`: folder of the true one, or empty.
void measure(const std::string& flow, const std::vector<std::string>& arguments) {
  const int width = std::stoi(arguments[2]), height = std::stoi(arguments[3]);
  RawReader plates(arguments[0], width, height), truths(arguments[1], width, height);
  std::vector<RawReader> clips;
  for (size_t i = 4; i < arguments.size(); ++i) clips.emplace_back(arguments[i], width, height);
  compose::WarpMeter meter(clips.size());
  std::vector<double> error(clips.size()), alike(clips.size()), sharp(clips.size());
  std::vector<media::Image> images(clips.size());
  std::vector<const media::Image*> pointers;
  for (const auto& image : images) pointers.push_back(&image);
  media::Image plate, truth;
  int frames = 0;
  for (; plates.read(plate) && truths.read(truth); ++frames) {
    for (size_t i = 0; i < clips.size(); ++i)
      if (!clips[i].read(images[i]))
        core::fail(core::ErrorKind::BadRequest, "bench: {} has fewer frames", arguments[4 + i]);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < clips.size(); ++i) {
      error[i] += compose::mean_square_error(images[i], truth);
      alike[i] += compose::ssim(images[i], truth);
      sharp[i] += compose::edge_sharpness(images[i], truth);
    }
    if (flow.empty())
      meter.add(plate, pointers);
    else
      meter.add(frames > 0 ? true_flow(flow, frames) : compose::Correspondence{}, pointers);
  }
  for (size_t i = 0; i < clips.size(); ++i) {
    const auto errors = meter.errors(i);
    fmt::print("{} {:.6f} {:.6f} {:.3f} {:.4f} {:.4f}\n", arguments[4 + i], errors.short_term,
               errors.long_term, compose::psnr_of(error[i] / frames), alike[i] / frames, sharp[i] / frames);
  }
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + std::min(count, 2), values + count);
  const std::string verb = count > 1 ? values[1] : "";
  try {
    if (verb == "stylise" && arguments.size() == 5)
      make_clips(arguments);
    else if (verb == "steady" && arguments.size() >= 5)
      run_steady(arguments);
    else if (verb == "shot" && arguments.size() == 7)
      make_shot(arguments);
    else if (verb == "measure" && arguments.size() >= 5)
      measure("", arguments);
    else if (verb == "measure-true" && arguments.size() >= 6)
      measure(arguments[0], {arguments.begin() + 1, arguments.end()});
    else
      core::fail(core::ErrorKind::BadRequest, "bench: expected a verb; see bench/steady.cpp");
  } catch (const core::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return core::exit_status(error.kind());
  }
}
