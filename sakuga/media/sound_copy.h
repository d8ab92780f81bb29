// The sound of a file, packet by packet, into a film that is being written. Internal to media.
#pragma once

#include "sakuga/media/frames.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {

class SoundCopy {
 public:
  // Adds the streams to `output`, whose header is not written yet. `film` is what messages call it.
  // Throws Error(Unsupported) for a codec that the container cannot hold.
  SoundCopy(const FrameWriteOptions& options, AVFormatContext& output, const std::string& film);

  // Writes what begins before this time of the film. Returns libav's status.
  int write_until(double time_s);
  // Writes all that is left.
  int finish();

 private:
  void add_stream(int number, AVFormatContext& output, const std::string& film);
  void keep_priming();
  bool is_due(double& begin_s);
  void cut_to_range(double begin_s);

  Input input_;
  AVFormatContext& output_;
  std::vector<int> streams_;  // Of the output, by number in the input; -1: not copied.
  Owned<AVPacket> packet_;
  bool pending_ = false;  // packet_ is read, but not due yet.
  double begin_s_ = 0, end_s_ = 0;
};

}  // namespace sakuga::media
