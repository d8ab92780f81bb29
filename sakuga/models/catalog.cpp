#include "sakuga/models/catalog.h"

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/models/cartoongan.h"
#include "sakuga/models/cartoongan_light.h"
#include "sakuga/models/cyclegan.h"
#include "sakuga/models/dcgan.h"
#include "sakuga/models/embedder.h"
#include "sakuga/models/face_detector.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/posed_generator.h"
#include "sakuga/models/squeezenet.h"
#include "sakuga/models/srresnet.h"
#include "sakuga/models/srresnet_discriminator.h"
#include "sakuga/models/tagged_discriminator.h"
#include "sakuga/models/tagged_generator.h"
#include "sakuga/models/tagger.h"
#include "sakuga/models/ugatit.h"
#include "sakuga/models/ugatit_discriminator.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using core::fail;
using nlohmann::json;

struct NoOptions {};
void visit_fields(NoOptions&, auto&&) {}

template <class Options>
Options read_options(const std::string& id, const json& object) {
  Options options;
  core::fields_from_json(id, object, options);
  return options;
}

template <class Net, class Options>
Architecture row(const std::string& id, Role role, const std::string& about) {
  return {id, role, about,
          [id](const json& object) { return json(core::fields_to_json(read_options<Options>(id, object))); },
          [id](const json& object) -> std::shared_ptr<torch::nn::Module> {
            const auto options = read_options<Options>(id, object);
            if constexpr (std::is_constructible_v<Net, const Options&>)
              return std::make_shared<Net>(options);
            else
              return std::make_shared<Net>();
          }};
}

// Two nets of the same options, one for each direction.
template <class Net, class Options>
Architecture pair_row(const std::string& id, const std::string& about) {
  auto pair = row<Net, Options>(id, Role::Translator, about);
  pair.make = [id](const json& object) -> std::shared_ptr<torch::nn::Module> {
    const auto options = read_options<Options>(id, object);
    auto there = std::make_shared<Net>(options);
    return std::make_shared<TranslatorPair>(std::move(there), std::make_shared<Net>(options));
  };
  return pair;
}

template <class Net>
std::shared_ptr<Net> make(const std::string& id, Role role, const json& options) {
  const auto& architecture = find_architecture(id);
  if (architecture.role != role)
    fail(ErrorKind::BadRequest, "model: '{}' is a {}, expected a {}", id, role_name(architecture.role),
         role_name(role));
  return std::dynamic_pointer_cast<Net>(architecture.make(options));
}

}  // namespace

std::string role_name(Role role) {
  switch (role) {
    case Role::Generator:
      return "generator";
    case Role::Discriminator:
      return "discriminator";
    case Role::Tagger:
      return "tagger";
    case Role::Features:
      return "feature net";
    case Role::Translator:
      return "picture translator";
    case Role::PatchDiscriminator:
      return "patch discriminator";
    case Role::Detector:
      return "face detector";
  }
  return "";
}

const std::vector<Architecture>& catalog() {
  static const std::vector<Architecture> table = {
      row<SrresnetGeneratorImpl, SrresnetGeneratorOptions>(
          "srresnet-generator", Role::Generator, "MakeGirlsMoe, 2017: noise and tags to 64-256 pixels"),
      row<SrresnetDiscriminatorImpl, SrresnetDiscriminatorOptions>(
          "srresnet-discriminator", Role::Discriminator, "MakeGirlsMoe, 2017: real or drawn, and its tags"),
      row<TaggedGeneratorImpl, TaggedGeneratorOptions>("tagged-generator", Role::Generator,
                                                       "a pyramid for small tagged sets: 16-256 pixels"),
      row<PosedGeneratorImpl, PosedGeneratorOptions>(
          "posed-generator", Role::Generator, "heads that turn: it is told where on the head a pixel is"),
      row<TaggedDiscriminatorImpl, TaggedDiscriminatorOptions>("tagged-discriminator", Role::Discriminator,
                                                               "judges a picture together with its tags"),
      row<DcganGeneratorImpl, DcganGeneratorOptions>("dcgan-generator", Role::Generator,
                                                     "DCGAN, 2016: the baseline at 64 pixels"),
      row<DcganDiscriminatorImpl, DcganDiscriminatorOptions>("dcgan-discriminator", Role::Discriminator,
                                                             "DCGAN, 2016: the baseline's judge"),
      row<TaggerImpl, TaggerOptions>("tagger", Role::Tagger, "small residual classifier: picture to tags"),
      row<EmbedderImpl, EmbedderOptions>("embedder", Role::Features, "says which character a picture shows"),
      row<FaceDetectorImpl, FaceDetectorOptions>("face-detector", Role::Detector,
                                                 "finds drawn faces, from the front to the profile"),
      row<SqueezenetImpl, NoOptions>("squeezenet1_0", Role::Features,
                                     "SqueezeNet 1.0, 2016: ImageNet features"),
      pair_row<UgatitGeneratorImpl, UgatitGeneratorOptions>("ugatit",
                                                            "U-GAT-IT, 2019: people to drawings, and back"),
      row<UgatitDiscriminatorImpl, UgatitDiscriminatorOptions>(
          "ugatit-discriminator", Role::PatchDiscriminator, "U-GAT-IT, 2019: judges patches by attention"),
      row<KeyframeNetImpl, KeyframeNetOptions>("keyframe-net", Role::Translator,
                                               "plate to painting, learnt from a few painted frames"),
      pair_row<CycleganGeneratorImpl, CycleganGeneratorOptions>(
          "cyclegan", "CycleGAN, 2017: the baseline of translators"),
      row<CycleganDiscriminatorImpl, CycleganDiscriminatorOptions>(
          "cyclegan-discriminator", Role::PatchDiscriminator, "CycleGAN, 2017: judges patches of 70 pixels"),
      row<CartoonganGeneratorImpl, CartoonganGeneratorOptions>(
          "cartoongan", Role::Translator, "CartoonGAN, 2018: photographs to painted backgrounds"),
      row<CartoonganLightImpl, CartoonganLightOptions>("cartoongan-light", Role::Translator,
                                                       "a fifth of it, after AnimeGANv2: inverted residuals"),
      row<CartoonganDiscriminatorImpl, CartoonganDiscriminatorOptions>(
          "cartoongan-discriminator", Role::PatchDiscriminator,
          "CartoonGAN, 2018: judges patches by their edges")};
  return table;
}

const Architecture& find_architecture(const std::string& id) {
  std::vector<std::string> ids;
  for (const auto& architecture : catalog()) {
    if (architecture.id == id) return architecture;
    ids.push_back(architecture.id);
  }
  const auto nearest = core::nearest_name(id, ids);
  fail(ErrorKind::Unsupported, "model: unknown architecture '{}', {}", id,
       nearest.empty() ? fmt::format("expected one of {}", fmt::join(ids, ", "))
                       : fmt::format("did you mean '{}'?", nearest));
}

std::shared_ptr<GeneratorNet> make_generator(const std::string& id, const json& options) {
  return make<GeneratorNet>(id, Role::Generator, options);
}

std::shared_ptr<DiscriminatorNet> make_discriminator(const std::string& id, const json& options) {
  return make<DiscriminatorNet>(id, Role::Discriminator, options);
}

std::shared_ptr<TranslatorNet> make_translator(const std::string& id, const json& options) {
  return make<TranslatorNet>(id, Role::Translator, options);
}

std::shared_ptr<PatchDiscriminatorNet> make_patch_discriminator(const std::string& id, const json& options) {
  return make<PatchDiscriminatorNet>(id, Role::PatchDiscriminator, options);
}

}  // namespace sakuga::models
