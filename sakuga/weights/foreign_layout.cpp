#include "sakuga/weights/foreign_layout.h"

namespace sakuga::weights {

std::optional<ForeignLayout> recognise_layout(const SafetensorsFile& file) {
  return ugatit_layout(file);
}

}  // namespace sakuga::weights
