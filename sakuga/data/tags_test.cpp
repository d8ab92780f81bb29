#include "sakuga/data/tags.h"

#include "sakuga/data/colour_names.h"
#include "sakuga/data/csv.h"
#include "sakuga/data/test_pictures.h"
#include "sakuga/data/utf8.h"

namespace sakuga::data {
namespace {

using core::ErrorKind;
using Names = std::vector<std::string>;

Names names_of(const Labels& labels) {
  Names names;
  for (const auto& tag : labels.tags) names.push_back(tag.name);
  return names;
}

// The tags that `spec` gives `file` in a folder with these files.
class Labelled {
 public:
  Labelled(const std::string& spec, const std::map<std::string, std::string>& files)
      : labeller_(make_labeller(spec)) {
    for (const auto& [name, text] : files) folder_.write("10_cats/" + name, text);
    source_ = open_source(folder_ / "10_cats");
    labeller_->enter(*source_);
  }
  Labels labels(const std::string& file) { return labeller_->labels(file); }
  Names tags(const std::string& file) { return names_of(labels(file)); }
  Names notes() { return labeller_->notes(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Labeller> labeller_;
};

TEST(Utf8, IsTold) {
  for (const char* text : {"", "abc", "\xc3\xa9", "\xe7\x8c\xab", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_utf8(text));
  for (const char* text :
       {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xe7\x8c", "\xf4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(CsvTable, ReadsQuotesLineBreaksAndBlankLines) {
  const CsvTable table(
      "\xef\xbb\xbf"
      "file, note\r\n\r\na.png,\"x, \"\"y\"\"\nz\"\n b.png , plain \r\nc.png,\n",
      "t");
  EXPECT_EQ(table.columns(), (Names{"file", "note"}));
  ASSERT_EQ(table.rows(), 3u);
  EXPECT_EQ(table.row(0), (Names{"a.png", "x, \"y\"\nz"}));
  EXPECT_EQ(table.row(1), (Names{"b.png", "plain"}));
  EXPECT_EQ(table.row(2), (Names{"c.png", ""}));
  EXPECT_EQ(table.line(1), 5);
}

TEST(CsvTable, RefusesWhatIsNoTable) {
  const auto refused = [](const std::string& text, const std::string& message) {
    expect_error(ErrorKind::CorruptInput, message, [&] { CsvTable(text, "t.csv"); });
  };
  refused("", "t.csv is empty");
  refused("a,b\n1\n", "t.csv line 2: expected 2 cells as in the first line, got 1");
  refused("a,b\n1,2\n\n1,2,3\n", "line 4: expected 2 cells as in the first line, got 3");
  refused("a,a\n", "two columns called 'a'");
  refused("a\n\"open\n", "line 2: a quote is opened");
  refused("a\nx\"y\"\n", "a quote in the middle");
  refused("a\n\xff\n", "not UTF-8");
}

TEST(ColourName, NamesTheNearest) {
  EXPECT_EQ(colour_name("#e5d7a3", Palette::Hair), "blonde");
  EXPECT_EQ(colour_name("#0E0E0E", Palette::Hair), "black");
  EXPECT_EQ(colour_name("#85c2c6", Palette::Hair), "aqua");
  EXPECT_EQ(colour_name("#ab2a18", Palette::Hair), "red");
  EXPECT_EQ(colour_name("#ffffff", Palette::Skin), "white");
  EXPECT_EQ(colour_name("#763900", Palette::Skin), "dark");
  for (const char* text : {"", "red", "#12345", "#12345g", "1234567"}) {
    EXPECT_FALSE(colour_name(text, Palette::Hair)) << text;
  }
}

TEST(CsvTags, TurnCellsIntoTags) {
  Labelled table("csv:tags.csv",
                 {{"tags.csv",
                   "file,hair,eyes,smile,hair_colour,skin_color\n"
                   "images/a.png,Long Straight,aqua,1,#e5d7a3,#763900\nb.png,,blue,false,blonde,\n"}});
  EXPECT_EQ(table.tags("images/a.png"),
            (Names{"long_straight_hair", "aqua_eyes", "smile", "blonde_hair", "dark_skin"}));
  EXPECT_EQ(table.tags("deep/in/b.png"), (Names{"blue_eyes", "blonde_hair"}));
  EXPECT_TRUE(table.notes().empty());
}

TEST(CsvTags, TakeTheListedColumnsOnly) {
  Labelled table("csv:tags.csv:eyes,glasses?",
                 {{"tags.csv", "file,hair,eyes,glasses\na.png,aqua,red,variant02\nb.png,aqua,red,\n"}});
  EXPECT_EQ(table.tags("a.png"), (Names{"red_eyes", "glasses"}));
  EXPECT_EQ(table.tags("b.png"), (Names{"red_eyes"}));
}

TEST(CsvTags, OverrideTheOrigin) {
  Labelled table("csv:tags.csv", {{"tags.csv",
                                   "file,hair,license,author,source,url\n"
                                   "a.png,red,CC0-1.0,Johan,npm,https://x.org\n"}});
  const auto labels = table.labels("a.png");
  EXPECT_EQ(names_of(labels), Names{"red_hair"});
  EXPECT_EQ(labels.licence, "CC0-1.0");
  EXPECT_EQ(labels.author, "Johan");
  EXPECT_EQ(labels.source, "npm");
  EXPECT_EQ(labels.url, "https://x.org");
}

TEST(CsvTags, MissAndDoubleRowsAreErrors) {
  Labelled table("csv:tags.csv", {{"tags.csv", "file,hair\na.png,red\nb.png,red\na.png,blue\nc.png,red\n"}});
  expect_error(ErrorKind::CorruptInput, "tags.csv has no row for d.png", [&] { table.tags("d.png"); });
  expect_error(ErrorKind::CorruptInput, "has 2 rows for a.png, on lines 2 and 4",
               [&] { table.tags("a.png"); });
  table.tags("x/b.png");
  expect_error(ErrorKind::CorruptInput, "line 3: 'b.png' fits y/b.png and another",
               [&] { table.tags("y/b.png"); });
  EXPECT_EQ(table.notes(),
            Names{"10_cats/tags.csv: 3 rows name no picture that was read: a.png, a.png, c.png"});
}

TEST(CsvTags, NameTheNearestColumn) {
  expect_error(ErrorKind::BadRequest, "has no column 'hiar'; did you mean 'hair'?", [] {
    Labelled("csv:tags.csv:hiar", {{"tags.csv", "file,hair\n"}});
  });
  expect_error(ErrorKind::BadRequest, "makes no tags", [] {
    Labelled("csv:tags.csv:author", {{"tags.csv", "file,author\n"}});
  });
}

TEST(CsvTags, MayLieOutsideTheSource) {
  const TemporaryFolder elsewhere;
  const auto path = elsewhere.write("t.csv", "file,hair\na.png,red\n");
  EXPECT_EQ(Labelled("csv:" + path.string(), {{"a.png", ""}}).tags("a.png"), Names{"red_hair"});
  expect_error(ErrorKind::NotFound, "there is no none.csv in 10_cats", [] {
    Labelled("csv:none.csv", {{"a.png", ""}});
  });
}

TEST(FolderTags, NameTheFolder) {
  Labelled folders("folders", {{"Ame Chan/a.png", ""}});
  EXPECT_EQ(folders.tags("Ame Chan/a.png"), Names{"ame_chan"});
  EXPECT_EQ(folders.tags("a.png"), Names{"10_cats"});
  const TemporaryFolder folder;
  const auto zip = open_source(write_zip(folder / "a.zip", {{"a.png", "x"}}));
  const auto labeller = make_labeller("folders");
  labeller->enter(*zip);
  expect_error(ErrorKind::CorruptInput, "lies in no folder", [&] { labeller->labels("a.png"); });
}

TEST(KohyaTags, ComeFromTheTextBesideOrTheFolder) {
  Labelled kohya("kohya", {{"a.png", ""}, {"a.txt", "1girl, Blonde Hair,\nsaber \\(fate\\), \n"}});
  EXPECT_EQ(kohya.tags("a.png"), (Names{"1girl", "blonde_hair", "saber_(fate)"}));
  EXPECT_EQ(kohya.tags("b.png"), Names{"cats"});
  EXPECT_EQ(kohya.tags("5_dog/b.png"), Names{"dog"});
  expect_error(ErrorKind::CorruptInput, "has no x/b.txt beside it", [&] { kohya.tags("x/b.png"); });
}

TEST(NameTags, ComeFromGroups) {
  Labelled year("name:_(?<year>[0-9]+)", {{"a.jpg", ""}});
  EXPECT_EQ(year.tags("images_1/0_2004.jpg"), Names{"year_2004"});
  expect_error(ErrorKind::CorruptInput, "name of images_1/a.jpg does not match",
               [&] { year.tags("images_1/a.jpg"); });
  Labelled both("name:^([a-z]+)(?:-x)?[(]?(?P<n>[0-9])?", {{"a.jpg", ""}});
  EXPECT_EQ(both.tags("cat-x7.png"), (Names{"cat", "n_7"}));
  EXPECT_EQ(both.tags("cat.png"), Names{"cat"});
}

TEST(Tags, RefuseWhatIsNoSpecification) {
  const auto refused = [](const std::string& spec, const std::string& message) {
    expect_error(ErrorKind::BadRequest, message, [&] { make_labeller(spec); });
  };
  refused("cvs:a.csv", "got 'cvs:a.csv'");
  refused("csv:", "expected csv:FILE");
  refused("csv:a:b:c", "expected csv:FILE");
  refused("csv:a.csv:b,,c", "an empty column");
  refused("name:(", "is no regular expression");
  refused("name:[0-9]+", "has no group");
}

}  // namespace
}  // namespace sakuga::data
