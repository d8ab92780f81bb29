#include "sakuga/media/film_table.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"

namespace sakuga::media {
namespace {

// A frame may come this part of a tick before its time. Less than a half, so that of frames at twice the rate
// every other is taken, however the container rounds their times.
constexpr double kEarly = 0.45;

constexpr double kStandardRates[][2] = {{24000, 1001}, {24, 1},        {25, 1},       {30000, 1001}, {30, 1},
                                        {48, 1},       {50, 1},        {60000, 1001}, {60, 1},       {90, 1},
                                        {100, 1},      {120000, 1001}, {120, 1},      {12, 1},       {15, 1}};

// The frames of the film from its packets, in the order of the file.
struct Packets {
  std::vector<Entry> all = {}, keys = {};
  bool untimed = false, damaged = false, begins_with_key = true;
};

Packets read_packets(AVFormatContext& format, const AVStream& stream) {
  const Owned<AVPacket> packet(av_packet_alloc());
  if (!packet) throw std::bad_alloc();
  Packets result;
  int status = 0;
  while ((status = av_read_frame(&format, packet.get())) >= 0) {
    if (result.all.size() % 4096 == 0) core::check_interrupt();
    const bool wanted = packet->stream_index == stream.index && !(packet->flags & AV_PKT_FLAG_DISCARD);
    if (wanted && packet->flags & AV_PKT_FLAG_CORRUPT) result.damaged = true;
    if (wanted && !(packet->flags & AV_PKT_FLAG_CORRUPT) && packet->size > 0) {
      const int64_t decoded = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
      const Entry entry{.shown = packet->pts, .decoded = decoded};
      result.untimed |= entry.shown == AV_NOPTS_VALUE;
      const bool key = packet->flags & AV_PKT_FLAG_KEY;
      if (result.all.empty()) result.begins_with_key = key;
      if (key) result.keys.push_back(entry);
      result.all.push_back(entry);
    }
    av_packet_unref(packet.get());
  }
  result.damaged |= status != AVERROR_EOF;
  return result;
}

// Whether every frame is shown at its time at this rate, to within the rounding of the times.
bool fits(const std::vector<int64_t>& shown, double ticks_per_frame) {
  // Two roundings, of which containers that count milliseconds make one for each frame.
  const double tolerance = std::max(1.01, ticks_per_frame * 0.02);
  for (size_t i = 0; i < shown.size(); ++i) {
    const double expected = double(i) * ticks_per_frame;
    if (std::abs(double(shown[i] - shown[0]) - expected) > tolerance) return false;
  }
  return true;
}

Rate to_rate(AVRational rational) {
  return {.num = rational.num, .den = rational.den};
}

bool is_rate(AVRational rational) {
  return rational.num > 0 && rational.den > 0 && av_q2d(rational) <= 1000;
}

double ticks_of(AVRational time_base, Rate rate) {
  return 1 / (rate.value() * av_q2d(time_base));
}

// The standard rate next to what most frames keep, or their median if none is within 2 per cent.
Rate nominal_rate(const std::vector<int64_t>& shown, AVRational time_base) {
  std::vector<int64_t> lengths;
  for (size_t i = 1; i < shown.size(); ++i) lengths.push_back(shown[i] - shown[i - 1]);
  const auto middle = lengths.begin() + std::ptrdiff_t(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  const double median = 1 / (double(std::max<int64_t>(*middle, 1)) * av_q2d(time_base));
  Rate best{.num = std::max<int64_t>(1, std::llround(median * 1000)), .den = 1000};
  double nearest = 0.02;
  for (const auto& [num, den] : kStandardRates) {
    const double distance = std::abs(num / den / median - 1);
    if (distance >= nearest) continue;
    nearest = distance;
    best = {.num = int64_t(num), .den = int64_t(den)};
  }
  return best;
}

void find_rate(FilmTable& table, const AVStream& stream) {
  const AVRational stated[] = {stream.avg_frame_rate, stream.r_frame_rate};
  for (const AVRational& rate : stated) {
    if (!is_rate(rate)) continue;
    table.rate = to_rate(rate);
    if (!table.timed || table.count() < 2 || fits(table.shown, ticks_of(stream.time_base, table.rate)))
      return;
  }
  if (!table.timed || table.count() < 2) return;
  table.rate = nominal_rate(table.shown, stream.time_base);
  table.variable = !fits(table.shown, ticks_of(stream.time_base, table.rate));
}

}  // namespace

FilmTable read_film_table(AVFormatContext& format, const AVStream& stream) {
  Packets packets = read_packets(format, stream);
  FilmTable table;
  table.listed = stream.nb_frames;
  table.timed = !packets.untimed && !packets.all.empty();
  const auto earlier = [](const Entry& a, const Entry& b) { return a.shown < b.shown; };
  if (table.timed) {
    std::sort(packets.all.begin(), packets.all.end(), earlier);
    const auto same = [](const Entry& a, const Entry& b) { return a.shown == b.shown; };
    // Two fields of one frame may come in two packets with the same time.
    packets.all.erase(std::unique(packets.all.begin(), packets.all.end(), same), packets.all.end());
    std::sort(packets.keys.begin(), packets.keys.end(), earlier);
    // What comes before the first frame that can be decoded by itself cannot be decoded at all.
    const int64_t begin = packets.begins_with_key || packets.keys.empty() ? INT64_MIN : packets.keys[0].shown;
    for (const Entry& entry : packets.all) {
      if (entry.shown >= begin) table.shown.push_back(entry.shown);
    }
    table.entries = std::move(packets.keys);
  } else {
    for (size_t i = 0; i < packets.all.size(); ++i) table.shown.push_back(int64_t(i));
  }
  table.truncated = packets.damaged || int64_t(packets.all.size()) < table.listed;
  find_rate(table, stream);
  return table;
}

Cadence::Cadence(const FilmTable& table) : table_(&table), plain_(true), count_(table.count()) {}

Cadence::Cadence(const FilmTable& table, AVRational time_base, Rate rate)
    : table_(&table),
      plain_(!table.timed || table.count() == 0),
      time_base_(time_base),
      count_(table.count()) {
  if (rate.num > INT32_MAX || rate.den > INT32_MAX) {
    core::fail(core::ErrorKind::BadRequest, "read: expected a simpler frame rate, got {}", rate_text(rate));
  }
  tick_ = {int(rate.den), int(rate.num)};
  if (plain_) return;
  // The last frame lasts as long as the film's own frames do.
  const double last_s =
      double(table.shown.back() - table.shown.front()) * av_q2d(time_base) + 1 / table.rate.value();
  count_ = std::max<int64_t>(1, std::llround(last_s * rate.value()));
}

int64_t Cadence::tick_of(int64_t shown) const {
  const double ticks = double(shown - table_->shown.front()) * av_q2d(time_base_) / av_q2d(tick_);
  return int64_t(std::ceil(ticks - kEarly));
}

int64_t Cadence::source(int64_t tick) const {
  if (plain_) return tick;
  const auto& shown = table_->shown;
  const auto later =
      std::partition_point(shown.begin(), shown.end(), [&](int64_t time) { return tick_of(time) <= tick; });
  return std::max<int64_t>(0, later - shown.begin() - 1);
}

int64_t Cadence::held(int64_t first, int64_t last) const {
  int64_t result = 0;
  for (int64_t tick = first + 1; tick <= last; ++tick) result += source(tick) == source(tick - 1);
  return result;
}

int64_t Cadence::dropped(int64_t first, int64_t last) const {
  int64_t result = 0;
  for (int64_t tick = first + 1; tick <= last; ++tick) {
    result += std::max<int64_t>(0, source(tick) - source(tick - 1) - 1);
  }
  return result;
}

}  // namespace sakuga::media
