// Decoding, work and encoding at the same time, in constant memory.
#pragma once

#include <functional>
#include <memory>

#include "sakuga/core/progress.h"
#include "sakuga/media/frames.h"

namespace sakuga::media {

// Reads up to `depth` frames ahead in a thread of its own. `reader` is not to be used otherwise as long as
// this lives. What the reader throws, read() throws, after the frames before.
class ReadAhead : public FrameReader {
 public:
  explicit ReadAhead(FrameReader& reader, int depth = 2);
  ~ReadAhead() override;
  const FramesInfo& info() const override;
  bool read(Image& frame) override;  // Takes frame's memory for a later one.
  int64_t number() const override;
  void seek(int64_t number) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Writes in a thread of its own, at most `depth` frames behind. What the writer throws, the next write() or
// close() throws.
class WriteBehind : public FrameWriter {
 public:
  explicit WriteBehind(FrameWriter& writer, int depth = 2);
  ~WriteBehind() override;
  void write(const Image& frame) override;
  void take(Image& frame);  // As write(), without a copy: frame's pixels are then an older frame's.
  void close() override;    // Writes what is left and closes `writer`.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Changes a frame in place (also its size and transfer); called in order, in the caller's thread.
using FrameWork = std::function<void(Image& frame, int64_t number)>;

// Reads every frame, calls `work` and writes, overlapped, then closes `writer`. Progress counts frames.
// Throws what any of the three throws, and core::Interrupted.
void run_frames(FrameReader& reader, const FrameWork& work, FrameWriter& writer, core::Progress& progress);

}  // namespace sakuga::media
