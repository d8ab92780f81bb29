#include "sakuga/weights/safetensors.h"

#include <gtest/gtest.h>

#include <limits>

#include "sakuga/core/error.h"
#include "sakuga/weights/test_files.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

// The message of the error that reading a file with this header and that many bytes of data ends in.
std::string refusal(const std::string& header, size_t data_size, ErrorKind kind = ErrorKind::CorruptInput,
                    int64_t claimed = -1) {
  const TemporaryFile file("hostile.safetensors");
  write_raw(file.path(), header, data_size, claimed);
  try {
    SafetensorsFile::open(file.path());
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "accepted";
}

void expect_refusal(const std::string& header, size_t data_size, const std::string& message) {
  EXPECT_NE(refusal(header, data_size).find(message), std::string::npos) << refusal(header, data_size);
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const TemporaryFile file("round.safetensors");
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6}, bias = {7};
  write_safetensors(file.path(),
                    std::vector<TensorView>{{"weight", Dtype::F32, {2, 3}, bytes_of(weight)},
                                            {"bias", Dtype::F32, {}, bytes_of(bias)}},
                    {{"who", "test"}});

  const auto read = SafetensorsFile::open(file.path());
  EXPECT_EQ(read.metadata().at("who"), "test");
  ASSERT_EQ(read.tensors().size(), 2u);
  const auto* found = read.find("weight");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(std::memcmp(found->bytes.data(), weight.data(), 24), 0);
  EXPECT_TRUE(read.find("bias")->shape.empty());
  EXPECT_EQ(read.find("missing"), nullptr);
}

TEST(Safetensors, WritesTheSameBytesInAnyOrder) {
  const TemporaryFile first("order1.safetensors"), second("order2.safetensors");
  const std::vector<float> values = {1, 2};
  const TensorView a{"a", Dtype::F32, {2}, bytes_of(values)}, b{"b", Dtype::U8, {8}, bytes_of(values)};
  write_safetensors(first.path(), std::vector{a, b});
  write_safetensors(second.path(), std::vector{b, a});
  EXPECT_EQ(read_bytes(first.path()), read_bytes(second.path()));
}

TEST(Safetensors, AlignsTheDataToEightBytes) {
  const TemporaryFile file("aligned.safetensors");
  const std::vector<float> values = {1};
  write_safetensors(file.path(), std::vector<TensorView>{{"odd name", Dtype::F32, {1}, bytes_of(values)}});
  EXPECT_EQ(read_safetensors_header(file.path()).data_start % 8, 0u);
}

TEST(Safetensors, AcceptsAnEmptyTensorAndPaddedHeader) {
  EXPECT_EQ(refusal(R"({"x":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}   )", 0), "accepted");
}

TEST(Safetensors, SaysThatAFileIsMissing) {
  try {
    SafetensorsFile::open("no/such/file.safetensors");
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::NotFound);
  }
}

TEST(Safetensors, RefusesAFileThatIsTooShort) {
  const TemporaryFile file("short.safetensors");
  write_bytes(file.path(), "abc");
  EXPECT_THROW(SafetensorsFile::open(file.path()), core::Error);
  write_bytes(file.path(), "");
  EXPECT_THROW(SafetensorsFile::open(file.path()), core::Error);
}

TEST(Safetensors, RefusesAHeaderLongerThanTheFileOrTheCap) {
  EXPECT_NE(refusal("{}", 0, ErrorKind::CorruptInput, 3).find("claims 3 bytes"), std::string::npos);
  EXPECT_NE(refusal("{}", 0, ErrorKind::CorruptInput, INT64_MAX).find("claims"), std::string::npos);
  EXPECT_NE(refusal("{}", 0, ErrorKind::CorruptInput, 100'000'001).find("claims"), std::string::npos);
}

TEST(Safetensors, RefusesAHeaderThatIsNotAJsonObject) {
  expect_refusal("hello", 0, "not JSON");
  expect_refusal("[]", 0, "not an object");
  expect_refusal("{\"x\":\"\xff\"}", 0, "not JSON");
  expect_refusal(std::string(100000, '['), 0, "nests deeper");
}

TEST(Safetensors, RefusesEntriesThatAreNotTensors) {
  expect_refusal(R"({"x":3})", 0, "not an object");
  expect_refusal(R"({"x":{"shape":[1],"data_offsets":[0,4]}})", 4, "has no dtype");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"offsets":[0,4]}})", 4, "has no data_offsets");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", 4, "two data_offsets");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "a dimension");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", 4, "a dimension");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4, "an offset");
  expect_refusal(R"({"__metadata__":{"a":1}})", 0, "should be a string");
  expect_refusal(R"({"__metadata__":[]})", 0, "map strings to strings");
}

TEST(Safetensors, RefusesAnUnknownDtypeAsUnsupported) {
  const auto message =
      refusal(R"({"x":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}})", 1, ErrorKind::Unsupported);
  EXPECT_NE(message.find("unknown dtype 'F4'"), std::string::npos) << message;
}

TEST(Safetensors, RefusesOffsetsOutsideTheFile) {
  expect_refusal(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "cut off");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "cut off");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,0]}})", 4,
                 "an offset");
}

TEST(Safetensors, RefusesAShapeThatDoesNotFitItsBytes) {
  expect_refusal(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "need another number");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", 4,
                 "absurd");
  expect_refusal(R"({"x":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,4]}})", 4,
                 "another number");
}

TEST(Safetensors, RefusesOverlapsAndHoles) {
  expect_refusal(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                 R"("y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                 8, "overlaps");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "belong to none");
  expect_refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 8, "belong to no tensor");
}

TEST(Safetensors, RefusesNamesAndKeysThatStandTwice) {
  const std::string entry = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  expect_refusal(R"({"x":)" + entry + R"(,"x":)" + entry + "}", 4, "'x' stands twice");
  expect_refusal(R"({"x":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}})", 4,
                 "'dtype' stands twice");
}

TEST(Safetensors, NamesTheFirstValueThatIsNotFinite) {
  const std::vector<float> values = {1, std::numeric_limits<float>::quiet_NaN()};
  const std::vector<uint16_t> halves = {0x3c00, 0x7bff, 0x7c00}, brains = {0x7f7f, 0xff80};
  const auto fails = [](const TensorView& tensor) {
    try {
      check_finite(tensor, "file");
    } catch (const core::Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::CorruptInput);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(fails({"w", Dtype::F32, {2}, bytes_of(values)}).find("'w' holds NaN or infinity at element 1"),
            std::string::npos);
  EXPECT_NE(fails({"h", Dtype::F16, {3}, std::as_bytes(std::span(halves))}).find("element 2"),
            std::string::npos);
  EXPECT_NE(fails({"b", Dtype::BF16, {2}, std::as_bytes(std::span(brains))}).find("element 1"),
            std::string::npos);
  EXPECT_EQ(fails({"b", Dtype::I16, {2}, std::as_bytes(std::span(brains))}), "");
}

TEST(Safetensors, RefusesToWriteATensorTwiceOrWithTooFewBytes) {
  const TemporaryFile file("wrong.safetensors");
  const std::vector<float> values = {1};
  const TensorView good{"x", Dtype::F32, {1}, bytes_of(values)},
      wrong{"x", Dtype::F32, {2}, bytes_of(values)};
  EXPECT_THROW(write_safetensors(file.path(), std::vector{good, good}), core::Error);
  EXPECT_THROW(write_safetensors(file.path(), std::vector{wrong}), core::Error);
  EXPECT_FALSE(std::filesystem::exists(file.path()));
}

TEST(Safetensors, WritesIntoNoFolderThatDoesNotExist) {
  EXPECT_THROW(write_safetensors("no/such/folder/x.safetensors", {}), core::Error);
}

TEST(Dtype, NamesAndSizesAgree) {
  for (const auto dtype : {Dtype::Bool, Dtype::BF16, Dtype::F32, Dtype::F64})
    EXPECT_EQ(dtype_from_name(dtype_name(dtype)), dtype);
  EXPECT_EQ(dtype_size(Dtype::BF16), 2);
  EXPECT_EQ(dtype_size(Dtype::I64), 8);
}

}  // namespace
}  // namespace sakuga::weights
