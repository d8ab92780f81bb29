// Moving pictures: one door to films, numbered sequences and stills.
//
// A path is
//   - a film that libav can read (.mov, .mp4, .mkv, .webm, .avi, ...),
//   - a sequence "folder/name.%06d.png": any one %0Nd or %d, any still format of image_file.h,
//   - a folder that holds one such sequence,
//   - or, for reading, one still picture: a clip of one frame.
// A sequence's numbers are those of its files and are never changed; a missing number is an error that
// names the file. The frames of films and stills count from 1.
//
// Frames are float RGBA with straight alpha. Films and integer stills are Transfer::Srgb, EXR and float
// stills Transfer::Linear. A film's Y'CbCr is converted with the matrix and range that it states; one that
// states none is taken as BT.709 if it is high definition (its shorter side is 720 pixels or more, or its
// longer 1280), else as BT.601, in video range; grey without a range as full. Its transfer curve is taken
// as sRGB's and its primaries are left alone. What is beyond black and white stays: values may lie a little
// outside of [0, 1]. Rotation flags are carried out.
//
// Input is not trusted. Everything here throws Error(NotFound) for files and folders that are not there,
// Error(CorruptInput) for damaged, truncated or empty ones, Error(Unsupported) for what libav cannot do,
// Error(BadRequest) for options that do not fit and for a full disk. Objects are not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"
#include "sakuga/media/image_file.h"

namespace sakuga::media {

// Frames a second, exactly; always above 0.
struct Rate {
  int64_t num = 24, den = 1;
  double value() const { return double(num) / double(den); }
  bool operator==(const Rate& other) const { return num * other.den == other.num * den; }
};

// "24", "24000/1001", "23.976" (which is 24000/1001; so with 29.97, 47.952, 59.94 and 119.88).
// Throws Error(BadRequest).
Rate parse_rate(const std::string& text);
std::string rate_text(Rate rate);  // "24" or "24000/1001".

// What a film states about its colours, as ffmpeg names them ("bt709", "tv", "pc", ...); RGB has the matrix
// "gbr". `assumed`: the matrix or range were not stated and are the ones above.
struct ColourTags {
  std::string matrix = "gbr", range = "pc", primaries = "unknown", transfer = "unknown";
  bool assumed = false;
};

struct FramesInfo {
  int width = 0, height = 0;  // Pixels, upright.
  Rate rate = {};             // Sequences and stills have none of their own and say 24.
  int64_t count = 0;          // Frames that read() will give; 0 if unknown.
  int64_t first_number = 1;   // Of these.
  bool alpha = false;
  int bits = 8;                   // A channel's: 8 to 16; 16 or 32 for floating point.
  bool floating = false;          // EXR and float stills.
  bool sound = false;             // There is a sound stream.
  bool variable_rate = false;     // The film's frames last unequally long; see FrameReadOptions::rate.
  int64_t held = 0, dropped = 0;  // Frames that the constant rate repeats and leaves out.
  double start_s = 0;             // When the first of these frames is shown, in the film's own time.
  double pixel_aspect = 1;        // A pixel's width by its height; not carried out.
  ColourTags colour = {};
  std::string format = {};  // "h264 yuv420p", "png sequence": for messages.
  Metadata metadata = {};   // Of a film's container.
};

struct FrameReadOptions {
  std::optional<int64_t> first = {},
                         last = {};  // Numbers, both included; absent: from the first, to the last.
  // Films are made constant by repeating and leaving out frames so that each is shown at its time: to this
  // rate if given (first and last then count its frames); if not, those of a variable rate to their nominal
  // one. For sequences and stills it only becomes info().rate.
  std::optional<Rate> rate = {};
};

// "10-20", "10-", "-20", "15" or "" (all), into first and last. Throws Error(BadRequest).
void parse_frames(const std::string& text, FrameReadOptions& options);

class FrameReader {
 public:
  // Throws as said above; also Error(BadRequest) for a range that reaches beyond the clip.
  static std::unique_ptr<FrameReader> open(const std::filesystem::path& path,
                                           const FrameReadOptions& options = {});

  virtual ~FrameReader() = default;
  virtual const FramesInfo& info() const = 0;

  // The next frame in order, into `frame`, whose memory is used again; false after the last one.
  virtual bool read(Image& frame) = 0;

  // Of the frame read last; below first_number before any.
  virtual int64_t number() const = 0;

  // The next read() gives this frame, exactly. Throws Error(BadRequest) for one outside the range.
  virtual void seek(int64_t number) = 0;

 protected:
  FrameReader() = default;
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;
};

struct FrameWriteOptions {
  Rate rate = {};
  // auto goes by the name: .mov prores4444, .mp4 h264, .mkv ffv1; sequences have their still format.
  std::string codec = "auto";
  bool alpha = true;  // Kept where the codec has it. Without it, a frame that is not opaque is an error.
  int64_t bits = 0;   // 0: h264 8, h265 10, prores4444 10, ffv1 16, stills 16. 8 and 10 for h264 and
                      // h265; 8 and 16 for ffv1 and PNG.
  int64_t crf = 18;   // h264 and h265: 0 (best) to 51.
  // h264 and h265: how long the encoder searches, in x264's words; auto: veryfast and medium.
  std::string preset = "auto";
  bool pad = false;          // h264 and h265 have even sizes only: repeat the last row or column of odd ones.
  int64_t first_number = 1;  // Of sequences.
  std::string comment = {};  // The film's or each still's "comment".
  Metadata metadata = {};    // Further texts of the film or of each still.
  // The file whose sound is copied as it is, so that what was at sound_start_s in it is heard with the first
  // frame (for the frames of a reader: its info().start_s), for sound_length_s (0: to its end). A file
  // without sound is no error, none is copied.
  std::filesystem::path sound_from = {};
  double sound_start_s = 0, sound_length_s = 0;
};

// What a person may set.
void visit_fields(FrameWriteOptions& options, auto&& visit) {
  using core::Field;
  visit("codec", options.codec,
        Field{.help = "how the film is packed; auto goes by the name's ending",
              .choices = {"auto", "h264", "h265", "prores4444", "ffv1"}});
  visit("bits", options.bits, Field{.help = "bits of a colour, 0 is the codec's usual", .min = 0, .max = 16});
  visit("crf", options.crf, Field{.help = "h264 and h265: 0 best to 51 smallest", .min = 0, .max = 51});
  visit("preset", options.preset,
        Field{.help = "h264 and h265: how long the encoder searches; faster makes larger files",
              .choices = {"auto", "ultrafast", "veryfast", "faster", "fast", "medium", "slow", "slower"}});
  visit("pad", options.pad, Field{.help = "make odd sizes even by repeating the last row or column"});
}

class FrameWriter {
 public:
  // A film (.mov, .mp4, .mkv) or a sequence (see above; .png, .exr, .tif, .jpg, .webp); a name of one still
  // takes one frame. A film appears when close() succeeds, and until then, and if close() is never called,
  // what was there stays; a still is written whole or not at all. The same frames give the same bytes.
  // Throws as said above.
  static std::unique_ptr<FrameWriter> create(const std::filesystem::path& path, int width, int height,
                                             const FrameWriteOptions& options = {});

  virtual ~FrameWriter() = default;  // Without close(): removes what was written of a film.

  // Appends a frame; Linear ones are converted to sRGB for integer formats, and reversely. Throws
  // Error(BadRequest) for another size.
  virtual void write(const Image& frame) = 0;

  // Finishes the file and moves it into place. Throws Error(BadRequest) without any frame and if closed.
  virtual void close() = 0;

 protected:
  FrameWriter() = default;
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;
};

// The number that a file name ends in before its extension: 12 of "cel.000012.png"; none of "cel.png".
std::optional<int64_t> frame_number_of(const std::filesystem::path& path);

}  // namespace sakuga::media
