#include "sakuga/models/load_net.h"

#include "sakuga/core/error.h"
#include "sakuga/models/tagger.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using core::fail;

// Options in a card are input like the rest of the file: what a recipe's author could mend, a reader cannot.
std::shared_ptr<torch::nn::Module> make_from_card(const Architecture& architecture, const weights::Card& card,
                                                  const std::string& path) {
  try {
    return architecture.make(card.options);
  } catch (const core::Error& error) {
    fail(ErrorKind::CorruptInput, "model: {}: the card's options do not fit ({})", path, error.what());
  }
}

void check_tags(int64_t expected, const weights::Card& card, const std::string& path) {
  if (int64_t(card.tags.size()) != expected)
    fail(ErrorKind::CorruptInput,
         "model: {}: the card names {} tags, but the net has {}; is it a card of another model?", path,
         card.tags.size(), expected);
}

}  // namespace

std::shared_ptr<torch::nn::Module> load_net(const weights::SafetensorsFile& file, const weights::Card& card,
                                            const nn::NameMap& names, nn::LeftOver left_over) {
  const auto path = file.path().string();
  const auto net = make_from_card(find_architecture(card.architecture), card, path);
  if (const auto* generator = dynamic_cast<GeneratorNet*>(net.get())) {
    check_tags(generator->tag_count(), card, path);
    if (card.resolution != generator->size())
      fail(ErrorKind::CorruptInput, "model: {}: the card says {} pixels, but the net draws {}", path,
           card.resolution, generator->size());
  }
  if (const auto* discriminator = dynamic_cast<DiscriminatorNet*>(net.get()))
    check_tags(discriminator->tag_count(), card, path);
  if (const auto* tagger = dynamic_cast<TaggerImpl*>(net.get())) check_tags(tagger->tag_count(), card, path);
  nn::load_state(*net, file, names, left_over);
  net->to(nn::compute_device());
  net->eval();
  return net;
}

void check_role(const std::filesystem::path& path, const weights::Card& card, Role expected) {
  if (const auto role = find_architecture(card.architecture).role; role != expected)
    fail(ErrorKind::BadRequest, "model: {} is a {} ({}), expected a {}", path.string(), role_name(role),
         card.architecture, role_name(expected));
}

}  // namespace sakuga::models
