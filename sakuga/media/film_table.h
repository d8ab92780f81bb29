// When each frame of a film is shown: read from the container without decoding. Internal to media.
#pragma once

#include <vector>

#include "sakuga/media/frames.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {

// A frame from which decoding can begin.
struct Entry {
  int64_t shown, decoded;  // In units of the stream's time base.
};

struct FilmTable {
  std::vector<int64_t> shown = {};  // Ascending, in units of the stream's time base; 8 bytes a frame.
  std::vector<Entry> entries = {};  // Ascending.
  bool timed = true;                // false: the container states no times; `shown` only counts.
  bool variable = false;
  bool truncated = false;  // The file ends before what its index lists.
  int64_t listed = 0;      // Frames that the index lists; 0 if unknown.
  Rate rate = {};          // Nominal if variable.

  int64_t count() const { return int64_t(shown.size()); }
};

// Reads all packets of the stream and goes back to the beginning.
FilmTable read_film_table(AVFormatContext& format, const AVStream& stream);

// A film's frames at a constant rate: which one is on the screen at each of its ticks.
class Cadence {
 public:
  // Every frame once.
  explicit Cadence(const FilmTable& table);
  // Each shown from the tick nearest to its time on; of several at one tick the last.
  Cadence(const FilmTable& table, AVRational time_base, Rate rate);

  int64_t count() const { return count_; }
  int64_t source(int64_t tick) const;                  // 0 <= tick < count().
  int64_t held(int64_t first, int64_t last) const;     // Ticks in this range that repeat the one before.
  int64_t dropped(int64_t first, int64_t last) const;  // Frames between them that are not shown.

 private:
  int64_t tick_of(int64_t shown) const;

  const FilmTable* table_;
  bool plain_;
  AVRational time_base_{1, 1}, tick_{1, 1};
  int64_t count_;
};

}  // namespace sakuga::media
