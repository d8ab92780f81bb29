// The folder of a shot's render:
//
//   NAME.mp4, ...                the deliverables, each with NAME.mp4.ledger.json beside it
//   NAME.otio, NAME.xdts         the shot for an editor, the time sheet of its drawings
//   NAME.sheet.png, NAME.strip.png   contact sheet; plate, key, drawing and finished frame side by side
//   cels/                        the drawings, numbered as in the time sheet
//   key/, stylise/, ...          frames of single stages, if asked for by --stage
//   cache/STAGE/                 finished frames (frame_store.h); may be deleted at any time
//   lock                         held while a render runs
#pragma once

#include <filesystem>
#include <string>

namespace sakuga::film {

class RenderFolder {
 public:
  // Makes the folder if need be, locks it and removes what a killed render was writing. Throws
  // Error(BadRequest) if that is impossible or another render holds it.
  explicit RenderFolder(const std::filesystem::path& path);
  ~RenderFolder();
  RenderFolder(const RenderFolder&) = delete;
  RenderFolder& operator=(const RenderFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path cache() const { return path_ / "cache"; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace sakuga::film
