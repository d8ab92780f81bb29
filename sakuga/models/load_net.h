// Joins a net and its weights file; behind image_model.h and model_file.h.
#pragma once

#include <memory>

#include "sakuga/models/catalog.h"
#include "sakuga/nn/state.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

// The net that the card describes, filled from the file, in evaluation mode on the compute device. Throws as
// image_model.h says. `names` and `left_over` as in nn/state.h.
std::shared_ptr<torch::nn::Module> load_net(const weights::SafetensorsFile& file, const weights::Card& card,
                                            const nn::NameMap& names = {},
                                            nn::LeftOver left_over = nn::LeftOver::Refuse);

// Throws Error(BadRequest) that says what the file is, if its architecture has another role.
void check_role(const std::filesystem::path& path, const weights::Card& card, Role expected);

}  // namespace sakuga::models
