#include "sakuga/media/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

using Profile = std::unique_ptr<void, decltype(&cmsCloseProfile)>;
using Transform = std::unique_ptr<void, decltype(&cmsDeleteTransform)>;

Profile srgb_grey() {
  // IEC 61966-2-1 as Little CMS's parametric curve 4.
  const double parameters[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  const std::unique_ptr<cmsToneCurve, void (*)(cmsToneCurve*)> curve(
      cmsBuildParametricToneCurve(nullptr, 4, parameters), cmsFreeToneCurve);
  return {cmsCreateGrayProfile(cmsD50_xyY(), curve.get()), cmsCloseProfile};
}

template <class Sample>
Transform make_transform(const Profile& profile, bool grey, bool alpha) {
  const cmsUInt32Number format = FLOAT_SH((std::is_same_v<Sample, float>)) |
                                 COLORSPACE_SH(grey ? PT_GRAY : PT_RGB) | CHANNELS_SH(grey ? 1 : 3) |
                                 EXTRA_SH(alpha) | BYTES_SH(sizeof(Sample));
  const Profile target = grey ? srgb_grey() : Profile(cmsCreate_sRGBProfile(), cmsCloseProfile);
  return {cmsCreateTransform(profile.get(), format, target.get(), format, INTENT_RELATIVE_COLORIMETRIC,
                             cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_COPY_ALPHA),
          cmsDeleteTransform};
}

bool changes_something(const Profile& profile, bool grey) {
  std::vector<uint8_t> levels;
  for (int r = 0; r < 256; r += 15) {
    for (int g = 0; g < 256; g += 15) {
      for (int b = 0; b < 256; b += 15) {
        for (const int level : {r, g, b}) levels.push_back(static_cast<uint8_t>(level));
      }
    }
  }
  std::vector<uint8_t> result(levels.size());
  const Transform transform = make_transform<uint8_t>(profile, grey, false);
  if (!transform) return true;
  cmsDoTransform(transform.get(), levels.data(), result.data(), levels.size() / (grey ? 1 : 3));
  for (size_t i = 0; i < levels.size(); ++i) {
    if (std::abs(levels[i] - result[i]) > 2) return true;
  }
  return false;
}

// Grey pixels in an RGB profile: as equal colours there and back, a row at a time.
template <class Sample>
void convert_grey_in_rgb(Raster<Sample>& raster, const Transform& transform) {
  std::vector<Sample> row(size_t(raster.width) * 3);
  for (int y = 0; y < raster.height; ++y) {
    Sample* samples = &raster.samples[size_t(y) * raster.width * raster.channels];
    for (int x = 0; x < raster.width; ++x) std::fill_n(&row[x * 3], 3, samples[x * raster.channels]);
    cmsDoTransform(transform.get(), row.data(), row.data(), raster.width);
    for (int x = 0; x < raster.width; ++x) samples[x * raster.channels] = row[x * 3 + 1];
  }
}

template <class Sample>
void convert(Raster<Sample>& raster, const std::string& name) {
  if (raster.icc.empty()) return;
  const Profile profile(
      cmsOpenProfileFromMem(raster.icc.data(), static_cast<cmsUInt32Number>(raster.icc.size())),
      cmsCloseProfile);
  const cmsColorSpaceSignature space = profile ? cmsGetColorSpace(profile.get()) : cmsColorSpaceSignature{};
  const bool grey_profile = space == cmsSigGrayData, grey = raster.channels < 3,
             alpha = raster.channels % 2 == 0;
  if ((space != cmsSigRgbData && !grey_profile) || (grey_profile && !grey)) {
    core::fail(core::ErrorKind::CorruptInput,
               "read: {}: its ICC profile is damaged or is not for these pixels; save it again as sRGB",
               name);
  }
  raster.icc.clear();
  if (!changes_something(profile, grey_profile)) return;
  const bool spread = grey && !grey_profile;
  const Transform transform = make_transform<Sample>(profile, grey_profile, alpha && !spread);
  if (!transform)
    core::fail(core::ErrorKind::CorruptInput, "read: {}: its ICC profile cannot be applied", name);
  if (spread) return convert_grey_in_rgb(raster, transform);
  for (int y = 0; y < raster.height; ++y) {
    Sample* row = &raster.samples[size_t(y) * raster.width * raster.channels];
    cmsDoTransform(transform.get(), row, row, raster.width);
  }
}

}  // namespace

void profile_to_srgb(Raster<uint8_t>& raster, const std::string& name) {
  convert(raster, name);
}
void profile_to_srgb(Raster<float>& raster, const std::string& name) {
  convert(raster, name);
}

}  // namespace sakuga::media
