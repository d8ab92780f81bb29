#include "sakuga/train/checkpoint.h"

#include "sakuga/core/files.h"
#include "sakuga/train/test_support.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::train {
namespace {

TEST(Checkpoint, GivesBackWhatItWasGiven) {
  const TemporaryFolder folder;
  torch::nn::BatchNorm2d net(3), other(3);
  torch::NoGradGuard no_grad;
  net->weight.normal_();
  net->num_batches_tracked.fill_(12);
  NamedTensors from, to;
  add_tensors(from, "net", *net);
  add_tensors(to, "net", *other);
  save_checkpoint(folder / "c", from, {{"step", 5}});
  load_checkpoint(folder / "c", to);
  EXPECT_TRUE(torch::equal(net->weight, other->weight));
  EXPECT_EQ(other->num_batches_tracked.item<int64_t>(), 12);
  EXPECT_EQ(read_counters(folder / "c")["step"], 5);
}

TEST(Checkpoint, IsNotReplacedByOneWithNan) {
  const TemporaryFolder folder;
  const NamedTensors tensors = {{"w", torch::ones({2})}};
  save_checkpoint(folder / "c", tensors, {{"step", 1}});
  tensors[0].second[1] = NAN;
  EXPECT_NE(error_of([&] {
              save_checkpoint(folder / "c", tensors, {{"step", 2}});
            }).find("w holds NaN"),
            std::string::npos);
  EXPECT_EQ(read_counters(folder / "c")["step"], 1);
}

TEST(Checkpoint, OfAnotherRecipeIsRefused) {
  const TemporaryFolder folder;
  save_checkpoint(folder / "c", {{"w", torch::ones({2})}}, nlohmann::json::object());
  EXPECT_NE(error_of([&] {
              load_checkpoint(folder / "c", {{"v", torch::ones({2})}});
            }).find("no tensor 'v'"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              load_checkpoint(folder / "c", {{"w", torch::ones({3})}});
            }).find("another shape"),
            std::string::npos);
}

TEST(Checkpoint, AModelIsNone) {
  const TemporaryFolder folder;
  weights::write_safetensors(folder / "m", {});
  EXPECT_NE(error_of([&] { read_counters(folder / "m"); }).find("no checkpoint"), std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
