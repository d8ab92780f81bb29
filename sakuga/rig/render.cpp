#include "sakuga/rig/render.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "sakuga/core/error.h"
#include "sakuga/rig/id_map.h"

namespace sakuga::rig {
namespace {

struct Pixels {
  int left = 0, top = 0, right = 0, bottom = 0;
  bool empty() const { return right <= left || bottom <= top; }
};

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

// One transparent picture of the area's size, with the frame's coordinates.
class Canvas {
 public:
  Canvas(const Frame& frame, const Pixels& area, bool antialias)
      : surface_(
            cairo_image_surface_create(CAIRO_FORMAT_ARGB32, area.right - area.left, area.bottom - area.top),
            cairo_surface_destroy),
        context_(cairo_create(surface_.get()), cairo_destroy) {
    if (cairo_status(context_.get()) != CAIRO_STATUS_SUCCESS)
      core::fail(core::ErrorKind::Internal, "draw: Cairo cannot make a picture of {}x{}: {}",
                 area.right - area.left, area.bottom - area.top,
                 cairo_status_to_string(cairo_status(context_.get())));
    cairo_translate(context_.get(), frame.x - area.left, frame.y - area.top);
    cairo_scale(context_.get(), frame.scale, frame.scale);
    cairo_set_antialias(context_.get(), antialias ? CAIRO_ANTIALIAS_DEFAULT : CAIRO_ANTIALIAS_NONE);
    cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
    cairo_set_tolerance(context_.get(), 0.2);
  }

  cairo_t* context() { return context_.get(); }
  const unsigned char* row(int y) {
    cairo_surface_flush(surface_.get());
    return cairo_image_surface_get_data(surface_.get()) +
           size_t(y) * size_t(cairo_image_surface_get_stride(surface_.get()));
  }

  media::Image8 straight() {
    cairo_surface_flush(surface_.get());
    const int w = cairo_image_surface_get_width(surface_.get()),
              h = cairo_image_surface_get_height(surface_.get());
    const int stride = cairo_image_surface_get_stride(surface_.get());
    const unsigned char* data = cairo_image_surface_get_data(surface_.get());
    media::Image8 image(w, h, 4);
    for (int y = 0; y < h; ++y) {
      const auto* row = reinterpret_cast<const uint32_t*>(data + size_t(y) * stride);
      uint8_t* to = image.at(0, y);
      for (int x = 0; x < w; ++x, to += 4) {
        const uint32_t a = row[x] >> 24;
        if (a == 0) continue;
        for (int c = 0; c < 3; ++c) {
          const uint32_t value = row[x] >> (16 - 8 * c) & 255;
          to[c] = static_cast<uint8_t>(std::min(255u, (value * 255 + a / 2) / a));
        }
        to[3] = static_cast<uint8_t>(a);
      }
    }
    return image;
  }

 private:
  Surface surface_;
  Context context_;
};

void trace(cairo_t* cairo, const Path& path) {
  cairo_new_path(cairo);
  for (const Contour& contour : path) {
    if (contour.empty()) continue;
    cairo_move_to(cairo, contour[0].x, contour[0].y);
    for (size_t i = 1; i + 2 < contour.size(); i += 3) {
      cairo_curve_to(cairo, contour[i].x, contour[i].y, contour[i + 1].x, contour[i + 1].y, contour[i + 2].x,
                     contour[i + 2].y);
    }
    cairo_close_path(cairo);
  }
}

void set_source(cairo_t* cairo, const Paint& paint) {
  const Colour& a = paint.from;
  if (paint.blend == Blend::Flat) {
    cairo_set_source_rgba(cairo, a.r, a.g, a.b, a.a);
    return;
  }
  const bool radial = paint.blend == Blend::Radial;
  cairo_pattern_t* pattern =
      radial ? cairo_pattern_create_radial(0, 0, 0, 0, 0, length(paint.end - paint.start))
             : cairo_pattern_create_linear(paint.start.x, paint.start.y, paint.end.x, paint.end.y);
  if (radial) {
    cairo_matrix_t place;
    cairo_matrix_init(&place, 1, 0, 0, 1 / paint.squash, -paint.start.x, -paint.start.y / paint.squash);
    cairo_pattern_set_matrix(pattern, &place);
  }
  const Colour& b = paint.to;
  cairo_pattern_add_color_stop_rgba(pattern, 0, a.r, a.g, a.b, a.a);
  cairo_pattern_add_color_stop_rgba(pattern, 1, b.r, b.g, b.b, b.a);
  cairo_set_source(cairo, pattern);
  cairo_pattern_destroy(pattern);
}

Pixels area_of(const Shape& shape, const Drawing& drawing, const Frame& frame) {
  Box box = bounds(shape.path);
  if (shape.clip >= 0) {
    const Box clip = bounds(drawing.clips[size_t(shape.clip)]);
    box.low = {std::max(box.low.x, clip.low.x), std::max(box.low.y, clip.low.y)};
    box.high = {std::min(box.high.x, clip.high.x), std::min(box.high.y, clip.high.y)};
  }
  if (box.empty()) return {};
  const double margin = shape.outline * frame.scale + 2;
  const auto pixel = [](double value, int limit) {
    return static_cast<int>(std::clamp(value, 0.0, double(limit)));
  };
  return {.left = pixel(std::floor(box.low.x * frame.scale + frame.x - margin), frame.width),
          .top = pixel(std::floor(box.low.y * frame.scale + frame.y - margin), frame.height),
          .right = pixel(std::ceil(box.high.x * frame.scale + frame.x + margin), frame.width),
          .bottom = pixel(std::ceil(box.high.y * frame.scale + frame.y + margin), frame.height)};
}

// Paints one part: a canvas for each role.
class PartPainter {
 public:
  PartPainter(const Drawing& drawing, const Frame& frame, const Pixels& area, const RenderOptions& options)
      : drawing_(drawing), frame_(frame), area_(area), options_(options), canvases_(kRoles) {}

  void paint(const Shape& shape) {
    if (shape.outline > 0) {
      stroke(shape);
      return;
    }
    fill(shape, shape.role, shape.paint, CAIRO_OPERATOR_OVER);
    if (shape.role != Role::Fill) return;
    // What this fill covers is no longer seen.
    for (const Role role : {Role::Shadow, Role::Highlight, Role::Line})
      if (canvases_[size_t(role)]) fill(shape, role, shape.paint, CAIRO_OPERATOR_DEST_OUT);
  }

  void finish(Part part, std::vector<Layer>& layers) {
    for (size_t role = 0; role < kRoles; ++role) {
      if (!canvases_[role]) continue;
      layers.push_back({part, static_cast<Role>(role), area_.left, area_.top, canvases_[role]->straight()});
    }
  }

 private:
  cairo_t* canvas(Role role) {
    auto& canvas = canvases_[size_t(role)];
    if (!canvas) canvas = std::make_unique<Canvas>(frame_, area_, options_.antialias);
    return canvas->context();
  }

  void fill(const Shape& shape, Role role, const Paint& paint, cairo_operator_t how) {
    cairo_t* cairo = canvas(role);
    const bool clipped = shape.clip >= 0;
    if (clipped) cairo_save(cairo);
    for (const int clip : {shape.clip, shape.also}) {
      if (clip < 0) continue;
      trace(cairo, drawing_.clips[size_t(clip)]);
      cairo_clip(cairo);
    }
    trace(cairo, shape.path);
    set_source(cairo, paint);
    cairo_set_operator(cairo, how);
    cairo_fill(cairo);
    if (clipped) cairo_restore(cairo);
    cairo_set_operator(cairo, CAIRO_OPERATOR_OVER);
  }

  // The line, and below it the same colour as a fill: where the fill that follows ends in the middle of a
  // pixel, nothing shines through between it and its line.
  void stroke(const Shape& shape) {
    for (const Role role : {Role::Line, Role::Fill}) {
      cairo_t* cairo = canvas(role);
      trace(cairo, shape.path);
      set_source(cairo, shape.paint);
      cairo_set_line_width(cairo, role == Role::Line ? 2 * shape.outline : shape.outline);
      cairo_stroke(cairo);
    }
  }

  const Drawing& drawing_;
  const Frame& frame_;
  Pixels area_;
  RenderOptions options_;
  std::vector<std::unique_ptr<Canvas>> canvases_;
};

}  // namespace

std::vector<Layer> render_layers(const Drawing& drawing, const Frame& frame, const RenderOptions& options) {
  std::vector<Layer> layers;
  const auto& shapes = drawing.shapes;
  for (size_t begin = 0; begin < shapes.size();) {
    size_t end = begin;
    Pixels area = {frame.width, frame.height, 0, 0};
    for (; end < shapes.size() && shapes[end].part == shapes[begin].part; ++end) {
      const Pixels own = area_of(shapes[end], drawing, frame);
      if (own.empty()) continue;
      area = {std::min(area.left, own.left), std::min(area.top, own.top), std::max(area.right, own.right),
              std::max(area.bottom, own.bottom)};
    }
    if (!area.empty()) {
      PartPainter painter(drawing, frame, area, options);
      for (size_t i = begin; i < end; ++i) painter.paint(shapes[i]);
      painter.finish(shapes[begin].part, layers);
    }
    begin = end;
  }
  return layers;
}

media::Image8 composite(const std::vector<Layer>& layers, int width, int height) {
  std::vector<float> sum(size_t(width) * height * 4);  // Premultiplied.
  for (const Layer& layer : layers) {
    for (int y = 0; y < layer.image.height; ++y) {
      float* to = sum.data() + (size_t(layer.y + y) * width + layer.x) * 4;
      const uint8_t* from = layer.image.at(0, y);
      for (int x = 0; x < layer.image.width; ++x, to += 4, from += 4) {
        if (from[3] == 0) continue;
        const float a = from[3] / 255.0f, keep = 1 - a;
        for (int c = 0; c < 3; ++c) to[c] = from[c] * a + to[c] * keep;
        to[3] = a + to[3] * keep;
      }
    }
  }
  media::Image8 image(width, height, 4);
  for (size_t i = 0; i < sum.size(); i += 4) {
    if (sum[i + 3] <= 0) continue;
    for (size_t c = 0; c < 3; ++c)
      image.bytes[i + c] = static_cast<uint8_t>(std::min(255.0f, sum[i + c] / sum[i + 3] + 0.5f));
    image.bytes[i + 3] = static_cast<uint8_t>(sum[i + 3] * 255 + 0.5f);
  }
  return image;
}

std::vector<uint32_t> id_map(const Drawing& drawing, const Frame& frame) {
  Canvas canvas(frame, {0, 0, frame.width, frame.height}, false);
  cairo_t* cairo = canvas.context();
  for (size_t i = 0; i < drawing.shapes.size(); ++i) {
    const Shape& shape = drawing.shapes[i];
    if (shape.role == Role::Shadow || shape.role == Role::Highlight) continue;
    if (std::max(shape.paint.from.a, shape.paint.to.a) < 0.5) continue;
    cairo_save(cairo);
    for (const int clip : {shape.clip, shape.also}) {
      if (clip < 0) continue;
      trace(cairo, drawing.clips[size_t(clip)]);
      cairo_clip(cairo);
    }
    trace(cairo, shape.path);
    const auto id = static_cast<uint32_t>(i + 1);
    cairo_set_source_rgb(cairo, (id >> 16 & 255) / 255.0, (id >> 8 & 255) / 255.0, (id & 255) / 255.0);
    if (shape.outline > 0) {
      cairo_set_line_width(cairo, 2 * shape.outline);
      cairo_stroke(cairo);
    } else {
      cairo_fill(cairo);
    }
    cairo_restore(cairo);
  }
  std::vector<uint32_t> ids(size_t(frame.width) * size_t(frame.height));
  for (int y = 0; y < frame.height; ++y) {
    const auto* row = reinterpret_cast<const uint32_t*>(canvas.row(y));
    for (int x = 0; x < frame.width; ++x)
      ids[size_t(y) * size_t(frame.width) + size_t(x)] = row[x] >> 24 ? row[x] & 0xFFFFFF : 0;
  }
  return ids;
}

}  // namespace sakuga::rig
