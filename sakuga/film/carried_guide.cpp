#include "sakuga/film/carried_guide.h"

#include <utility>

#include "sakuga/compose/flow.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

void CarriedGuide::go_to(int64_t frame) {
  while (at_ < frame) {
    core::check_interrupt();
    auto next = media::converted(frames_.get(++at_), media::Transfer::Srgb);
    if (at_ == 1) {
      guide_.begin(next);
    } else {
      const auto flow = compose::two_way_flow(figure_, next);
      guide_.advance(flow.forward, compose::visibility(flow.forward, flow.backward), next);
    }
    figure_ = std::move(next);
  }
}

}  // namespace sakuga::film
