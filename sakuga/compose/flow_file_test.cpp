#include "sakuga/compose/flow_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(FlowFile, ComesBackAsItWas) {
  const core::TemporaryFolder folder;
  Flow flow(3, 2);
  flow.vectors[4] = {1.5f, -2};
  write_flo(folder.path() / "a.flo", flow);
  const auto back = read_flo(folder.path() / "a.flo");
  EXPECT_EQ(back.width, 3);
  EXPECT_EQ(back.height, 2);
  EXPECT_EQ(back.vectors, flow.vectors);
  EXPECT_EQ(core::read_text(folder.path() / "a.flo").substr(0, 4), "PIEH");
}

TEST(FlowFile, RefusesDamageAndNothing) {
  const core::TemporaryFolder folder;
  const auto path = folder.path() / "a.flo";
  EXPECT_THROW(read_flo(path), core::Error);
  EXPECT_THROW(write_flo(path, Flow()), core::Error);
  Flow flow(3, 2);
  write_flo(path, flow);
  const auto whole = core::read_text(path);
  for (const auto& bad : {std::string("PIE"), whole.substr(0, 20), whole + "x", "X" + whole.substr(1),
                          whole.substr(0, 4) + std::string(8, '\xff') + whole.substr(12)}) {
    core::write_file(path, bad);
    EXPECT_THROW(read_flo(path), core::Error);
  }
  flow.vectors[0].x = std::numeric_limits<float>::quiet_NaN();
  write_flo(path, flow);
  EXPECT_THROW(read_flo(path), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
