#include "sakuga/film/frame_store.h"

#include <gtest/gtest.h>

#include "sakuga/core/files.h"
#include "sakuga/film/digest.h"
#include "sakuga/film/render_folder.h"
#include "sakuga/film/test_shots.h"

namespace sakuga::film {
namespace {

TEST(FrameStore, GivesBackWhatWasPutRoundedToHalves) {
  const core::TemporaryFolder folder;
  FrameStore store(folder / "a/b");
  media::Image image(5, 3, media::Transfer::Linear);
  for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = {float(i) * 0.25f, -2, 1.0f / 3, 0.5f};
  EXPECT_FALSE(store.has("x"));
  store.put("x", image);
  ASSERT_TRUE(store.has("x"));
  const auto back = store.get("x");
  EXPECT_EQ(back.width, 5);
  EXPECT_EQ(back.transfer, media::Transfer::Linear);
  EXPECT_EQ(back.pixels[7].r, 1.75f);
  EXPECT_EQ(back.pixels[7].g, -2);
  EXPECT_NEAR(back.pixels[7].b, 1.0 / 3, 2e-4);
  store.put("y", back);
  EXPECT_EQ(store.get("y").pixels, back.pixels);
}

TEST(FrameStore, RemovesADamagedFrameAndSaysSo) {
  const core::TemporaryFolder folder;
  FrameStore store(folder.path());
  store.put("x", media::Image(40, 30));
  const auto file = folder / "x.frame";
  auto bytes = core::read_file(file);
  bytes[bytes.size() - 3] ^= std::byte{64};
  core::write_file(file, bytes);
  core::expect_error(core::ErrorKind::CorruptInput, "damaged", [&] { store.get("x"); });
  EXPECT_FALSE(store.has("x"));
  folder.write("z.frame", "short");
  core::expect_error(core::ErrorKind::CorruptInput, "damaged", [&] { store.get("z"); });
}

TEST(FrameStore, KeepsOnlyWhatItIsTold) {
  const core::TemporaryFolder folder;
  FrameStore store(folder.path());
  for (const char* id : {"a", "b", "c"}) store.put(id, media::Image(2, 2));
  store.keep_only({"b"});
  EXPECT_FALSE(store.has("a"));
  EXPECT_TRUE(store.has("b"));
}

TEST(FrameStore, RefusesAFolderThatCannotBe) {
  const core::TemporaryFolder folder;
  folder.write("file", "");
  core::expect_error(core::ErrorKind::BadRequest, "cannot make the folder",
                     [&] { FrameStore(folder / "file/x"); });
}

TEST(RenderFolder, AdmitsOneRenderAtATime) {
  const core::TemporaryFolder folder;
  const RenderFolder first(folder.path());
  core::expect_error(core::ErrorKind::BadRequest, "another render is running",
                     [&] { RenderFolder(folder.path()); });
}

TEST(RenderFolder, RemovesWhatAKilledRenderWasWriting) {
  const core::TemporaryFolder folder;
  folder.write("cache/full/comp/.abc.1-2.part.frame", "x");
  folder.write("kept.mp4", "x");
  const RenderFolder opened(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder / "cache/full/comp/.abc.1-2.part.frame"));
  EXPECT_TRUE(std::filesystem::exists(folder / "kept.mp4"));
}

TEST(RenderFolder, RefusesAFolderThatCannotBe) {
  const core::TemporaryFolder folder;
  folder.write("file", "");
  core::expect_error(core::ErrorKind::BadRequest, "cannot make the folder",
                     [&] { RenderFolder(folder / "file"); });
}

TEST(FileDigests, RememberFilesUntilTheyChange) {
  const core::TemporaryFolder folder;
  const auto file = folder.write("a", "one");
  FileDigests digests(folder / "memory.json");
  const auto one = digests.of(file, "plate");
  digests.save();
  EXPECT_EQ(FileDigests(folder / "memory.json").of(file, "plate"), one);
  folder.write("a", "other");
  EXPECT_NE(FileDigests(folder / "memory.json").of(file, "plate"), one);
  core::expect_error(core::ErrorKind::NotFound, "plate: there is no file",
                     [&] { digests.of(folder / "b", "plate"); });
}

}  // namespace
}  // namespace sakuga::film
