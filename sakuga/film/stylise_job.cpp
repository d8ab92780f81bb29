#include "sakuga/film/stylise_job.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"

namespace sakuga::film {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kLearningVersion = 3, kDrawingVersion = 5;  // To be raised when what is made changes.

std::string digest(const ordered_json& json) {
  const auto text = json.dump();
  return core::sha256(std::as_bytes(std::span(text)));
}

template <class Options>
ordered_json fields(Options options) {
  return core::fields_to_json(options);
}

bool is_pattern(const fs::path& path) {
  return path.filename().string().find('%') != std::string::npos;
}

// "out/name.%06d.png" and "out/name.mov" have "out/name.stylise".
fs::path job_folder(const fs::path& output) {
  auto stem = output.stem().string();
  stem = stem.substr(0, stem.find('%'));
  while (!stem.empty() && (stem.back() == '.' || stem.back() == '_' || stem.back() == '-')) stem.pop_back();
  return output.parent_path() / ((stem.empty() ? "frames" : stem) + ".stylise");
}

}  // namespace

std::string digest_of_frames(const fs::path& path, const media::FramesInfo& info) {
  if (!fs::is_directory(path) && !is_pattern(path)) return core::sha256_file(path);
  const auto folder = fs::is_directory(path)       ? path
                      : path.parent_path().empty() ? fs::path(".")
                                                   : path.parent_path();
  const int64_t first = info.first_number, last = first + info.count - 1;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto number = entry.is_regular_file() ? media::frame_number_of(entry.path()) : std::nullopt;
    if (number && *number >= first && *number <= last) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  ordered_json all = ordered_json::array();
  for (const auto& file : files) all.push_back({file.filename().string(), core::sha256_file(file)});
  return digest(all);
}

StyliseJob::StyliseJob(const StyliseRequest& request, const std::vector<KeyFile>& keys,
                       const media::FramesInfo& plate)
    : output_(request.output), folder_(job_folder(request.output)) {
  const auto& options = request.options;
  ordered_json base = {kLearningVersion, options.engine, digest_of_frames(request.plate, plate),
                       plate.first_number, plate.count};
  if (!request.matte.empty()) base.push_back(digest_of_frames(request.matte, plate));
  if (options.engine == "classic") base.push_back(fields(options.classic));
  if (options.engine == "model") base.push_back(core::sha256_file(request.model));
  if (options.engine == "keyframes") {
    auto training = options.training;
    training.carry = 0;  // Only for drawing.
    base.push_back(fields(training));
    for (const auto& key : keys) base.push_back({key.number, core::sha256_file(key.file)});
  }
  learn_digest_ = digest(base);
  draw_digest_ = digest(
      {kDrawingVersion, learn_digest_, fields(options), fields(options.training), fields(request.write)});
  refuse_inputs(request, keys, plate);
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error)
    core::fail(core::ErrorKind::BadRequest, "stylise: cannot make the folder {}: {}", folder_.string(),
               error.message());
}

// Frames are replaced, so none may be an input.
void StyliseJob::refuse_inputs(const StyliseRequest& request, const std::vector<KeyFile>& keys,
                               const media::FramesInfo& plate) const {
  const auto same = [](const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) || a == b;
  };
  const auto folder = output_.parent_path().empty() ? fs::path(".") : output_.parent_path();
  for (const auto& input : {request.plate, request.matte})
    if (!input.empty() && (same(input, output_) || (is_pattern(output_) && same(input, folder))))
      core::fail(core::ErrorKind::BadRequest, "stylise: the output {} would replace {}", output_.string(),
                 input.string());
  if (!is_pattern(output_)) return;
  for (const auto& key : keys)
    for (int64_t i = 0; i < plate.count; ++i)
      if (same(key.file, frame_file(plate.first_number + i)))
        core::fail(core::ErrorKind::BadRequest, "stylise: the output {} would replace the painted frame {}",
                   output_.string(), key.file.string());
}

fs::path StyliseJob::frame_file(int64_t number) const {
  if (!is_pattern(output_)) return {};
  const auto name = output_.filename().string();
  const auto begin = name.find('%'), end = name.find('d', begin);
  const auto digits = end == std::string::npos ? "" : name.substr(begin + 1, end - begin - 1);
  if (end == std::string::npos || digits.find_first_not_of("0123456789") != std::string::npos ||
      digits.size() > 2)
    core::fail(core::ErrorKind::BadRequest, "stylise: expected one %0Nd in the name of a sequence, got {}",
               name);
  const int width = digits.empty() ? 1 : std::stoi(digits);
  return output_.parent_path() /
         (name.substr(0, begin) + fmt::format("{:0{}}", number, width) + name.substr(end + 1));
}

int64_t StyliseJob::drawn_frames(int64_t first_number, int64_t count) const {
  if (frame_file(first_number).empty()) return 0;
  const auto record = file("job.json");
  const auto known =
      fs::exists(record) ? nlohmann::json::parse(core::read_text(record), nullptr, false) : nlohmann::json();
  if (!known.is_object() || known.value("digest", std::string()) != draw_digest_) {
    for (int64_t i = 0; i < count; ++i) fs::remove(frame_file(first_number + i));
    core::write_file(record, nlohmann::json{{"digest", draw_digest_}}.dump(2) + "\n");
    return 0;
  }
  int64_t drawn = 0;
  while (drawn < count && fs::exists(frame_file(first_number + drawn))) ++drawn;
  return drawn;
}

}  // namespace sakuga::film
