// The drawings of a shot for other programs: an XDTS time sheet and an OpenTimelineIO timeline.
#pragma once

#include <string>
#include <vector>

#include "sakuga/film/drawings.h"
#include "sakuga/film/shot.h"

namespace sakuga::film {

// XDTS (Celsys and Toei's digital time sheet, version 5): one line that names the format, then JSON. Columns
// are cell tracks; a frame is written where the drawing changes, as paper sheets are. Frames count from 0
// there.
std::string xdts_text(const Shot& shot, const std::vector<Drawings>& columns, int64_t frames);

// OpenTimelineIO JSON: a track of the film itself and one of drawings for each column, a clip for each hold
// and gaps where there is none. Media are named relative to the file.
std::string otio_text(const Shot& shot, const std::vector<Drawings>& columns, int64_t frames,
                      const std::string& film);

}  // namespace sakuga::film
