// Pictures, folders and films through a translator: people into drawings, photographs into paintings.
//
//   a picture        -> OUT, if that is the name of a picture, or OUT/NAME
//   a folder         -> OUT/NAME for every picture in it, names kept (extensions too)
//   "f/n.%06d.png"   -> OUT/NAME for every frame that there is
//   a film           -> OUT, if that is the name of a film (sound kept), or OUT/frame.000001.png and so on
//
// A folder OUT is made if need be. What it holds already is not drawn again, so that a killed run goes on
// where it stopped; "translate.json" in it says by which model and options and of which film, and another one
// is refused. A film's frames are kept in the folder OUT.translate until the film is written.
//
// With attention, a picture NAME.png has NAME.attention.png (heat map) and NAME.overlay.png beside it; a film
// has a second film NAME.overlay.mp4.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/media/frames.h"

namespace sakuga::models {
class PictureTranslator;
}

namespace sakuga::film {

struct TranslateOptions {
  bool attention = false;
  bool back = false;
  bool both_ways = false;
  std::string crop = "auto";
  std::string cascade = {};
  std::string frames = {};
  int64_t batch = 4;
  int64_t tile = 1024;
};

void visit_fields(TranslateOptions& options, auto&& visit) {
  using core::Field;
  visit("attention", options.attention, Field{.help = "also show what the net looked at"});
  visit("back", options.back, Field{.help = "from the model's second side to its first"});
  visit("both_ways", options.both_ways,
        Field{.help = "in both directions: into the folders OUT/there and OUT/back"});
  visit("crop", options.crop,
        Field{.help = "translate the face alone and put it back; auto: if the model is one of faces and a "
                      "cascade is given",
              .choices = {"auto", "face", "whole"}});
  visit("cascade", options.cascade, Field{.help = "OpenCV cascade that finds faces"});
  visit("frames", options.frames, Field{.help = "only these frames of a film or pattern: 10-20, 10-, 15"});
  visit("batch", options.batch, Field{.help = "pictures translated together", .min = 1, .max = 64});
  visit("tile", options.tile,
        Field{.help = "larger pictures are translated in tiles of so many pixels", .min = 64, .max = 4096});
}

struct TranslateReport {
  std::vector<std::filesystem::path> written;  // In order; a film is one.
  int64_t present = 0;                         // Pictures that were there already.
  std::vector<std::string> without_face;       // Where a face was looked for in vain; left as they were.
  // What the model has seen nothing like, and how far it is from that: above 1 (compose/domain.h).
  std::vector<std::pair<std::string, double>> far;
};

// Throws Error(NotFound) for inputs that are not there, Error(BadRequest) for inputs and outputs that do not
// go together, two inputs of one name and an OUT of another model; otherwise as media, data/crop.h and
// models/picture_translator.h say, and core::Interrupted.
TranslateReport translate(const std::vector<std::filesystem::path>& inputs,
                          const std::filesystem::path& model, const std::filesystem::path& out,
                          const TranslateOptions& options, const media::FrameWriteOptions& film = {});

// One picture in memory, as translate() would draw it: whole or in tiles, of the same size and with its
// alpha.
media::Image8 translate_picture(std::shared_ptr<models::PictureTranslator> translator,
                                const media::Image8& picture, const TranslateOptions& options = {});

}  // namespace sakuga::film
