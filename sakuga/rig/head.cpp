#include "sakuga/rig/head.h"

#include <algorithm>
#include <cmath>

namespace sakuga::rig {
namespace {

constexpr size_t kSide = 12;  // Points of one side, from the crown to beside the chin.
using Side = std::array<Vec2, kSide>;

// One drawn view, turned to the viewer's right: the far side is on the right.
struct View {
  Side far, near;
  Vec2 chin;
};

// Rows: crown, upper temple, temple, brow, eye, cheekbone, nose tip, below the nose, upper lip, mouth,
// lower lip, beside the chin.
const View kFront = {{{{.45, -.92},
                       {.78, -.62},
                       {.90, -.25},
                       {.905, .02},
                       {.89, .22},
                       {.865, .40},
                       {.82, .55},
                       {.745, .67},
                       {.645, .78},
                       {.515, .885},
                       {.355, .98},
                       {.175, 1.062}}},
                     {{{-.45, -.92},
                       {-.78, -.62},
                       {-.90, -.25},
                       {-.905, .02},
                       {-.89, .22},
                       {-.865, .40},
                       {-.82, .55},
                       {-.745, .67},
                       {-.645, .78},
                       {-.515, .885},
                       {-.355, .98},
                       {-.175, 1.062}}},
                     {0, 1.105}};
const View kThirty = {{{{.50, -.90},
                        {.82, -.60},
                        {.915, -.28},
                        {.895, -.02},
                        {.872, .15},
                        {.872, .36},
                        {.862, .52},
                        {.815, .65},
                        {.745, .765},
                        {.66, .87},
                        {.555, .965},
                        {.43, 1.055}}},
                      {{{-.4, -.93},
                        {-.8, -.6},
                        {-.92, -.26},
                        {-.90, 0},
                        {-.87, .2},
                        {-.82, .38},
                        {-.755, .52},
                        {-.665, .65},
                        {-.54, .77},
                        {-.365, .885},
                        {-.13, .995},
                        {.11, 1.075}}},
                      {.31, 1.105}};
const View kSixty = {{{{.52, -.88},
                       {.84, -.58},
                       {.925, -.28},
                       {.885, -.02},
                       {.842, .14},
                       {.865, .35},
                       {.885, .49},
                       {.86, .62},
                       {.838, .71},
                       {.81, .80},
                       {.775, .89},
                       {.71, 1.0}}},
                     {{{-.4, -.93},
                       {-.74, -.6},
                       {-.74, -.26},
                       {-.62, 0},
                       {-.52, .2},
                       {-.44, .38},
                       {-.36, .54},
                       {-.27, .68},
                       {-.14, .80},
                       {.02, .91},
                       {.2, 1.0},
                       {.40, 1.065}}},
                     {.59, 1.085}};
const View kProfile = {{{{.52, -.86},
                         {.81, -.58},
                         {.90, -.28},
                         {.885, -.02},
                         {.835, .15},
                         {.885, .36},
                         {.938, .495},
                         {.862, .575},
                         {.868, .655},
                         {.850, .715},
                         {.852, .785},
                         {.828, .94}}},
                       {{{-.2, -.9},
                         {-.4, -.6},
                         {-.3, -.26},
                         {-.15, 0},
                         {-.08, .2},
                         {-.06, .40},
                         {-.03, .56},
                         {.02, .70},
                         {.10, .81},
                         {.22, .91},
                         {.37, .99},
                         {.55, 1.05}}},
                       {.72, 1.075}};

View mirrored(const View& view) {
  View result;
  for (size_t i = 0; i < kSide; ++i) {
    result.far[i] = {-view.near[i].x, view.near[i].y};
    result.near[i] = {-view.far[i].x, view.far[i].y};
  }
  result.chin = {-view.chin.x, view.chin.y};
  return result;
}

struct Turned {
  double yaw;
  View view;
};

// What stands on the viewer's right is "far" at every yaw here.
const std::array<Turned, 9>& turned_views() {
  static const std::array<Turned, 9> views = {{{-180, kFront},
                                               {-90, mirrored(kProfile)},
                                               {-60, mirrored(kSixty)},
                                               {-30, mirrored(kThirty)},
                                               {0, kFront},
                                               {30, kThirty},
                                               {60, kSixty},
                                               {90, kProfile},
                                               {180, kFront}}};
  return views;
}

Vec2 blended(double yaw, const std::function<Vec2(const View&)>& pick) {
  std::array<Vec2, 9> xs, ys;
  for (size_t i = 0; i < 9; ++i) {
    const Vec2 point = pick(turned_views()[i].view);
    xs[i] = {turned_views()[i].yaw, point.x};
    ys[i] = {turned_views()[i].yaw, point.y};
  }
  return {keyed(xs, yaw), keyed(ys, yaw)};
}

// How far towards the viewer a point of the outline lies when the face looks at him; it decides how the
// outline moves with the pitch.
double depth_of(size_t row) {
  return std::array<double, kSide + 1>{0, 0, 0, 0, .02, .05, .1, .18, .28, .4, .52, .62, .68}[row];
}

// Jaw and chin: widths and lengths below the cheekbones.
Vec2 shaped(Vec2 point, Vec2 chin, size_t row, const Design& design, double point_chin) {
  const double low = smoothstep(0.35, 1.1, point.y);
  const double jaw = 1 + (design.jaw - 0.5) * 0.12 * low * (1 - smoothstep(1.02, 1.12, point.y));
  const double taper = 1 - (point_chin - 0.5) * 0.32 * smoothstep(6.5, 11, double(row));
  point.x = chin.x + (point.x - chin.x) * (row < 12 ? jaw * taper : 1);
  const double length = design.chin * lerp(0.97, 1.07, design.age) * (design.sex == "boy" ? 1.04 : 1);
  if (point.y > 0.3) point.y = 0.3 + (point.y - 0.3) * length;
  point.x *= lerp(1, design.head_width, smoothstep(-0.5, 0.2, point.y));
  return point;
}

}  // namespace

Head::Head(const Design& design, const Pose& pose, const Era& era)
    : yaw_(pose.yaw * kPi / 180),
      pitch_(pose.pitch * kPi / 180),
      roll_(pose.roll * kPi / 180),
      body_yaw_(yaw_ * pose.body) {
  roll_turn_ = turn_roll(roll_);
  turn_ = turn_yaw(yaw_) * turn_pitch(pitch_);
  body_turn_ = turn_yaw(body_yaw_);
  make_outline(design, era);
}

namespace {
constexpr Vec2 kNape = {0, 0.9};  // The head rolls about this point.
}

Vec3 Head::turned(Vec3 point) const {
  const Vec3 view = turn_ * point;
  const Vec3 rolled = roll_turn_ * Vec3{view.x, view.y - kNape.y, view.z};
  return {rolled.x, rolled.y + kNape.y, rolled.z};
}

Vec2 Head::at(Vec3 point) const {
  const Vec3 view = turned(point);
  return {view.x, view.y};
}

Vec3 Head::body_turned(Vec3 point) const {
  return body_turn_ * point;
}

Vec2 Head::body_at(Vec3 point) const {
  const Vec3 view = body_turned(point);
  return {view.x, view.y};
}

Vec2 Head::rolled(Vec2 offset) const {
  const Vec3 turned = roll_turn_ * Vec3{offset.x, offset.y, 0};
  return {turned.x, turned.y};
}

void Head::make_outline(const Design& design, const Era& era) {
  const double degrees = yaw_ * 180 / kPi, c = std::cos(pitch_), s = std::sin(pitch_);
  const double front = std::cos(yaw_);
  const Vec2 chin = blended(degrees, [](const View& view) { return view.chin; });
  // Pitch turns about the head's own axis, which the yaw has turned with it.
  const Vec3 axis = {std::cos(yaw_), 0, -std::sin(yaw_)};
  const auto place = [&](Vec2 point, size_t row) {
    const Vec2 formed = shaped(point, chin, row, design, era.chin_point);
    const Vec3 p = {formed.x, formed.y, depth_of(row) * front};
    const double along = p.x * axis.x + p.z * axis.z;
    const Vec3 cross = {-axis.z * p.y, axis.z * p.x - axis.x * p.z, axis.x * p.y};
    const Vec3 t = p * c + cross * s + axis * (along * (1 - c));
    return rolled(Vec2{t.x, t.y} - kNape) + kNape;
  };
  outline_.resize(2 * kSide + 1);
  for (size_t i = 0; i < kSide; ++i) {
    outline_[i] = place(blended(degrees, [i](const View& view) { return view.far[i]; }), i);
    outline_[2 * kSide - i] = place(blended(degrees, [i](const View& view) { return view.near[i]; }), i);
  }
  outline_[kSide] = place(chin, kSide);
}

Path Head::face() const {
  return {closed_curve(outline_)};
}

Vec2 Head::outline_at(double place) const {
  return sub_curve(outline_, place / 24, place / 24, 2)[0];
}

double Head::facing() const {
  return 1 - smoothstep(95, 130, std::abs(yaw_) * 180 / kPi);
}

}  // namespace sakuga::rig
