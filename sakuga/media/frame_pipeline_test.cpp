#include "sakuga/media/frame_pipeline.h"

#include <csignal>

#include "sakuga/media/test_films.h"

namespace sakuga::media {
namespace {

// Gives numbered frames from memory, and an error after the last if told to.
class CountingReader : public FrameReader {
 public:
  explicit CountingReader(int64_t count, bool fails = false) : fails_(fails) {
    info_.width = info_.height = 4;
    info_.count = count;
  }
  const FramesInfo& info() const override { return info_; }
  int64_t number() const override { return number_; }
  void seek(int64_t number) override { number_ = number - 1; }
  bool read(Image& frame) override {
    if (number_ == info_.count && fails_) core::fail(ErrorKind::CorruptInput, "read: the film tore");
    if (number_ == info_.count) return false;
    frame = numbered(4, 4, ++number_);
    return true;
  }

 private:
  FramesInfo info_;
  bool fails_;
  int64_t number_ = 0;
};

// Remembers the numbers, and fails at one if told to.
class ListingWriter : public FrameWriter {
 public:
  explicit ListingWriter(int64_t fails_at = -1) : fails_at_(fails_at) {}
  void write(const Image& frame) override {
    const int64_t number = number_in(frame);
    if (number == fails_at_) core::fail(ErrorKind::BadRequest, "write: the disk is full");
    numbers.push_back(number);
  }
  void close() override { closed = true; }

  std::vector<int64_t> numbers = {};
  bool closed = false;

 private:
  int64_t fails_at_;
};

std::vector<int64_t> first_numbers(int64_t count) {
  std::vector<int64_t> numbers;
  for (int64_t i = 1; i <= count; ++i) numbers.push_back(i);
  return numbers;
}

TEST(RunFrames, KeepsTheOrder) {
  CountingReader reader(60);
  ListingWriter writer;
  core::Progress progress("test", "frames", 60);
  std::vector<int64_t> worked;
  run_frames(
      reader,
      [&](Image& frame, int64_t number) {
        worked.push_back(number);
        EXPECT_EQ(number_in(frame), number);
      },
      writer, progress);
  EXPECT_EQ(worked, first_numbers(60));
  EXPECT_EQ(writer.numbers, first_numbers(60));
  EXPECT_TRUE(writer.closed);
}

TEST(RunFrames, CarriesErrorsAcross) {
  core::Progress progress("test", "frames", 9);
  const auto nothing = [](Image&, int64_t) {};
  CountingReader torn(5, true);
  ListingWriter writer;
  expect_error(ErrorKind::CorruptInput, "the film tore",
               [&] { run_frames(torn, nothing, writer, progress); });
  EXPECT_FALSE(writer.closed);
  for (const int64_t fails_at : {int64_t{1}, int64_t{5}, int64_t{9}}) {
    CountingReader reader(9);
    ListingWriter full(fails_at);
    expect_error(ErrorKind::BadRequest, "disk is full", [&] { run_frames(reader, nothing, full, progress); });
    EXPECT_FALSE(full.closed);
    EXPECT_EQ(full.numbers, first_numbers(fails_at - 1));
  }
  CountingReader reader(9);
  ListingWriter last;
  const auto breaks = [](Image&, int64_t number) {
    if (number == 4) core::fail(ErrorKind::Internal, "work: it broke");
  };
  expect_error(ErrorKind::Internal, "it broke", [&] { run_frames(reader, breaks, last, progress); });
  EXPECT_FALSE(last.closed);
}

TEST(ReadAhead, ReadsTheSameFramesAndSeeks) {
  CountingReader reader(20);
  ReadAhead ahead(reader, 3);
  Image frame;
  for (int64_t i = 1; i <= 5; ++i) {
    ASSERT_TRUE(ahead.read(frame));
    EXPECT_EQ(number_in(frame), i);
    EXPECT_EQ(ahead.number(), i);
  }
  ahead.seek(18);
  for (int64_t i = 18; i <= 20; ++i) {
    ASSERT_TRUE(ahead.read(frame));
    EXPECT_EQ(number_in(frame), i);
  }
  EXPECT_FALSE(ahead.read(frame));
  EXPECT_FALSE(ahead.read(frame));
}

TEST(WriteBehind, WritesAllBeforeItCloses) {
  ListingWriter writer;
  WriteBehind behind(writer);
  for (int64_t i = 1; i <= 30; ++i) behind.write(numbered(4, 4, i));
  behind.close();
  EXPECT_TRUE(writer.closed);
  EXPECT_EQ(writer.numbers, first_numbers(30));
  expect_error(ErrorKind::BadRequest, "closed", [&] { behind.write(numbered(4, 4, 1)); });
  expect_error(ErrorKind::BadRequest, "closed", [&] { behind.close(); });
}

TEST(WriteBehind, MayBeLeftInTheMiddle) {
  ListingWriter writer;
  {
    WriteBehind behind(writer);
    for (int64_t i = 1; i <= 3; ++i) behind.write(numbered(4, 4, i));
  }
  EXPECT_FALSE(writer.closed);
}

}  // namespace
}  // namespace sakuga::media
