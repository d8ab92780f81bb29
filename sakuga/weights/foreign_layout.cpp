#include "sakuga/weights/foreign_layout.h"

namespace sakuga::weights {

std::optional<ForeignLayout> recognise_layout(const SafetensorsFile& file) {
  if (auto layout = ugatit_layout(file)) return layout;
  return cartoongan_layout(file);
}

}  // namespace sakuga::weights
