#include "sakuga/models/squeezenet.h"

#include "sakuga/models/golden.h"
#include "sakuga/models/image_model.h"

namespace sakuga::models {
namespace {

constexpr auto kFile = "squeezenet.safetensors";

TEST(Squeezenet, HasTheParametersOfThePaper) {
  EXPECT_EQ(nn::parameter_count(*Squeezenet()), 1'248'424);
}

TEST(Squeezenet, AgreesWithTheReference) {
  using torch::indexing::None;
  using torch::indexing::Slice;
  torch::NoGradGuard no_grad;
  Squeezenet net;
  set_formula(*net, {}, 1.5);
  net->eval();
  const auto pictures = uniform("pictures", {2, 3, 96, 96});
  EXPECT_LE(difference(net->features(pictures), kFile, "features"), 1e-4);
  EXPECT_LE(difference(net->forward(pictures).index({Slice(), Slice(0, None, 10)}), kFile, "logits"), 1e-4);
}

TEST(Squeezenet, GivesTheReferencesImagenetFeatures) {
  const std::filesystem::path path = SAKUGA_SOURCE_DIR "/../shared/models/squeezenet1_0.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  const auto rgb = uniform("rgb", {2, 3, 128, 128})
                       .add(1)
                       .mul(128)
                       .floor()
                       .to(torch::kUInt8)
                       .permute({0, 2, 3, 1})
                       .contiguous();
  std::vector<media::Image8> pictures(2, media::Image8(128, 128, 3));
  for (size_t i = 0; i < 2; ++i)
    std::memcpy(pictures[i].bytes.data(), rgb[int64_t(i)].data_ptr(), pictures[i].bytes.size());

  const auto model = FeatureModel::load(path);
  auto values = model->features(pictures);
  EXPECT_EQ(model->size(), 512);
  EXPECT_EQ(model->resolution(), 0);
  EXPECT_LE(difference(torch::tensor(values).view({2, 512}), kFile, "imagenet_features"), 1e-4);
}

}  // namespace
}  // namespace sakuga::models
