#include "sakuga/compose/matte_edge.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/colour_line.h"
#include "sakuga/compose/matte_rows.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr float kLumaNoise = 1e-4f;    // Variances that are noise: (1 / 100)^2 of white,
constexpr float kChromaNoise = 2e-5f;  // and (1 / 220)^2.
constexpr float kFlat = 500;           // One by the variance of luma that is no edge any more.
constexpr float kMostWeight = 4;       // One by the alpha below which a pixel alone does not tell the figure.
constexpr int kWorkPlanes = 10;

SAKUGA_VECTORISE
void multiply(const float* __restrict a, const float* __restrict b, int count, float* __restrict out) {
  for (int i = 0; i < count; ++i) out[i] = a[i] * b[i];
}

struct Means {
  const float *y, *yy, *c, *cy, *cc;
};

// Chroma on a line of luma gets back what luma has lost by the blur; where luma is flat it is the smoothed
// chroma, and where neither holds it stays as it is.
SAKUGA_VECTORISE
void add_detail(const float* __restrict luma, const float* __restrict blurred, const Means& means,
                const float* __restrict smooth, int count, float* __restrict chroma) {
  const float* __restrict mean_y = means.y;
  const float* __restrict mean_yy = means.yy;
  const float* __restrict mean_c = means.c;
  const float* __restrict mean_cy = means.cy;
  const float* __restrict mean_cc = means.cc;
  for (int i = 0; i < count; ++i) {
    const float variance = std::max(mean_yy[i] - mean_y[i] * mean_y[i], 0.0f) + kLumaNoise;
    const float spread = std::max(mean_cc[i] - mean_c[i] * mean_c[i], 0.0f) + kChromaNoise;
    const float shared = mean_cy[i] - mean_c[i] * mean_y[i];
    const float fit = shared * shared / (variance * spread);  // 0 to 1: how much the line explains.
    const float on_line = std::min(std::max((fit - 0.3f) * 2, 0.0f), 1.0f);
    const float flat = std::min(std::max(1.2f - variance * kFlat, 0.0f), 1.0f);
    const float trust = std::max(on_line, flat);
    chroma[i] += trust * (smooth[i] - chroma[i]) + on_line * shared / variance * (luma[i] - blurred[i]);
  }
}

// around + (what is left without the screen - alpha around) / alpha, but for a small alpha less of the
// latter: much less where the pixel is the brighter, or the screen's unevenness would shine through as a rim.
SAKUGA_VECTORISE
void figure_colour(const float* __restrict colour, const float* __restrict screen,
                   const float* __restrict around, const float* __restrict alpha, int count,
                   float* __restrict out) {
  for (int i = 0; i < count; ++i) {
    const float a = alpha[i], f = around[i];
    const float left = colour[i] - a * f - (1 - a) * screen[i];
    const float weight = left < 0 ? std::min(1 / std::max(a, 1e-3f), kMostWeight) : a * (2 - a);
    out[i] = std::max(f + weight * left, std::min(colour[i], 0.0f));
  }
}

// What is as good as the screen becomes the screen: nothing up to `floor`, all from twice that on.
SAKUGA_VECTORISE
void clear_noise(const float* __restrict floor, int count, float* __restrict alpha) {
  for (int i = 0; i < count; ++i) alpha[i] *= std::min(std::max(alpha[i] / floor[i] - 1, 0.0f), 1.0f);
}

// Where nothing is known of the figure around, a pixel's own colour stands for it.
SAKUGA_VECTORISE
void mix_in(const float* __restrict colour, const float* __restrict known, int count,
            float* __restrict around) {
  for (int i = 0; i < count; ++i) around[i] = colour[i] + known[i] * (around[i] - colour[i]);
}

SAKUGA_VECTORISE
void trust_line(const float* __restrict line, const float* __restrict known, const KeyCurve& curve, int count,
                float* __restrict trust, float* __restrict alpha) {
  const float slope = 1 / ((1 - curve.lift) * curve.gain), offset = curve.lift / (1 - curve.lift);
  for (int i = 0; i < count; ++i) {
    const float share = (1 - line[i]) * slope - offset;
    const float a = 1 - std::min(std::max(share, 0.0f), 1.0f);
    trust[i] *= known[i];
    alpha[i] += trust[i] * (a - alpha[i]);
  }
}

// How much of the screen's chroma a colour has: 1 on the screen, below 0 for its complement.
SAKUGA_VECTORISE
void along_screen(const ConstRow& colour, const float* __restrict cb, const float* __restrict cr, int count,
                  float* __restrict along) {
  const float* __restrict r = colour.r;
  const float* __restrict g = colour.g;
  const float* __restrict b = colour.b;
  for (int i = 0; i < count; ++i) {
    const float y = 0.2126f * r[i] + 0.7152f * g[i] + 0.0722f * b[i];
    along[i] = cb[i] * (b[i] - y) * (1 / 1.8556f) + cr[i] * (r[i] - y) * (1 / 1.5748f);
  }
}

// The least that a figure's colour may have of it: what the plate has, or the trusted line.
SAKUGA_VECTORISE
void least_along(const float* __restrict plate, const float* __restrict trust, int count,
                 float* __restrict line) {
  for (int i = 0; i < count; ++i) line[i] = std::min(std::min(plate[i], trust[i] * line[i]), 0.0f);
}

SAKUGA_VECTORISE
void give_back(const float* __restrict least, const float* __restrict along, const float* __restrict screen,
               int count, float* __restrict colour) {
  for (int i = 0; i < count; ++i) colour[i] += std::max(least[i] - along[i], 0.0f) * screen[i];
}

void raise_to(const GridField* mask, int x, int y, int count, bool inside, float* alpha) {
  if (!mask) return;
  for (int i = 0; i < count; ++i) {
    const float m = mask->at(x + i, y);
    alpha[i] = inside ? std::max(alpha[i], m) : std::min(alpha[i], 1 - m);
  }
}

}  // namespace

EdgeSolver::EdgeSolver() {
  const size_t size = size_t(kSide) * kSide;
  for (Plane* plane : {&r_, &g_, &b_, &screen_r_, &screen_g_, &screen_b_, &cb_, &luma_, &cr_, &share_,
                       &trust_, &near_r_, &near_g_, &near_b_, &alpha_, &figure_r_, &figure_g_, &figure_b_})
    plane->resize(size);
  work_.assign(kWorkPlanes, Plane(size));
}

void EdgeSolver::solve(const EdgeContext& context, int left, int top, media::Image& keyed) {
  const auto& planes = *context.planes;
  x0_ = std::max(left - kMargin, 0);
  y0_ = std::max(top - kMargin, 0);
  width_ = std::min(left + kTile + kMargin, planes.width) - x0_;
  height_ = std::min(top + kTile + kMargin, planes.height) - y0_;
  load(context);
  if (context.sharpen_colour && context.plate->transfer == media::Transfer::Srgb) sharpen_colour(context);
  find_alpha(context);
  if (context.refine) {
    find_figure();
  } else {
    figure_r_ = r_;
    figure_g_ = g_;
    figure_b_ = b_;
  }
  for (int y = 0; y < height_; ++y) {
    const size_t at = size_t(y) * width_;
    despill_row({&figure_r_[at], &figure_g_[at], &figure_b_[at]}, &alpha_[at],
                {&screen_r_[at], &screen_g_[at], &screen_b_[at]}, &cb_[at], &cr_[at], context.curve, width_);
  }
  store(context, left, top, keyed);
}

void EdgeSolver::load(const EdgeContext& context) {
  const auto& planes = *context.planes;
  const auto& field = *context.field;
  const auto count = size_t(width_);
  for (int y = 0; y < height_; ++y) {
    const size_t from = size_t(y0_ + y) * planes.width + x0_, at = size_t(y) * width_;
    std::copy_n(&planes.r[from], count, &r_[at]);
    std::copy_n(&planes.g[from], count, &g_[at]);
    std::copy_n(&planes.b[from], count, &b_[at]);
    field.r.sample(y0_ + y, x0_, {&screen_r_[at], count});
    field.g.sample(y0_ + y, x0_, {&screen_g_[at], count});
    field.b.sample(y0_ + y, x0_, {&screen_b_[at], count});
    field.cb.sample(y0_ + y, x0_, {&cb_[at], count});
    field.cr.sample(y0_ + y, x0_, {&cr_[at], count});
    field.luma.sample(y0_ + y, x0_, {&luma_[at], count});
  }
}

void EdgeSolver::sharpen_colour(const EdgeContext& context) {
  const int count = width_ * height_, radius = context.fit_radius;
  Plane &luma = work_[0], &blurred = work_[1], &product = work_[2], &scratch = work_[3];
  Plane &mean_y = work_[4], &mean_yy = work_[5], &mean_c = work_[6], &mean_cy = work_[7], &mean_cc = work_[8],
        &smooth = work_[9];
  Plane *blue = &figure_b_, *red = &figure_r_;  // Not used yet.
  for (int y = 0; y < height_; ++y)
    for (int x = 0; x < width_; ++x) {
      const auto& p = context.plate->pixels[size_t(y0_ + y) * context.planes->width + x0_ + x];
      const auto c = chroma_of(p.r, p.g, p.b);
      const size_t i = size_t(y) * width_ + x;
      luma[i] = c.y;
      (*blue)[i] = c.cb;
      (*red)[i] = c.cr;
    }
  const auto mean = [&](const Plane& of, Plane& to) {
    box_mean(of.data(), width_, height_, radius, scratch.data(), to.data());
  };
  const auto mean_of_product = [&](const Plane& a, const Plane& b, Plane& to) {
    multiply(a.data(), b.data(), count, product.data());
    mean(product, to);
  };
  tent_mean(luma.data(), width_, height_, scratch.data(), blurred.data());
  tent_mean(blurred.data(), width_, height_, scratch.data(), blurred.data());
  mean(blurred, mean_y);
  mean_of_product(blurred, blurred, mean_yy);
  const Means means = {mean_y.data(), mean_yy.data(), mean_c.data(), mean_cy.data(), mean_cc.data()};
  for (Plane* chroma : {blue, red}) {
    // Decoders repeat or interpolate the stored colours: smoothed once more, both are nearly the same.
    tent_mean(chroma->data(), width_, height_, scratch.data(), smooth.data());
    mean(smooth, mean_c);
    mean_of_product(smooth, blurred, mean_cy);
    mean_of_product(smooth, smooth, mean_cc);
    add_detail(luma.data(), blurred.data(), means, smooth.data(), count, chroma->data());
  }
  for (int i = 0; i < count; ++i) {
    const auto n = size_t(i);
    const float b = luma[n] + 1.8556f * (*blue)[n], r = luma[n] + 1.5748f * (*red)[n];
    r_[n] = std::clamp(r, 0.0f, 1.0f);
    b_[n] = std::clamp(b, 0.0f, 1.0f);
    g_[n] = std::clamp((luma[n] - 0.2126f * r - 0.0722f * b) / 0.7152f, 0.0f, 1.0f);
  }
  for (Plane* plane : {&r_, &g_, &b_}) decode_srgb({plane->data(), size_t(count)});
}

void EdgeSolver::find_alpha(const EdgeContext& context) {
  const auto count = size_t(width_);
  const FigureField& figure = *context.figure;
  Plane &known = work_[0], &line = work_[1], &floor = work_[2];
  for (int y = 0; y < height_; ++y) {
    const size_t at = size_t(y) * count;
    const ConstRow colour = {&r_[at], &g_[at], &b_[at]};
    share_row(colour, {&cb_[at], &cr_[at], &luma_[at]}, context.curve, width_, &share_[at]);
    alpha_row(&share_[at], width_, &alpha_[at]);
    std::fill_n(&trust_[at], count, 0.0f);
    if (!context.refine) continue;
    figure.known.sample(y0_ + y, x0_, {known.data(), count});
    figure.r.sample(y0_ + y, x0_, {&near_r_[at], count});
    figure.g.sample(y0_ + y, x0_, {&near_g_[at], count});
    figure.b.sample(y0_ + y, x0_, {&near_b_[at], count});
    mix_in(colour.r, known.data(), width_, &near_r_[at]);
    mix_in(colour.g, known.data(), width_, &near_g_[at]);
    mix_in(colour.b, known.data(), width_, &near_b_[at]);
    line_row(colour, {&near_r_[at], &near_g_[at], &near_b_[at]},
             {&screen_r_[at], &screen_g_[at], &screen_b_[at]}, width_, line.data(), &trust_[at]);
    trust_line(line.data(), known.data(), context.curve, width_, &trust_[at], &alpha_[at]);
    context.field->floor.sample(y0_ + y, x0_, {floor.data(), count});
    clear_noise(floor.data(), width_, &alpha_[at]);
  }
  apply_masks(context);
}

void EdgeSolver::apply_masks(const EdgeContext& context) {
  Plane &core = work_[0], &keep = work_[1];
  for (int y = 0; y < height_; ++y) {
    float* alpha = &alpha_[size_t(y) * width_];
    context.masks->core.sample(y0_ + y, x0_, {core.data(), size_t(width_)});
    context.masks->keep.sample(y0_ + y, x0_, {keep.data(), size_t(width_)});
    for (int x = 0; x < width_; ++x) alpha[x] = std::max(alpha[x], core[size_t(x)]) * keep[size_t(x)];
    raise_to(context.inside, x0_, y0_ + y, width_, true, alpha);
    raise_to(context.outside, x0_, y0_ + y, width_, false, alpha);
  }
}

void EdgeSolver::find_figure() {
  const int count = width_ * height_;
  Plane &plate_along = work_[4], &least = work_[5], &along = work_[6];
  along_screen({r_.data(), g_.data(), b_.data()}, cb_.data(), cr_.data(), count, plate_along.data());
  along_screen({near_r_.data(), near_g_.data(), near_b_.data()}, cb_.data(), cr_.data(), count, least.data());
  least_along(plate_along.data(), trust_.data(), count, least.data());
  const Plane* colours[] = {&r_, &g_, &b_};
  const Plane* screens[] = {&screen_r_, &screen_g_, &screen_b_};
  const Plane* around[] = {&near_r_, &near_g_, &near_b_};
  Plane* figures[] = {&figure_r_, &figure_g_, &figure_b_};
  for (int i = 0; i < 3; ++i)
    figure_colour(colours[i]->data(), screens[i]->data(), around[i]->data(), alpha_.data(), count,
                  figures[i]->data());
  // Too much of the screen taken off would leave its complement, a purple rim on green.
  along_screen({figure_r_.data(), figure_g_.data(), figure_b_.data()}, cb_.data(), cr_.data(), count,
               along.data());
  for (int i = 0; i < 3; ++i)
    give_back(least.data(), along.data(), screens[i]->data(), count, figures[i]->data());
}

void EdgeSolver::store(const EdgeContext& context, int left, int top, media::Image& keyed) const {
  const int right = std::min(left + kTile, context.planes->width),
            bottom = std::min(top + kTile, context.planes->height);
  for (int y = top; y < bottom; ++y) {
    const size_t at = size_t(y - y0_) * width_ + (left - x0_);
    interleave_row({&figure_r_[at], &figure_g_[at], &figure_b_[at]}, &alpha_[at], right - left,
                   &keyed.pixels[size_t(y) * keyed.width + left].r);
  }
}

}  // namespace sakuga::compose
