#include "sakuga/weights/torch_checkpoint.h"

#include <gtest/gtest.h>

#include <cstring>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"
#include "sakuga/weights/test_files.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(SAKUGA_SOURCE_DIR) / "tests/golden" / name;
}

ErrorKind kind_of(const std::filesystem::path& path) {
  try {
    read_torch_checkpoint(path);
  } catch (const core::Error& error) {
    return error.kind();
  }
  return ErrorKind::Internal;
}

std::vector<float> floats(const TensorView& tensor) {
  std::vector<float> values(tensor.bytes.size() / 4);
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

// What tests/golden/checkpoints.py saved.
void expect_small(const SafetensorsFile& file) {
  const auto whole = floats(*file.find("net.weight")), turned = floats(*file.find("net.turned")),
             corner = floats(*file.find("net.corner"));
  ASSERT_EQ(whole.size(), 24u);
  EXPECT_EQ(file.find("net.turned")->shape, (std::vector<int64_t>{6, 4}));
  EXPECT_EQ(file.find("net.corner")->shape, (std::vector<int64_t>{2, 3}));
  for (size_t i = 0; i < 24; ++i) EXPECT_EQ(turned[i], whole[i % 4 * 6 + i / 4]);
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(corner[i], whole[(1 + i / 3) * 6 + 2 + i % 3]);
  EXPECT_EQ(file.find("net.half")->dtype, Dtype::F16);
  EXPECT_EQ(file.find("net.brain")->dtype, Dtype::BF16);
  EXPECT_EQ(file.find("net.count")->dtype, Dtype::I64);
  EXPECT_EQ(int(file.find("net.count")->bytes[0]), 7);
  EXPECT_TRUE(file.find("net.count")->shape.empty());
  EXPECT_EQ(file.find("net.none")->shape, (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(floats(*file.find("net.learnt")).size(), 2u);
  EXPECT_EQ(floats(*file.find("list.0")).size(), 2u);
  EXPECT_EQ(file.tensors().size(), 9u);
}

TEST(TorchCheckpoint, ReadsBothFormats) {
  for (const auto* name : {"checkpoint_zip.pt", "checkpoint_legacy.pt"}) {
    EXPECT_TRUE(is_torch_checkpoint(golden(name))) << name;
    expect_small(read_torch_checkpoint(golden(name)));
  }
}

TEST(TorchCheckpoint, SurvivesEveryCutAndManyFlips) {
  const core::TemporaryFolder folder;
  for (const auto* name : {"checkpoint_zip.pt", "checkpoint_legacy.pt"}) {
    const auto bytes = read_bytes(golden(name));
    const auto path = folder / "damaged.pt";
    for (size_t cut = 2; cut < bytes.size(); cut += 7) {
      write_bytes(path, bytes.substr(0, cut));
      const auto kind = kind_of(path);
      EXPECT_TRUE(kind == ErrorKind::CorruptInput || kind == ErrorKind::Unsupported) << name << " " << cut;
    }
    for (size_t at = 0; at < bytes.size(); at += 3) {
      auto flipped = bytes;
      flipped[at] = char(~flipped[at]);
      write_bytes(path, flipped);
      kind_of(path);  // Reads or refuses; must not crash or hang.
    }
  }
}

// A legacy file whose fourth pickle is `program`.
std::string legacy(const std::string& program, const std::string& keys = "]") {
  using namespace std::string_literals;
  return "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.}."s + program + "." +
         keys + ".";
}

TEST(TorchCheckpoint, RefusesHostilePickles) {
  using namespace std::string_literals;
  const core::TemporaryFolder folder;
  const auto kind = [&](const std::string& bytes) {
    write_bytes(folder / "hostile.pt", bytes);
    return kind_of(folder / "hostile.pt");
  };
  EXPECT_EQ(kind(legacy("cos\nsystem\nU\x04true\x85R")), ErrorKind::Unsupported);
  EXPECT_EQ(kind(legacy("c__builtin__\neval\nU\x01"
                        "1\x85R")),
            ErrorKind::Unsupported);
  EXPECT_EQ(kind(legacy("ctorch._utils\n_rebuild_tensor_v2\n)R")), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(legacy("}q\x01(U\x01"
                        "ah\x01u")),
            ErrorKind::CorruptInput);  // Nests in itself.
  EXPECT_EQ(kind("\x80\x02M\xe9\x03.\x80\x02M\x01\x00."s), ErrorKind::Unsupported);
  EXPECT_EQ(kind("\x80\x02N."s), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(legacy("}",
                        "]U\x01"
                        "0a")),
            ErrorKind::CorruptInput);  // A storage that nobody refers to.
}

// A tensor of two floats with this shape, strides and offset.
std::string tensor(const std::string& offset, const std::string& shape, const std::string& strides) {
  using namespace std::string_literals;
  return "ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU\x01"
         "0U\x03"
         "cpuK\x02NtQ" +
         offset + shape + strides + "\x89}tR";
}

TEST(TorchCheckpoint, RefusesTensorsThatReachBeyondTheirStorage) {
  using namespace std::string_literals;
  const core::TemporaryFolder folder;
  const auto kind = [&](const std::string& program) {
    write_bytes(folder / "odd.pt", legacy("}U\x01t" + program + "s",
                                          "]U\x01"
                                          "0a") +
                                       "\x02\0\0\0\0\0\0\0"s + "12345678");
    return kind_of(folder / "odd.pt");
  };
  EXPECT_EQ(kind(tensor("K\0"s, "K\x02\x85", "K\x01\x85")), ErrorKind::Internal);  // This one is right.
  EXPECT_EQ(kind(tensor("K\x01", "K\x02\x85", "K\x01\x85")), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "K\x02\x85", "K\x02\x85")), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "K\x03\x85", "K\0\x85"s)), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "J\xff\xff\xff\xff\x85", "K\x01\x85")), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "\x8a\x08\0\0\0\0\0\0\0\x40\x85"s, "K\0\x85"s)), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "K\x02\x85", ")")), ErrorKind::CorruptInput);
  EXPECT_EQ(kind(tensor("K\0"s, "K\x02", "K\x01\x85")), ErrorKind::CorruptInput);
}

TEST(TorchCheckpoint, ToldApartFromOtherFiles) {
  const core::TemporaryFolder folder;
  write_raw(folder / "x.safetensors", "{}", 0);
  EXPECT_FALSE(is_torch_checkpoint(folder / "x.safetensors"));
  EXPECT_THROW(is_torch_checkpoint(folder / "none.pt"), core::Error);
}

}  // namespace
}  // namespace sakuga::weights
