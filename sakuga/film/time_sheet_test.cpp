#include "sakuga/film/time_sheet.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/film/test_shots.h"

namespace sakuga::film {
namespace {

// Pictures whose ids are the letters of a text.
class Letters : public Frames {
 public:
  explicit Letters(std::string letters) : letters_(std::move(letters)) {}
  std::string id(int64_t frame) override { return letters_.substr(size_t(frame - 1), 1); }
  media::Image get(int64_t) override { return {}; }

 private:
  std::string letters_;
};

Drawings drawings(const std::string& letters) {
  Letters pictures(letters);
  return number_drawings("A", pictures, int64_t(letters.size()));
}

Shot shot() {
  return parse_shot("scene = 3\ncut = 14\n" + kTop, "duel.toml");
}

TEST(Drawings, ADrawingThatComesAgainKeepsItsNumber) {
  const auto made = drawings("aabbaac");
  EXPECT_EQ(made.shown, (std::vector<int64_t>{1, 1, 2, 2, 1, 1, 3}));
  EXPECT_EQ(made.made_at, (std::vector<int64_t>{1, 3, 7}));
  EXPECT_EQ(holds_of(made).size(), 4u);
}

TEST(TimeSheet, XdtsHasItsNameOnTheFirstLineAndAnEntryForEachChange) {
  const auto text = xdts_text(shot(), {drawings("aabbaac")}, 7);
  ASSERT_EQ(text.substr(0, text.find('\n')), "exchangeDigitalTimeSheet Save Data");
  const auto json = nlohmann::json::parse(text.substr(text.find('\n')));
  EXPECT_EQ(json["version"], 5);
  EXPECT_EQ(json["header"]["cut"], "14");
  EXPECT_EQ(json["header"]["scene"], "3");
  const auto& table = json["timeTables"].at(0);
  EXPECT_EQ(table["duration"], 7);
  EXPECT_EQ(table["timeTableHeaders"].at(0)["fieldId"], 0);
  EXPECT_EQ(table["timeTableHeaders"].at(0)["names"].at(0), "A");
  const auto& track = table["fields"].at(0)["tracks"].at(0);
  EXPECT_EQ(track["trackNo"], 0);
  std::vector<std::pair<int, std::string>> entries;
  for (const auto& frame : track["frames"])
    entries.emplace_back(frame["frame"], frame["data"].at(0)["values"].at(0));
  EXPECT_EQ(entries, (std::vector<std::pair<int, std::string>>{
                         {0, "1"}, {2, "2"}, {4, "1"}, {6, "3"}, {7, "SYMBOL_NULL_CELL"}}));
}

TEST(TimeSheet, OtioNestsTimelineStackTracksAndClips) {
  const auto json = nlohmann::json::parse(otio_text(shot(), {drawings("aabbaac")}, 7, "duel.mp4"));
  EXPECT_EQ(json["OTIO_SCHEMA"], "Timeline.1");
  EXPECT_EQ(json["tracks"]["OTIO_SCHEMA"], "Stack.1");
  const auto& tracks = json["tracks"]["children"];
  ASSERT_EQ(tracks.size(), 2u);
  double total = 0;
  for (const auto& clip : tracks.at(0)["children"]) {
    EXPECT_EQ(clip["OTIO_SCHEMA"], "Clip.1");
    EXPECT_EQ(clip["source_range"]["OTIO_SCHEMA"], "TimeRange.1");
    EXPECT_EQ(clip["source_range"]["duration"]["rate"], 24.0);
    total += clip["source_range"]["duration"]["value"].get<double>();
  }
  EXPECT_EQ(total, 7);
  EXPECT_EQ(tracks.at(0)["children"].at(1)["media_reference"]["target_url"], "cels/duel.0002.png");
  EXPECT_EQ(tracks.at(1)["children"].at(0)["media_reference"]["target_url"], "duel.mp4");
  EXPECT_EQ(tracks.at(1)["kind"], "Video");
}

}  // namespace
}  // namespace sakuga::film
