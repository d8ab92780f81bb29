// The layers of a shot put together, frame by frame. Internal to film.
//
// Each layer is brought into linear light with premultiplied alpha, placed by its transform, its move and the
// camera, lit (rim, wrap), and laid on what is behind it; then the whole picture is finished. Stills are
// read, painted and graded once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sakuga/compose/camera.h"
#include "sakuga/film/clip.h"
#include "sakuga/film/figure.h"
#include "sakuga/film/shot.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

class CompositingStage : public Stage {
 public:
  // `figure` may be null if no layer shows it. Reads the heads of the layers' files. Throws as Clip; also
  // Error(BadRequest) for a layer that does not cover the frame although its edge is "refuse", naming the
  // first frame and how much is missing.
  CompositingStage(const Shot& shot, Figure* figure, int64_t frames, double scale,
                   const std::filesystem::path& cache, FileDigests& digests);

  std::string id(int64_t frame) override;
  std::vector<int64_t> needs(const std::vector<int64_t>& frames) override;  // Of the figure.
  void make(const std::vector<int64_t>& frames, const std::function<void()>& done) override;

  // Paintings of layers that have a look, by the layer: made if they are not in the store.
  void paint_backgrounds();

  // The same as folder/LAYER.png; returns their paths.
  std::vector<std::filesystem::path> write_paintings(const std::filesystem::path& folder);

  int width() const { return width_; }
  int height() const { return height_; }
  bool shows_figure() const;

  // SHA-256 of a picture layer's content, for the ledger.
  std::string content(const Layer& layer);

 private:
  // A layer and what is known about it.
  struct Plane {
    const Layer* layer;
    std::unique_ptr<Clip> clip = {};         // Of pictures.
    int width = 0, height = 0;               // Of its picture, cropped, in pixels of the shot.
    bool is_matte = false;                   // Cuts another and is not shown.
    std::optional<media::Image> ready = {};  // A still, prepared: linear, premultiplied.
  };

  void open_planes(const Shot& shot, FileDigests& digests);
  void size_plane(Plane& plane);
  void check_cover(const Plane& plane);
  compose::Affine placement(const Plane& plane, int64_t frame) const;  // Picture to shot, without the camera.
  compose::Affine through_camera(const Layer& layer, int64_t frame) const;
  nlohmann::ordered_json layer_id(Plane& plane, int64_t frame);
  size_t index_of(const std::string& layer) const;

  // What a frame shows of films and of the figure, as it was read.
  struct Inputs {
    std::function<media::Image()> get_figure = {};  // Null if it is not seen.
    std::optional<media::Image> figure = {}, plate = {};
    std::vector<media::Image> clips = {};  // By plane; empty for those that need none.
  };

  bool is_seen(const Plane& plane, int64_t frame) const;
  float opacity(const Layer& layer, int64_t frame) const;
  Inputs read(int64_t frame);  // Also makes stills ready.

  // These change nothing and may run for several frames at once.
  media::Image render(int64_t frame, const Inputs& inputs) const;
  media::Image drawn(size_t plane, int64_t frame, const Inputs& inputs) const;  // In the frame, before light.
  media::Image prepared(const Layer& layer, const media::Image& picture) const;  // In its own pixels.
  media::Image painted(Plane& plane);
  media::Image lit(const Layer& layer, int64_t frame, media::Image picture, const media::Image& behind) const;
  void lay(size_t plane, int64_t frame, const Inputs& inputs, media::Image& canvas) const;
  media::Image finished(media::Image canvas, int64_t frame) const;

  const Shot& shot_;
  Figure* figure_;
  int64_t frames_;
  double scale_;
  int width_, height_;  // Of the rendered picture.
  FrameStore paintings_;
  std::vector<Plane> planes_;
};

}  // namespace sakuga::film
