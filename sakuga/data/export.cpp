#include "sakuga/data/export.h"

#include <zip.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/data/selection.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/image_file.h"

namespace sakuga::data {
namespace fs = std::filesystem;

using core::ErrorKind;

namespace {

std::string caption(const Dataset& dataset, const PictureInfo& info) {
  std::string text;
  for (auto name : tags_of(dataset, info)) {
    std::ranges::replace(name, '_', ' ');
    text += (text.empty() ? "" : ", ") + name;
  }
  return text + "\n";
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? "\"\"" : std::string(1, c);
  return cell + "\"";
}

std::string csv_line(const std::string& file, const Origin& origin) {
  std::string line = csv_cell(file);
  for (const auto& cell : {origin.licence, origin.author, origin.source, origin.url, origin.retrieved}) {
    line += "," + csv_cell(cell);
  }
  return line + "\n";
}

void write_folder(const Dataset& dataset, std::span<const PictureInfo> pictures, const fs::path& folder) {
  core::Progress progress("export", "pictures", static_cast<int64_t>(pictures.size()));
  std::string table = "file,licence,author,source,url,retrieved\n";
  int64_t done = 0;
  for (const auto& info : pictures) {
    core::check_interrupt();
    const auto bytes = dataset.encoded(info.id);
    const bool jpeg = !bytes.empty() && bytes[0] == std::byte{0xff};
    const std::string name = fmt::format("{:08}", ++done), file = name + (jpeg ? ".jpg" : ".png");
    core::write_file(folder / file, bytes);
    core::write_file(folder / (name + ".txt"), caption(dataset, info));
    table += csv_line(file, dataset.origin(info.id));
    progress.update(done);
  }
  core::write_file(folder / "licences.csv", table);
}

// The PNGs of a zip, made one by one while libzip writes it. libzip is C, so nothing may be thrown through
// it: the first exception is kept and thrown when it has returned.
struct Pngs {
  const Dataset& dataset;
  core::Progress& progress;
  int64_t done = 0;
  std::exception_ptr failure = {};
};

struct Png {
  Pngs& all;
  int64_t id;
  std::vector<std::byte> bytes = {};
  size_t used = 0;
};

bool make_png(Png& png) {
  try {
    core::check_interrupt();
    png.bytes = media::encode_png(media::flatten(png.all.dataset.decode(png.id)));
    png.used = 0;
    png.all.progress.update(++png.all.done);
    return true;
  } catch (...) {
    png.all.failure = std::current_exception();
    return false;
  }
}

zip_int64_t supply_png(void* user, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  Png& png = *static_cast<Png*>(user);
  switch (command) {
    case ZIP_SOURCE_OPEN:
      return make_png(png) ? 0 : -1;
    case ZIP_SOURCE_READ: {
      const size_t count = std::min<size_t>(length, png.bytes.size() - png.used);
      std::memcpy(data, png.bytes.data() + png.used, count);
      png.used += count;
      return static_cast<zip_int64_t>(count);
    }
    case ZIP_SOURCE_CLOSE:
      png.bytes = {};
      return 0;
    case ZIP_SOURCE_STAT:
      zip_stat_init(static_cast<zip_stat_t*>(data));
      return sizeof(zip_stat_t);
    case ZIP_SOURCE_ERROR: {
      const int codes[2] = {ZIP_ER_READ, 0};
      std::memcpy(data, codes, sizeof(codes));
      return sizeof(codes);
    }
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                            ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default:
      return 0;
  }
}

[[noreturn]] void fail_zip(zip_t* zip, const std::string& out) {
  const std::string reason = zip_strerror(zip);
  zip_discard(zip);
  core::fail(ErrorKind::BadRequest, "export: cannot write {}: {}", out, reason);
}

void add_to_zip(zip_t* zip, const std::string& name, zip_source_t* source, const std::string& out) {
  const zip_int64_t index = source ? zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) fail_zip(zip, out);
  const auto entry = static_cast<zip_uint64_t>(index);
  zip_set_file_compression(zip, entry, ZIP_CM_STORE, 0);
  constexpr zip_uint16_t kFirstOfJanuary1980 = 1 << 5 | 1;  // The same bytes whenever it is written.
  zip_file_set_dostime(zip, entry, 0, kFirstOfJanuary1980, 0);
}

std::string stylegan_name(size_t index) {
  return fmt::format("{:05}/img{:08}.png", index / 1000, index);
}

std::string stylegan_labels(const Dataset& dataset, std::span<const PictureInfo> pictures) {
  const bool classes = std::ranges::all_of(
      pictures, [&](const PictureInfo& info) { return tags_of(dataset, info).size() == 1; });
  const auto& names = dataset.tag_names();
  nlohmann::json labels = nlohmann::json::array();
  for (size_t i = 0; i < pictures.size(); ++i) {
    std::vector<int> vector(names.size());
    for (const auto& name : tags_of(dataset, pictures[i])) {
      vector[static_cast<size_t>(std::ranges::lower_bound(names, name) - names.begin())] = 1;
    }
    if (classes) {
      labels.push_back({stylegan_name(i), std::ranges::find(vector, 1) - vector.begin()});
    } else {
      labels.push_back({stylegan_name(i), vector});
    }
  }
  return nlohmann::json{{"labels", std::move(labels)}, {"tags", names}}.dump();
}

void check_squares(std::span<const PictureInfo> pictures) {
  for (const auto& info : pictures) {
    const int side = pictures[0].width;
    if (info.width == side && info.height == side) continue;
    core::fail(ErrorKind::BadRequest,
               "export: StyleGAN wants squares of one size; picture {} is {} x {}, the first is {} wide; "
               "import them with --size and --crop",
               info.id, info.width, info.height, side);
  }
}

}  // namespace

void export_folder(const Dataset& dataset, std::span<const PictureInfo> pictures, const fs::path& out) {
  if (fs::exists(out)) {
    core::fail(ErrorKind::BadRequest, "export: {} is there already and is not overwritten", out.string());
  }
  const fs::path temporary = out.parent_path() / ("." + out.filename().string() + ".part");
  try {
    fs::remove_all(temporary);
    fs::create_directories(temporary);
    write_folder(dataset, pictures, temporary);
    fs::rename(temporary, out);
  } catch (const fs::filesystem_error& error) {
    core::fail(ErrorKind::BadRequest, "export: cannot write {}: {}", out.string(), error.code().message());
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
    throw;
  }
}

void export_stylegan(const Dataset& dataset, std::span<const PictureInfo> pictures, const fs::path& out) {
  check_squares(pictures);
  core::replace_file(out, [&](const fs::path& temporary) {
    zip_t* zip = zip_open(temporary.c_str(), ZIP_CREATE | ZIP_EXCL, nullptr);
    if (!zip) core::fail(ErrorKind::BadRequest, "export: cannot write {}", out.string());
    core::Progress progress("export", "pictures", static_cast<int64_t>(pictures.size()));
    Pngs all = {.dataset = dataset, .progress = progress};
    std::vector<Png> pngs;
    for (const auto& info : pictures) pngs.push_back({.all = all, .id = info.id});
    for (size_t i = 0; i < pngs.size(); ++i) {
      add_to_zip(zip, stylegan_name(i), zip_source_function(zip, supply_png, &pngs[i]), out.string());
    }
    const std::string labels = stylegan_labels(dataset, pictures);
    add_to_zip(zip, "dataset.json", zip_source_buffer(zip, labels.data(), labels.size(), 0), out.string());
    if (zip_close(zip) == 0) return;
    if (all.failure) {
      zip_discard(zip);
      std::rethrow_exception(all.failure);
    }
    fail_zip(zip, out.string());
  });
}

}  // namespace sakuga::data
