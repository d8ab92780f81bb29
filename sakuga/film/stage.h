// A stage of a shot: frames that are made once and kept. Internal to film.
//
// A frame's id names everything that it depends on and is known before the frame is made. So what is missing
// is known at once, held drawings are made and kept once, and a change redoes what depends on it and nothing
// else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sakuga/film/frame_store.h"

namespace sakuga::film {

// Pictures of a shot by frame, from 1.
class Frames {
 public:
  virtual ~Frames() = default;
  virtual std::string id(int64_t frame) = 0;  // Equal ids, equal pictures.
  virtual media::Image get(int64_t frame) = 0;

  // get() for another thread: what cannot be read at any time is read now.
  virtual std::function<media::Image()> getter(int64_t frame) {
    return [picture = std::make_shared<media::Image>(get(frame))] { return std::move(*picture); };
  }
};

class Stage : public Frames {
 public:
  Stage(std::string name, const std::filesystem::path& cache)
      : name_(std::move(name)), store_(cache / name_) {}

  const std::string& name() const { return name_; }
  FrameStore& store() { return store_; }
  media::Image get(int64_t frame) override { return store_.get(id(frame)); }
  std::function<media::Image()> getter(int64_t frame) override {
    return [this, name = id(frame)] { return store_.get(name); };
  }

  // Those of `frames` (in order) that are not there, one for each id.
  std::vector<int64_t> missing(const std::vector<int64_t>& frames);

  // The frames of the stage before that making these needs, in order.
  virtual std::vector<int64_t> needs(const std::vector<int64_t>& frames) { return frames; }

  // Makes frames that missing() named and puts each into the store; calls `done` after each.
  virtual void make(const std::vector<int64_t>& frames, const std::function<void()>& done) = 0;

 private:
  std::string name_;
  FrameStore store_;
};

}  // namespace sakuga::film
