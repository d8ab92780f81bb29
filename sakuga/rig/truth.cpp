#include "sakuga/rig/truth.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/image_file.h"
#include "sakuga/rig/flow.h"
#include "sakuga/rig/id_map.h"

namespace sakuga::rig {
namespace {

void write_flow(const std::filesystem::path& path, const Flow& flow) {
  std::vector<std::byte> bytes(12 + flow.dx.size() * 8);
  const float magic = 202021.25f;
  const int32_t size[2] = {flow.width, flow.height};
  std::memcpy(bytes.data(), &magic, 4);
  std::memcpy(bytes.data() + 4, size, 8);
  for (size_t i = 0; i < flow.dx.size(); ++i) {
    const float pair[2] = {flow.dx[i], flow.dy[i]};
    std::memcpy(bytes.data() + 12 + 8 * i, pair, 8);
  }
  core::write_file(path, bytes);
}

nlohmann::ordered_json landmarks_json(const Character& character, const Frame& frame) {
  nlohmann::ordered_json json = {
      {"width", frame.width}, {"height", frame.height}, {"landmarks", nlohmann::json::array()}};
  for (const Landmark& mark : landmarks_of(character, frame)) {
    const auto round = [](double value) { return std::round(value * 1000) / 1000; };
    json["landmarks"].push_back({{"x", round(mark.at.x)}, {"y", round(mark.at.y)}, {"seen", mark.seen}});
  }
  json["yaw"] = character.pose.yaw;
  json["pitch"] = character.pose.pitch;
  json["roll"] = character.pose.roll;
  return json;
}

media::Image8 alpha_of(const media::Image8& image) {
  media::Image8 alpha(image.width, image.height, 1);
  for (size_t i = 0; i < alpha.bytes.size(); ++i) alpha.bytes[i] = image.bytes[4 * i + 3];
  return alpha;
}

}  // namespace

media::Image8 part_map(const Drawing& drawing, const Frame& frame) {
  const auto ids = id_map(drawing, frame);
  media::Image8 map(frame.width, frame.height, 1);
  for (size_t i = 0; i < ids.size(); ++i)
    if (ids[i] > 0)
      map.bytes[i] = static_cast<uint8_t>(1 + static_cast<int>(drawing.shapes[ids[i] - 1].part));
  return map;
}

void write_truth(const std::filesystem::path& folder, const Character& character, const Character* other,
                 const PictureOptions& options) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    core::fail(core::ErrorKind::BadRequest, "truth: cannot make the folder {}: {}", folder.string(),
               failed.message());
  const Frame frame = frame_of(options);
  const Drawing drawing = draw_shapes(character);
  const auto layers = render_layers(drawing, frame, {.antialias = !options.aliased});
  media::write_image(folder / "alpha.png", alpha_of(composite(layers, frame.width, frame.height)));
  media::write_image(folder / "parts.png", part_map(drawing, frame));
  nlohmann::ordered_json names = nlohmann::ordered_json::object();
  for (size_t i = 0; i < size_t(Part::Count); ++i) names[part_name(static_cast<Part>(i))] = i + 1;
  core::write_file(folder / "parts.json", names.dump(1) + "\n");
  core::write_file(folder / "landmarks.json", landmarks_json(character, frame).dump(1) + "\n");
  if (!other) return;
  const Flow flow = flow_between(character, *other, frame);
  write_flow(folder / "flow.flo", flow);
  media::Image8 occlusion(flow.width, flow.height, 1);
  occlusion.bytes = flow.occluded;
  media::write_image(folder / "occlusion.png", occlusion);
}

}  // namespace sakuga::rig
