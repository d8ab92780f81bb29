// One net that learns, with its optimiser and the running mean of its weights, which is what a run gives.
// Internal to train.
#pragma once

#include <memory>

#include "sakuga/train/ema.h"
#include "sakuga/train/training.h"

namespace sakuga::train {

template <class Net>
class Learner {
 public:
  // Two nets that `make()` gives, on the device that they are to be on.
  Learner(const Recipe& recipe, auto&& make)
      : net(make()),
        average(make()),
        adam_(net->parameters(), adam_options(recipe.optimiser, recipe.optimiser.rate)) {
    set_trained(*average, false);
    average->eval();
    move_towards(*average, *net, 0);
  }

  // After backward() of the loss of that step.
  void step(const Recipe& recipe, int64_t step) {
    adam_.step(rate_factor(recipe, step));
    move_towards(*average, *net, ema_decay(recipe.half_life, recipe.batch, (step + 1) * recipe.batch));
  }

  NamedTensors tensors() {
    NamedTensors tensors;
    add_tensors(tensors, "net", *net);
    add_tensors(tensors, "average", *average);
    add_moments(tensors, "adam", *net, adam_);
    return tensors;
  }
  void resume_at(int64_t step) { adam_.set_steps(step); }

  const std::shared_ptr<Net> net, average;

 private:
  Adam adam_;
};

}  // namespace sakuga::train
