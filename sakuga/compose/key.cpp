#include "sakuga/compose/key.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/matte_core.h"
#include "sakuga/compose/matte_edge.h"
#include "sakuga/compose/matte_rows.h"
#include "sakuga/compose/plate_field.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;

constexpr float kNoiseDeviations = 2.5f;  // Of a screen's noise that are still all screen.
constexpr float kNone = 1e-4f;            // Alpha as good as 0 or 1.

float narrowness_of(double cone_deg) {
  return float(1 / std::tan(cone_deg / 2 * std::numbers::pi / 180));
}

KeyCurve curve_of(const Screen& screen, const KeyOptions& options) {
  const double acceptance = options.acceptance_angle > 0 ? options.acceptance_angle : screen.acceptance_deg;
  const double suppression = options.suppression_angle > 0 ? options.suppression_angle : acceptance;
  return {.narrowness = narrowness_of(acceptance),
          .lift = float(options.key_lift),
          .gain = float(options.key_gain),
          .despill = float(options.despill),
          .despill_narrowness = narrowness_of(suppression)};
}

// A mask's luma times alpha, one value for each pixel.
GridField mask_of(const Image& mask, const Screen& screen, const char* name) {
  if (mask.pixels.empty()) return {};
  if (mask.width != screen.shot.width || mask.height != screen.shot.height)
    core::fail(ErrorKind::BadRequest, "key: expected the {} mask in the plate's size, {}x{}, got {}x{}", name,
               screen.shot.width, screen.shot.height, mask.width, mask.height);
  GridField field(mask.width, mask.height, 1);
  for (int y = 0; y < mask.height; ++y)
    for (int x = 0; x < mask.width; ++x) {
      const auto& p = mask.pixels[size_t(y) * mask.width + x];
      field.at(x, y) = std::clamp(chroma_of(p.r, p.g, p.b).y * p.a, 0.0f, 1.0f);
    }
  return field;
}

enum class TileKind { Screen, Figure, Edge };

// Blocks of a matte that a tile and its surroundings cover.
struct Blocks {
  int left, top, right, bottom;
};

Blocks blocks_of(const PooledMatte& matte, int left, int top) {
  const int margin = 4;
  return {std::max(left - margin, 0) / matte.pool, std::max(top - margin, 0) / matte.pool,
          std::min((left + kTile + margin) / matte.pool + 1, matte.columns),
          std::min((top + kTile + margin) / matte.pool + 1, matte.rows)};
}

TileKind kind_of(const PooledMatte& matte, const CoreMasks& masks, int left, int top) {
  const Blocks blocks = blocks_of(matte, left, top);
  bool screen = true, figure = true;
  for (int y = blocks.top; y < blocks.bottom; ++y)
    for (int x = blocks.left; x < blocks.right; ++x) {
      const size_t i = size_t(y) * matte.columns + x;
      const bool kept = masks.keep.at(x, y) > 0;
      screen &= (matte.most[i] < kNone || !kept) && masks.core.at(x, y) == 0;
      figure &= (matte.least[i] > 1 - kNone || masks.core.at(x, y) >= 1) && masks.keep.at(x, y) >= 1;
    }
  return screen ? TileKind::Screen : figure ? TileKind::Figure : TileKind::Edge;
}

bool any_in_tile(const GridField& mask, int left, int top) {
  for (int y = top; y < std::min(top + kTile, mask.rows()); ++y)
    for (int x = left; x < std::min(left + kTile, mask.columns()); ++x)
      if (mask.at(x, y) > 0) return true;
  return false;
}

// Makes the places that are all figure opaque, and what is lower than it must be inside of them.
void fill_figure(const PooledMatte& matte, const FigureField& figure, bool pits, GridField& core) {
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) core.at(x, y) = std::max(core.at(x, y), figure.solid.at(x, y));
  if (pits) raise_pits(block_alpha(matte, figure), core);
}

}  // namespace

struct Keyer::State {
  Screen screen;
  KeyOptions options;
  KeyCurve curve;
  GridField inside, outside;
  LinearPlanes planes;
  PooledMatte matte;  // Of the frame; its memory is used again.

  PlateField field_of_frame() const;
  void pool_blocks(const PlateField& field, int row);
  void pool_matte(const PlateField& field);
  void key_tiles(const EdgeContext& context, Image& keyed) const;
  void fill_tile(const EdgeContext& context, int left, int top, Image& keyed) const;
  void soften(Image& keyed) const;
};

PlateField Keyer::State::field_of_frame() const {
  CleanPlate plate = measure_screen(planes, screen.test, screen.shot.size);
  if (!fill_holes(plate, screen.shot)) plate = screen.shot;
  return field_of(plate, kNoiseDeviations);
}

// The blocks of one row: sums of its pixels' alpha and colours by columns, then by blocks.
void Keyer::State::pool_blocks(const PlateField& field, int row) {
  const int width = planes.width;
  const auto count = size_t(width);
  std::vector<float> cb(count), cr(count), luma(count), alpha(count), least(count, 1), sum(count),
      most(count), red(count), green(count), blue(count);
  const int first = row * matte.pool, last = std::min(first + matte.pool, planes.height);
  const int middle = (first + last) / 2;  // The screen hardly changes over a block.
  field.cb.sample(middle, 0, cb);
  field.cr.sample(middle, 0, cr);
  field.luma.sample(middle, 0, luma);
  const size_t blocks = size_t(row) * matte.columns, columns = size_t(matte.columns);
  field.r.sample_blocks(row, matte.pool, {&matte.screen_r[blocks], columns});
  field.g.sample_blocks(row, matte.pool, {&matte.screen_g[blocks], columns});
  field.b.sample_blocks(row, matte.pool, {&matte.screen_b[blocks], columns});
  for (int y = first; y < last; ++y) {
    const size_t at = size_t(y) * count;
    const ConstRow colour = {&planes.r[at], &planes.g[at], &planes.b[at]};
    share_row(colour, {cb.data(), cr.data(), luma.data()}, curve, width, alpha.data());
    alpha_row(alpha.data(), width, alpha.data());
    pool_row(alpha.data(), width, least.data(), sum.data(), most.data());
    add_row(colour, width, {red.data(), green.data(), blue.data()});
  }
  for (int column = 0; column < matte.columns; ++column) {
    const int left = column * matte.pool, right = std::min(left + matte.pool, width);
    const size_t i = size_t(row) * matte.columns + column;
    const float share = 1 / float((right - left) * (last - first));
    const auto mean = [&](const std::vector<float>& sums) {
      float total = 0;
      for (int x = left; x < right; ++x) total += sums[size_t(x)];
      return total * share;
    };
    matte.least[i] = *std::min_element(&least[size_t(left)], least.data() + right);
    matte.most[i] = *std::max_element(&most[size_t(left)], most.data() + right);
    matte.mean[i] = mean(sum);
    matte.r[i] = mean(red);
    matte.g[i] = mean(green);
    matte.b[i] = mean(blue);
  }
}

void Keyer::State::pool_matte(const PlateField& field) {
  if (matte.mean.empty()) matte = PooledMatte(planes.width, planes.height, screen.shot.size / 4);
#pragma omp parallel for schedule(static)
  for (int row = 0; row < matte.rows; ++row) pool_blocks(field, row);
}

void Keyer::State::fill_tile(const EdgeContext& context, int left, int top, Image& keyed) const {
  const int count = std::min(kTile, planes.width - left);
  static constexpr std::array<float, kTile> kOpaque = [] {
    std::array<float, kTile> ones{};
    ones.fill(1);
    return ones;
  }();
  float r[kTile], g[kTile], b[kTile], screen_r[kTile], screen_g[kTile], screen_b[kTile], cb[kTile], cr[kTile];
  const auto& field = *context.field;
  for (int y = top; y < std::min(top + kTile, planes.height); ++y) {
    const size_t at = size_t(y) * planes.width + left;
    std::copy_n(&planes.r[at], count, r);
    std::copy_n(&planes.g[at], count, g);
    std::copy_n(&planes.b[at], count, b);
    const auto n = size_t(count);
    field.r.sample(y, left, {screen_r, n});
    field.g.sample(y, left, {screen_g, n});
    field.b.sample(y, left, {screen_b, n});
    field.cb.sample(y, left, {cb, n});
    field.cr.sample(y, left, {cr, n});
    despill_row({r, g, b}, kOpaque.data(), {screen_r, screen_g, screen_b}, cb, cr, curve, count);
    interleave_row({r, g, b}, kOpaque.data(), count, &keyed.pixels[at].r);
  }
}

void Keyer::State::key_tiles(const EdgeContext& context, Image& keyed) const {
  const int across = (planes.width + kTile - 1) / kTile, down = (planes.height + kTile - 1) / kTile;
#pragma omp parallel
  {
    EdgeSolver solver;
#pragma omp for schedule(dynamic, 8)
    for (int tile = 0; tile < across * down; ++tile) {
      const int left = tile % across * kTile, top = tile / across * kTile;
      TileKind kind = kind_of(matte, *context.masks, left, top);
      if (any_in_tile(inside, left, top) || any_in_tile(outside, left, top)) kind = TileKind::Edge;
      if (kind == TileKind::Edge) solver.solve(context, left, top, keyed);
      if (kind == TileKind::Figure) fill_tile(context, left, top, keyed);
      if (kind != TileKind::Screen) continue;
      for (int y = top; y < std::min(top + kTile, planes.height); ++y)
        std::fill_n(&keyed.pixels[size_t(y) * planes.width + left], std::min(kTile, planes.width - left),
                    media::Rgba{0, 0, 0, 0});
    }
  }
}

void Keyer::State::soften(Image& keyed) const {
  if (options.erode == 0 && options.feather == 0) return;
  cv::Mat alpha, pixels = as_matrix(keyed);
  cv::extractChannel(pixels, alpha, 3);
  if (options.erode > 0) {
    const int side = 2 * int(std::ceil(options.erode)) + 1;
    cv::Mat eroded;
    cv::erode(alpha, eroded, cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side}));
    const double part = options.erode / std::ceil(options.erode);
    alpha = alpha * (1 - part) + eroded * part;
  }
  if (options.feather > 0) cv::GaussianBlur(alpha, alpha, {}, options.feather);
  cv::insertChannel(alpha, pixels, 3);
}

Keyer::Keyer(Screen screen, KeyOptions options, const KeyMasks& masks) : state_(std::make_unique<State>()) {
  visit_fields(options, [](const std::string& name, const auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
  state_->curve = curve_of(screen, options);
  state_->inside = mask_of(masks.inside, screen, "inside");
  state_->outside = mask_of(masks.outside, screen, "outside");
  state_->screen = std::move(screen);
  state_->options = options;
}

Keyer::~Keyer() = default;
Keyer::Keyer(Keyer&&) noexcept = default;

void Keyer::key(const Image& plate, Image& keyed) {
  State& state = *state_;
  const auto& shot = state.screen.shot;
  if (plate.width != shot.width || plate.height != shot.height)
    core::fail(ErrorKind::BadRequest, "key: expected a plate of {}x{} as the screen was found on, got {}x{}",
               shot.width, shot.height, plate.width, plate.height);
  keyed.width = plate.width;
  keyed.height = plate.height;
  keyed.transfer = media::Transfer::Linear;
  keyed.pixels.resize(plate.pixels.size());
  to_planes(plate, state.planes);
  const PlateField field = state.field_of_frame();
  state.pool_matte(field);
  const PooledMatte& matte = state.matte;
  const float percent = float(plate.height) / 100;
  CoreMasks masks = core_masks(matte, {.depth_px = float(state.options.core) * percent,
                                       .despeckle_px = float(state.options.despeckle) * percent});
  const FigureField figure = figure_field(matte, masks,
                                          {.step_px = std::max(0.8f * percent, 4.0f),
                                           .depth_px = std::max(2.5f * percent, 10.0f),
                                           .reach_px = std::max(6 * percent, 24.0f)});
  fill_figure(matte, figure, state.options.core > 0, masks.core);
  const EdgeContext context = {.plate = &plate,
                               .planes = &state.planes,
                               .field = &field,
                               .masks = &masks,
                               .figure = &figure,
                               .inside = state.inside.columns() ? &state.inside : nullptr,
                               .outside = state.outside.columns() ? &state.outside : nullptr,
                               .curve = state.curve,
                               .refine = state.options.refine,
                               .sharpen_colour = state.options.sharpen_colour,
                               .fit_radius = 3};
  state.key_tiles(context, keyed);
  state.soften(keyed);
}

}  // namespace sakuga::compose
