#include "sakuga/weights/pickle.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;
using Kind = PickleValue::Kind;

const std::vector<std::string> kAllowed = {"collections OrderedDict"};

Pickle read(const std::string& program) {
  return read_pickle(std::as_bytes(std::span(program)), kAllowed, "test");
}

// The kind and message of the error that a program is refused with.
std::pair<ErrorKind, std::string> refusal(const std::string& program) {
  try {
    read(program);
  } catch (const core::Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::Internal, "was read"};
}

TEST(Pickle, ReadsATupleOfPlainValues) {
  using namespace std::string_literals;
  const auto program =
      "\x80\x02(K\x05J\xff\xff\xff\xffG\x3f\xe0\0\0\0\0\0\0X\x02\0\0\0hiN\x88\x8a\x02\x00\x80t."s;
  const auto pickle = read(program + "what follows is not looked at");
  EXPECT_EQ(pickle.size, program.size());
  const auto& items = pickle.root->items;
  ASSERT_EQ(items.size(), 7u);
  EXPECT_EQ(items[0]->integer, 5);
  EXPECT_EQ(items[1]->integer, -1);
  EXPECT_EQ(items[2]->real, 0.5);
  EXPECT_EQ(items[3]->text, "hi");
  EXPECT_EQ(items[4]->kind, Kind::None);
  EXPECT_EQ(items[5]->integer, 1);
  EXPECT_EQ(items[6]->integer, -32768);
}

TEST(Pickle, RemembersAndFillsDictionaries) {
  const auto pickle = read(
      "}q\x01(U\x01"
      "ah\x01U\x01"
      "bK\x07u.");
  ASSERT_EQ(pickle.root->pairs.size(), 2u);
  EXPECT_EQ(pickle.root->pairs[0].second, pickle.root);  // It holds itself.
  EXPECT_EQ(pickle.root->pairs[1].second->integer, 7);
}

TEST(Pickle, SaturatesIntegersThatDoNotFit) {
  using namespace std::string_literals;
  EXPECT_EQ(read("\x8a\x0a\0\0\0\0\0\0\0\0\0\x01."s).root->integer, INT64_MAX);
  EXPECT_EQ(read("\x8a\x0a\0\0\0\0\0\0\0\0\0\xff."s).root->integer, INT64_MIN);
  EXPECT_EQ(read("\x8a\x00."s).root->integer, 0);
}

TEST(Pickle, KeepsAnAllowedCallAsData) {
  const auto pickle = read(
      "ccollections\nOrderedDict\n)R(U\x01"
      "aK\x01u}b.");
  EXPECT_EQ(pickle.root->kind, Kind::Call);
  EXPECT_EQ(pickle.root->text, "collections OrderedDict");
  EXPECT_EQ(pickle.root->pairs.size(), 1u);
}

TEST(Pickle, RefusesOtherNamesByName) {
  const auto [kind, message] = refusal("cos\nsystem\n(U\x04true\x85R.");
  EXPECT_EQ(kind, ErrorKind::Unsupported);
  EXPECT_NE(message.find("'os system'"), std::string::npos) << message;
  EXPECT_NE(refusal("cbuiltins\neval\n.").second.find("'builtins eval'"), std::string::npos);
}

TEST(Pickle, RefusesOtherInstructionsByName) {
  for (const auto& [program, name] :
       std::vector<std::pair<std::string, std::string>>{{"(ios\nsystem\n.", "INST"},
                                                        {"(o.", "OBJ"},
                                                        {")\x81.", "NEWOBJ"},
                                                        {"\x82\x01.", "EXT1"},
                                                        {"U\x02osU\x06system\x93.", "STACK_GLOBAL"},
                                                        {"P1\n.", "PERSID"}}) {
    const auto [kind, message] = refusal(program);
    EXPECT_EQ(kind, ErrorKind::Unsupported) << name;
    EXPECT_NE(message.find(name), std::string::npos) << message;
  }
}

TEST(Pickle, RefusesDamage) {
  using namespace std::string_literals;
  const std::vector<std::string> programs = {"",                      // No end.
                                             ".",                     // Nothing on the stack.
                                             "K",                     // Cut off.
                                             "X\xff\xff\xff\xffhi.",  // A text longer than the file.
                                             "h\x05.",                // Recalls what was not stored.
                                             "t.",                    // No mark.
                                             "K\x01(.",               // The mark hides the value.
                                             "K\x01(K\x02\x86.",      // Takes more than lies above the mark.
                                             "K\x01K\x02"
                                             "a.",         // Appends to a number.
                                             "}(K\x01u.",  // A key without a value.
                                             "K\x01)R.",   // Calls a number.
                                             "K\x01}b.",   // Sets attributes on a number.
                                             "q\x01.",     // Stores nothing.
                                             "\xfe."};     // No instruction.
  for (const auto& program : programs) {
    EXPECT_EQ(refusal(program).first, ErrorKind::CorruptInput) << testing::PrintToString(program);
  }
}

}  // namespace
}  // namespace sakuga::weights
