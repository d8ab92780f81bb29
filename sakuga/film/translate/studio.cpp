#include "sakuga/film/translate/studio.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/film/translate/tiles.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/resize.h"

namespace sakuga::film {
namespace {

using core::ErrorKind;
using core::fail;
using data::Square;
using media::Image8;

constexpr int kSmallest = 32;

// From cold to hot, as heat maps are usually coloured.
std::array<uint8_t, 3> heat_colour(float heat) {
  const auto ramp = [&](float centre) {
    return uint8_t(255 * std::clamp(1.5f - std::abs(4 * heat - centre), 0.f, 1.f));
  };
  return {ramp(3), ramp(2), ramp(1)};
}

Image8 coloured(const Image8& grey) {
  Image8 heat(grey.width, grey.height, 3);
  for (size_t i = 0; i < grey.bytes.size(); ++i) {
    const auto colour = heat_colour(float(grey.bytes[i]) / 255);
    std::copy(colour.begin(), colour.end(), heat.bytes.begin() + std::ptrdiff_t(3 * i));
  }
  return heat;
}

Image8 half_and_half(const Image8& a, const Image8& b) {
  Image8 mixed = a;
  for (size_t i = 0; i < mixed.bytes.size(); ++i) mixed.bytes[i] = uint8_t((a.bytes[i] + b.bytes[i] + 1) / 2);
  return mixed;
}

// `above` into `picture` at the square, fading out over an eighth of its side.
void paste(const Image8& above, const Square& square, Image8& picture) {
  const float fade = float(square.side) / 8;
  const auto share = [&](int i) {
    return std::clamp((std::min(float(i), float(square.side - 1 - i)) + 0.5f) / fade, 0.f, 1.f);
  };
  for (int y = std::max(0, -square.y); y < std::min(square.side, picture.height - square.y); ++y) {
    for (int x = std::max(0, -square.x); x < std::min(square.side, picture.width - square.x); ++x) {
      const float t = share(x) * share(y), weight = t * t * (3 - 2 * t);
      const uint8_t* from = above.at(x, y);
      uint8_t* to = picture.at(square.x + x, square.y + y);
      for (int c = 0; c < 3; ++c)
        to[c] = uint8_t(std::lround(float(to[c]) + weight * (float(from[c]) - float(to[c]))));
    }
  }
}

// The colours with the alpha that `original` had.
Image8 with_alpha_of(Image8 colours, const Image8& original) {
  if (original.channels != 2 && original.channels != 4) return colours;
  Image8 result(colours.width, colours.height, 4);
  for (int y = 0; y < result.height; ++y)
    for (int x = 0; x < result.width; ++x) {
      std::copy_n(colours.at(x, y), 3, result.at(x, y));
      result.at(x, y)[3] = original.at(x, y)[original.channels - 1];
    }
  return result;
}

Square between(const Square& before, const Square& now) {
  constexpr double kNew = 0.35;
  const auto mix = [](int a, int b) { return int(std::lround(a + kNew * (b - a))); };
  return {mix(before.x, now.x), mix(before.y, now.y), mix(before.side, now.side)};
}

}  // namespace

// What of a picture the net gets to see.
struct Studio::Patch {
  Image8 picture;               // RGB.
  std::optional<Square> place;  // In the picture that came in; none: the whole of it.
  bool large = false;           // To be drawn in tiles.
  bool empty = false;           // A face was looked for in vain.
};

Studio::Studio(std::shared_ptr<models::PictureTranslator> translator, const TranslateOptions& options)
    : translator_(std::move(translator)), options_(options) {
  const auto& extra = translator_->card().extra;
  if (const auto domains = extra.find("domain"); domains != extra.end() && domains->is_object())
    domain_ = compose::domain_from_json(domains->value(options.back ? "back" : "there", nlohmann::json()));
  const bool face_model = extra.value("subject", "") == "face";
  const bool wanted =
      options.crop == "face" || (options.crop == "auto" && face_model && !options.cascade.empty());
  if (!wanted) return;
  if (options.cascade.empty())
    fail(ErrorKind::BadRequest,
         "translate: to find faces name a cascade, as in --cascade lbpcascade_animeface.xml");
  finder_ = std::make_unique<data::FaceCascade>(options.cascade);
}

std::optional<Square> Studio::face_in(const Image8& picture, bool moving) {
  constexpr int kFramesToWait = 12;
  const auto face = finder_->largest_face(picture);
  if (!moving) return face ? std::optional(data::portrait_square(*face)) : std::nullopt;
  if (face) {
    const auto square = data::portrait_square(*face);
    last_face_ = last_face_ ? between(*last_face_, square) : square;
    missed_ = 0;
  } else if (++missed_ > kFramesToWait) {
    last_face_.reset();
  }
  return last_face_;
}

Studio::Patch Studio::patch_of(const Image8& picture, bool moving) {
  const auto colours = media::flatten(picture);
  const int fixed = translator_->fixed_size(), resolution = int(translator_->card().resolution);
  if (finder_) {
    const auto square = face_in(picture, moving);
    if (!square) return {.picture = colours, .place = {}, .empty = true};
    const int side = fixed != 0 ? fixed : std::max(kSmallest, resolution);
    return {.picture = media::resize(data::cut(colours, *square), side, side), .place = square};
  }
  const int tile = fixed != 0 ? fixed : int(options_.tile);
  const bool whole = fixed == 0 ? int64_t(picture.width) * picture.height <= options_.tile * options_.tile
                                : picture.width == fixed && picture.height == fixed;
  if (whole) return {.picture = at_least(colours, kSmallest), .place = {}};
  return {.picture = at_least(colours, tile), .place = {}, .large = true};
}

models::TranslatedPicture Studio::draw_large(const Image8& picture) {
  const int fixed = translator_->fixed_size(), tile = fixed != 0 ? fixed : int(options_.tile);
  models::TranslatedPicture drawn;
  drawn.picture = draw_in_tiles(picture, tile, tile / 4, [&](const Image8& part) {
    return translator_->translate(std::span(&part, 1))[0].picture;
  });
  if (!options_.attention) return drawn;
  // What the net attends to in the picture as a whole, seen small.
  const double scale = double(fixed != 0 ? fixed : 512) / std::max(picture.width, picture.height);
  const auto side = [&](int length) {
    return fixed != 0 ? fixed : std::max(kSmallest, int(std::lround(length * scale)));
  };
  const auto small = media::resize(picture, side(picture.width), side(picture.height));
  drawn.attention = translator_->translate(std::span(&small, 1))[0].attention;
  return drawn;
}

StudioPicture Studio::finished(const Image8& picture, const Patch& patch, models::TranslatedPicture drawn) {
  const int width = patch.picture.width, height = patch.picture.height;
  auto colours = media::flatten(picture);
  const auto original = colours;
  const auto fit = [&](const Image8& whole) { return part(whole, 0, 0, picture.width, picture.height); };
  StudioPicture result;
  if (domain_) result.distance = compose::distance(*domain_, compose::gist_of(patch.picture));
  if (patch.place)
    paste(media::resize(drawn.picture, patch.place->side, patch.place->side), *patch.place, colours);
  else
    colours = fit(drawn.picture);
  result.picture = with_alpha_of(std::move(colours), picture);
  if (!options_.attention) return result;
  if (drawn.attention.bytes.empty())
    fail(ErrorKind::BadRequest, "translate: this model has no attention maps, leave --attention out");
  const auto heat = coloured(media::resize(drawn.attention, width, height, media::Filter::Bicubic));
  if (patch.place) {
    result.attention = coloured(Image8(picture.width, picture.height, 1));
    paste(media::resize(heat, patch.place->side, patch.place->side), *patch.place, result.attention);
  } else {
    result.attention = fit(heat);
  }
  result.overlay = half_and_half(original, result.attention);
  return result;
}

std::vector<StudioPicture> Studio::translate(std::span<const Image8> pictures, bool moving) {
  std::vector<Patch> patches;
  for (const auto& picture : pictures) patches.push_back(patch_of(picture, moving));
  std::vector<StudioPicture> results;
  for (size_t first = 0; first < pictures.size();) {
    const auto& patch = patches[first];
    if (patch.empty) {
      results.push_back({.picture = pictures[first], .found_face = false});
      if (options_.attention) {
        results.back().attention = coloured(Image8(pictures[first].width, pictures[first].height, 1));
        results.back().overlay = half_and_half(patch.picture, results.back().attention);
      }
      ++first;
      continue;
    }
    if (patch.large) {
      results.push_back(finished(pictures[first], patch, draw_large(patch.picture)));
      ++first;
      continue;
    }
    std::vector<Image8> together;
    size_t last = first;
    for (; last < pictures.size() && int64_t(together.size()) < options_.batch; ++last) {
      const auto& next = patches[last];
      if (next.empty || next.large || next.picture.width != patch.picture.width ||
          next.picture.height != patch.picture.height)
        break;
      together.push_back(next.picture);
    }
    auto drawn = translator_->translate(together);
    for (size_t i = first; i < last; ++i)
      results.push_back(finished(pictures[i], patches[i], std::move(drawn[i - first])));
    first = last;
  }
  return results;
}

}  // namespace sakuga::film
